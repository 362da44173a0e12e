"""A browser for the tests marked `browser`: the system's Chromium, driven by Playwright.

Also how much input Hypothesis invents, and what the summary says of tests that were not run.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from digests.search import engines
from digests.tests.corpus import NO_SHARED
from digests.tests.length import IS_LONG

# No deadline, because a busy machine is no bug. CI uses the same examples in each run, so that the
# change is to blame for a red one. Elsewhere they differ, and a failure prints how to repeat it.
hypothesis.settings.register_profile("here", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile("long", deadline=None, print_blob=True, max_examples=1000)


def profile() -> str:
    if IS_LONG:
        # Tests of many examples are about texts, not rows: one database is enough for them.
        return "long" if connection.vendor == "sqlite" else "here"
    return "ci" if os.environ.get("KB_REQUIRE_ALL") == "1" else "here"


hypothesis.settings.load_profile(profile())

# Playwright runs an event loop in the test's thread, in which Django would refuse to use the
# database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NO_CHROMIUM = "there is no chromium on the PATH"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], live_server: LiveServer
) -> dict[str, Any]:
    # Depends on the server so that it ends after the browser, whose open connections would wake
    # up to another test's database.
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.hookimpl(tryfirst=True)  # before the fixtures, which would start the browser
def pytest_runtest_setup(item: pytest.Item) -> None:
    if CHROMIUM is None and item.get_closest_marker("browser"):
        if os.environ.get("KB_REQUIRE_ALL") == "1":
            pytest.fail(NO_CHROMIUM, pytrace=False)
        pytest.skip(NO_CHROMIUM)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that use a fixture of Playwright unawares, as by calling a parameter ``page``:
    pytest would move all tests with a browser beside them, and these empty the database."""
    for item in items:
        if "browser_name" in getattr(item, "fixturenames", ()):
            assert item.get_closest_marker("browser"), f"{item.nodeid}: rename its fixture"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.getreports("skipped")
    for reason, what in ((NO_CHROMIUM, "in a browser"), (NO_SHARED, "of files from elsewhere")):
        if count := sum(reason in str(report.longrepr) for report in skipped):
            terminalreporter.section("NOT RUN", red=True)
            terminalreporter.line(f"{count} tests {what}, as {reason}", red=True)


@pytest.fixture
def editor(client: Client) -> Client:
    """A test client, logged in as a member of the editors' group."""
    user = User.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="编辑"))
    client.force_login(user)
    return client


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, for processes that a test starts."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'db.sqlite3'}"
        return
    server_url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(server_url.geturl(), autocommit=True) as server:
        server.execute("CREATE DATABASE kb_processes")
        try:
            yield server_url._replace(path="/kb_processes").geturl()
        finally:
            server.execute("DROP DATABASE kb_processes WITH (FORCE)")


@pytest.fixture(autouse=True)
def _empty_search(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the engines' tables after a test that commits; Django empties only those of models."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")  # so that this ends before it
        yield
        engines.current().create()
    else:
        yield
