"""No statement grows with the data: it names as many rows among many digests as among few."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from digests.changes import editing
from digests.importing import find_sources, import_sources, opening
from digests.management.commands import rebuild
from digests.models import Digest, Revision, SearchDocument, Tag, Topic
from digests.tests.statements import longest_statement

pytestmark = pytest.mark.django_db

FEW = 4


def _text(number: int) -> str:
    topics = "".join(f"## {place}. 题 {number}\n* **问题**: RAG 甲\n" for place in range(3))
    link = "[文](https://example.org/same)"
    return f"---\ntitle: 第 {number} 篇\ndate: 2024-07-10\ntags: [RAG, MCTS]\n---\n{link}\n{topics}"


def _import(folder: Path, first: int, count: int, *, changed: bool = False) -> None:
    for number in range(first, first + count):
        text = _text(number).replace("甲", "乙" if changed else "甲")
        (folder / f"{number:03}.md").write_text(text)
    list(import_sources(find_sources([str(folder)]), origin="test"))


def _parameters(work: Callable[[], object]) -> int:
    with longest_statement() as longest:
        work()
    return longest.parameters


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BATCH_FILES", 2)
    monkeypatch.setattr(rebuild, "_BATCH", 2)
    monkeypatch.setattr(editing, "_BATCH", 2)
    monkeypatch.setattr(editing, "_ROWS", 3)


def test_an_import_names_no_more_rows_for_more_files(tmp_path: Path) -> None:
    few = _parameters(lambda: _import(tmp_path, 0, FEW))
    assert _parameters(lambda: _import(tmp_path, FEW, 4 * FEW)) <= few + 1
    few = _parameters(lambda: _import(tmp_path, 0, FEW, changed=True))
    assert _parameters(lambda: _import(tmp_path, 0, 5 * FEW, changed=True)) <= few + 1


@pytest.mark.parametrize("options", [[], ["--stale"]])
def test_a_rebuild_names_no_more_rows_for_more_digests(tmp_path: Path, options: list[str]) -> None:
    counts = []
    for first, count in ((0, FEW), (FEW, 4 * FEW)):
        _import(tmp_path, first, count)
        SearchDocument.objects.update(analyzer_version=0)
        Digest.objects.update(renderer_version=0)
        counts.append(_parameters(lambda: call_command("rebuild", *options)))
    assert counts[1] <= counts[0] + 1


@pytest.mark.parametrize("what", ["topics", "digests", "tags"])
def test_a_deletion_names_no_more_rows_for_more_of_them(tmp_path: Path, what: str) -> None:
    counts = []
    for count in (FEW, 5 * FEW):
        _import(tmp_path, 0, count)
        for topic in Topic.objects.all():
            Revision.objects.bulk_create(Revision(topic=topic, values={}) for _ in range(count))
        delete = {
            "topics": lambda: editing.delete_topics(Topic.objects.all(), by=None),
            "digests": lambda: editing.delete_digests(Digest.objects.all()),
            "tags": lambda: editing.delete_tags(Tag.objects.filter(name="RAG"), by=None),
        }[what]
        counts.append(_parameters(delete))
        Digest.objects.all().delete()
    assert counts[1] <= counts[0] + 1


def test_what_is_deleted_leaves_nothing_behind(tmp_path: Path) -> None:
    _import(tmp_path, 0, FEW)
    tags = Tag.objects.filter(name="RAG")
    editing.delete_tags(tags, by=None)
    assert not tags.exists()
    assert all("RAG" not in digest.front_matter for digest in Digest.objects.all())
    assert Revision.objects.filter(digest__isnull=False).exists()
    editing.delete_topics(Topic.objects.filter(position=0), by=None)
    assert {topic.status for topic in Topic.objects.filter(position=2)} == {"deleted"}
    call_command("rebuild")
    editing.delete_digests(Digest.objects.all())
    assert not Digest.objects.exists()
    assert not Revision.objects.exists()
    assert not SearchDocument.objects.exclude(kind="tag").exclude(kind="reference").exists()


def test_long_digests_are_rebuilt_in_shorter_transactions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _import(tmp_path, 0, FEW)
    ids = list(Digest.objects.order_by("pk").values_list("pk", flat=True))
    monkeypatch.setattr(rebuild, "_BATCH", FEW)
    assert list(rebuild._batches(ids)) == [ids]
    monkeypatch.setattr(rebuild, "_CHARACTERS", 10)
    assert list(rebuild._batches(ids)) == [[pk] for pk in ids]
