"""Twenty edits among two hundred digests, whose files are imported again, unchanged and changed."""

from pathlib import Path

import pytest

from benchmarks.generated import texts
from digests.importing import FileReport, Status, find_sources, import_sources
from digests.models import Conflict, Digest, Topic
from digests.tests.files import edit_topic

pytestmark = pytest.mark.django_db

DIGESTS, EDITS = 200, 20
MARK = "编辑的第 {} 处"


def test_no_edit_is_lost_and_nothing_stands_twice(tmp_path: Path) -> None:
    originals = list(texts(DIGESTS))
    assert {report.status for report in _import(tmp_path, originals)} == {Status.CREATED}
    count = Topic.objects.count()
    _edit_some()

    assert {report.status for report in _import(tmp_path, originals)} == {Status.UNCHANGED}
    assert _lost() == []

    changed = [_changed(text, index) for index, text in enumerate(originals)]
    runs = [_import(tmp_path, changed) for _run in range(3)]
    assert {report.status for report in runs[0]} == {Status.UPDATED}
    for again in runs[1:]:
        assert {report.status for report in again} == {Status.UNCHANGED}
    assert _lost() == []
    assert Digest.objects.count() == DIGESTS
    assert Topic.objects.live().count() == count + DIGESTS  # each file got one more
    clashes = sum(report.topics.conflicts for report in runs[0])
    assert Conflict.objects.open().count() == clashes > 0


def _edit_some() -> None:
    topics = Topic.objects.order_by("pk")
    step = topics.count() // EDITS
    for number, topic in enumerate(topics[::step][:EDITS]):
        first, rest = topic.body.split("\n", 1)
        edit_topic(topic, body=f"{first}{MARK.format(number)}\n{rest}")


def _changed(text: str, index: int) -> str:
    """A later version of a file: every third line changed, and one topic added."""
    lines = [
        line.replace("模型", "大模型") if number % 3 == index % 3 else line
        for number, line in enumerate(text.split("\n"))
    ]
    return "\n".join(lines) + f"\n## 99. 补充话题 {index}\n* **结论**: 见下期\n"


def _import(folder: Path, contents: list[str]) -> list[FileReport]:
    for index, text in enumerate(contents):
        (folder / f"digest-{index:03}.md").write_text(text)
    return list(import_sources(find_sources([str(folder)]), origin="test"))


def _lost() -> list[int]:
    live = "\n".join(Topic.objects.live().values_list("body", flat=True))
    return [number for number in range(EDITS) if live.count(MARK.format(number) + "\n") != 1]
