"""Two imports of one folder at once: the second finds nothing new, and leaves no record of it."""

import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from digests.importing import FileReport, Status, find_sources, import_sources
from digests.importing.reading import read_files
from digests.models import ContentVersion, ImportedFile, ImportRun, Topic
from digests.tests.files import SMALL, edit_topic

pytestmark = pytest.mark.django_db

# A file with a warning, which an import that reads it stores with its record.
DOUBTFUL = SMALL + "\n## 1. 空\n"
READ_FILES = "digests.importing.run.read_files"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("a", SMALL), ("b", DOUBTFUL)):
        (tmp_path / f"{name}.md").write_text(text)
    return tmp_path


def imported(folder: Path) -> list[FileReport]:
    return list(import_sources(find_sources([str(folder)]), origin="test"))


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Have something happen between the look of the next import at what is known and its write."""

    def overtake(happen: Callable[[], Any]) -> None:

        def read(*args: Any) -> Any:
            monkeypatch.setattr(READ_FILES, read_files)
            happen()
            return read_files(*args)

        monkeypatch.setattr(READ_FILES, read)

    return overtake


def test_an_import_that_another_overtakes_reports_unchanged_and_leaves_no_record(
    folder: Path, overtaken: Any
) -> None:
    overtaken(lambda: imported(folder))
    reports = imported(folder)
    assert [report.status for report in reports] == [Status.UNCHANGED] * 2
    assert not any(report.warnings for report in reports)
    assert [report.topics.unchanged for report in reports] == [2, 3]
    run_of_first = ImportRun.objects.get()
    assert (run_of_first.created, ImportedFile.objects.count()) == (2, 2)


def test_one_that_is_overtaken_in_a_part_records_the_rest(folder: Path, overtaken: Any) -> None:
    overtaken(lambda: imported(folder / "a.md"))
    assert [report.status.value for report in imported(folder)] == ["unchanged", "created"]
    newest = ImportRun.objects.order_by("-pk")[0]
    assert (newest.created, newest.unchanged, newest.files.count()) == (1, 1, 1)


def test_one_that_is_overtaken_by_another_text_merges_with_that(
    folder: Path, overtaken: Any
) -> None:
    path = folder / "a.md"
    read = path.read_bytes()

    def newer() -> None:
        path.write_text(SMALL.replace("先看数据", "先看指标"))
        imported(path)
        path.write_bytes(read)

    overtaken(newer)
    assert [report.status.value for report in imported(path)] == ["updated"]
    assert Topic.objects.get(position=1).body == "* **经验**: 先看数据\n"
    assert ImportRun.objects.count() == 2


def test_one_that_is_overtaken_by_an_import_and_an_edit_keeps_the_edit(
    folder: Path, overtaken: Any
) -> None:
    def edited() -> None:
        imported(folder / "a.md")
        edit_topic(Topic.objects.get(position=1), body="* **经验**: 编者的话\n")

    overtaken(edited)
    (report,) = imported(folder / "a.md")
    assert (report.status, report.topics.kept) == (Status.UNCHANGED, 1)
    assert Topic.objects.get(position=1).body == "* **经验**: 编者的话\n"
    assert ImportRun.objects.count() == 1


def test_a_text_without_a_name_that_comes_again_leaves_no_record_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statuses = []
    for _again in range(3):
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(DOUBTFUL.encode())))
        (report,) = import_sources(find_sources(["-"]), origin="-")
        statuses.append(report.status.value)
    assert statuses == ["created", "unchanged", "unchanged"]
    assert ImportRun.objects.count() == 1


def test_what_finds_nothing_new_raises_no_version(folder: Path, overtaken: Any) -> None:
    versions = []

    def first() -> None:
        imported(folder)
        versions.append(ContentVersion.objects.values().get())

    overtaken(first)
    imported(folder)
    assert ContentVersion.objects.values().get() == versions[0]


def test_of_two_processes_one_leaves_a_record(empty_database: str, folder: Path) -> None:
    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": empty_database, "SECRET_KEY": "x"},
            stdout=subprocess.PIPE,
            text=True,
        )

    start("migrate", "--verbosity", "0").communicate()
    processes = [start("import_digests", str(folder), "--format", "json") for _ in range(2)]
    lines = [line for each in processes for line in each.communicate()[0].splitlines()]
    assert [each.returncode for each in processes] == [0, 0]
    assert sum('"status": "created"' in line for line in lines) == 2
    count = "from digests.models import ImportRun; print(ImportRun.objects.count())"
    assert start("shell", "--verbosity", "0", "--command", count).communicate()[0].split() == ["1"]
