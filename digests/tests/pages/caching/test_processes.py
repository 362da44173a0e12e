"""Several processes over one database, each with copies of its own: no page is ever old."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings

from digests.tests.length import often

WRITES = often(12, at_length=500)
# Pages that are read after each write, and as many before it, so that there are copies.
READS = 8
COOKIES = ["", "kb_theme=dark", "django_language=en"]


class Site:
    """A process that `site.py` describes."""

    def __init__(self, database_url: str, *, with_copies: bool) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import django; django.setup()\n"
                "from digests.tests.pages.caching import site\n"
                f"site.run(with_copies={with_copies})",
            ],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DATABASE_URL": database_url,
                "DJANGO_SETTINGS_MODULE": "kb.settings",
                "SECRET_KEY": "x",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        # What a browser keeps: pages with their ETags, by address and cookies.
        self._kept: dict[tuple[str, str], tuple[str, str]] = {}

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # it ends with its input
        assert self._process.returncode == 0

    def begin(self, name: str, *arguments: Any) -> None:
        assert self._process.stdin
        print(json.dumps([name, *arguments]), file=self._process.stdin, flush=True)

    def end(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def ask(self, name: str, *arguments: Any) -> Any:
        self.begin(name, *arguments)
        return self.end()

    def read(self, address: str, cookie: str) -> tuple[int, str]:
        """Status and text of a page as a browser shows it that keeps what it may."""
        etag, kept = self._kept.get((address, cookie), ("", ""))
        headers = {"cookie": cookie, **({"if-none-match": etag} if etag else {})}
        status, etag, text = self.ask("read", address, headers)
        if status == 304:
            return 200, kept
        if etag:
            self._kept[address, cookie] = (etag, text)
        return status, text


@pytest.fixture
def sites(empty_database: str) -> Iterator[list[Site]]:
    """Two processes with copies, and one without."""
    with ExitStack() as started:
        found = [
            started.enter_context(Site(empty_database, with_copies=with_copies))
            for with_copies in (True, True, False)
        ]
        found[2].ask("migrate")
        yield found


def test_right_after_a_write_by_another_process_no_page_shows_the_old_content(
    sites: list[Site],
) -> None:
    *with_copies, without = sites
    rng = random.Random(WRITES)  # noqa: S311 - no secret
    for number in range(WRITES):
        writer, reader = rng.sample(with_copies, 2)
        pages = rng.sample(without.ask("addresses"), READS) if number else ["/", "/topics.atom"]
        asked = [(page, rng.choice(COOKIES)) for page in pages]
        writer.begin("write", number)
        for each in asked:  # while it is written
            reader.read(*each)
        change = writer.end()
        for address, cookie in asked:
            shown = reader.read(address, cookie)
            status, _, text = without.ask("read", address, {"cookie": cookie})
            assert shown == (status, text), (number, change, address, cookie)
            assert reader.read(address, cookie) == shown
