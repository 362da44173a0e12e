"""Processes that are killed half-way, and several at once, over a database of their own."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from digests.tests.length import often

KILLS = often(2, at_length=50)
FILES = often(60, at_length=200)


class Installation:
    """A database and a folder of digests, with commands to run in other processes."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url = database_url
        self.folder = folder
        folder.mkdir()

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": self.database_url, "SECRET_KEY": "x"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: object) -> str:
        process = self.start(*arguments)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        return output

    def write_files(self, version: int) -> None:
        for index in range(FILES):
            (self.folder / f"digest-{index:03}.md").write_text(text(index, version))

    def exported(self) -> list[str]:
        target = self.folder.parent / "export"
        shutil.rmtree(target, ignore_errors=True)
        self.run("export_digests", "--output", target)
        return [path.read_text() for path in sorted(target.glob("*.md"))]


def text(index: int, version: int) -> str:
    topics = (
        f"## {number}. 第 {index} 篇的话题 {number}\n* **结论**: 第 {version} 版\n"
        f"* 参考: [文](https://example.org/{index % 7}/{number})\n"
        for number in range(1, 4)
    )
    return f"---\ntitle: 第 {version} 版\ndate: 2024-07-10\ntags: [RAG]\n---\n" + "".join(topics)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    if connection.vendor == "sqlite":
        database = tmp_path / "db.sqlite3"
        site = Installation(f"sqlite:///{database}", tmp_path / "digests")
        site.run("migrate", "--verbosity", "0")
        yield site
        with closing(sqlite3.connect(database)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return
    server_url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(server_url.geturl(), autocommit=True) as server:
        server.execute("CREATE DATABASE kb_killed")
        try:
            own = server_url._replace(path="/kb_killed").geturl()
            site = Installation(own, tmp_path / "digests")
            site.run("migrate", "--verbosity", "0")
            yield site
        finally:
            server.execute("DROP DATABASE kb_killed WITH (FORCE)")


def test_a_killed_import_leaves_each_digest_wholly_old_or_wholly_new(
    installation: Installation,
) -> None:
    installation.write_files(0)
    started = time.monotonic()
    installation.run("import_digests", installation.folder)
    whole = time.monotonic() - started
    killed = 0
    for version in range(1, KILLS + 1):
        installation.write_files(version)
        process = installation.start("import_digests", "--quiet", installation.folder)
        time.sleep(whole * (0.2 + 0.6 * version / KILLS))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        found = installation.exported()
        old_or_new = [{text(index, version - 1), text(index, version)} for index in range(FILES)]
        assert len(found) == FILES
        assert all(one in both for one, both in zip(found, old_or_new, strict=True))
        assert f"{FILES} 篇文摘，0 行过期" in installation.run("rebuild")
        installation.run("import_digests", "--quiet", installation.folder)
        assert installation.exported() == [text(index, version) for index in range(FILES)]
    assert killed >= KILLS / 2  # a fast machine may end before it is killed


def test_four_importers_at_once_end_as_if_one_came_after_the_other(
    installation: Installation,
) -> None:
    for version in range(2):
        installation.write_files(version)
        importers = [installation.start("import_digests", installation.folder) for _ in range(4)]
        for importer in importers:
            output, _ = importer.communicate()
            assert importer.returncode == 0, output
        assert installation.exported() == [text(index, version) for index in range(FILES)]
        assert f"{FILES} 篇文摘，0 行过期" in installation.run("rebuild")
        again = installation.run("import_digests", installation.folder)
        assert f"未变 {FILES}" in again
