"""A browser for the tests marked `browser`: the system's Chromium, driven by Playwright.

Also how much input Hypothesis invents, and what the summary says of tests that were not run.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from digests.search import engines
from digests.tests.corpus import NO_SHARED
from digests.tests.length import IS_LONG

# No deadline, as a busy machine is no bug. CI tries the same examples at each run, so that a red
# one means that the change did it; elsewhere they differ, and a failure prints how to repeat it.
# The many ones are tried once: what is invented here are texts, which no database changes.
hypothesis.settings.register_profile("here", deadline=None, print_blob=True)
hypothesis.settings.register_profile(
    "ci", deadline=None, print_blob=True, derandomize=True, max_examples=300
)
hypothesis.settings.register_profile("long", deadline=None, print_blob=True, max_examples=1000)


def profile() -> str:
    if connection.vendor != "sqlite":
        return "here"
    if IS_LONG:
        return "long"
    return "ci" if os.environ.get("CI") == "true" else "here"


hypothesis.settings.load_profile(profile())

# Playwright keeps an event loop in the thread of the test, where Django would refuse to ask the
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
    # The server is asked for so that it ends after the browser, whose open connections would wake
    # up to a database that is no longer theirs.
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.hookimpl(tryfirst=True)  # before the fixtures, which would start the browser
def pytest_runtest_setup(item: pytest.Item) -> None:
    if CHROMIUM is None and item.get_closest_marker("browser"):
        if os.environ.get("KB_REQUIRE_ALL") == "1":
            pytest.fail(NO_CHROMIUM, pytrace=False)
        pytest.skip(NO_CHROMIUM)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.getreports("skipped")
    for reason, what in ((NO_CHROMIUM, "in a browser"), (NO_SHARED, "of files from elsewhere")):
        if count := sum(reason in str(report.longrepr) for report in skipped):
            terminalreporter.section("NOT RUN", red=True)
            terminalreporter.line(f"{count} tests {what}, as {reason}", red=True)


@pytest.fixture
def editor(client: Client) -> Client:
    """The browser of a member of the editors' group."""
    user = User.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="编辑"))
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _empty_search(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that commits, Django empties the tables of models; those of search are none."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")  # so that this ends before it
        yield
        engines.current().clear()
    else:
        yield
