"""A first import, with the rows that the seed must yield."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DataError

from digests.importing import Status, find_sources, import_sources
from digests.models import Citation, Digest, ImportedFile, ImportRun, Point, Reference, Tag, Topic
from digests.tests.files import SEED, SMALL, import_path, import_text, only_digest
from digests.vocabulary import TagOrigin

pytestmark = pytest.mark.django_db


def _content() -> list[object]:
    """All rows that an import may write, except the record of the run."""
    models = (Digest, Topic, Point, Reference, Citation, Tag)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_seed_gives_its_digest_topics_points_and_references() -> None:
    report = import_path(SEED)
    digest = only_digest()
    assert (report.status, report.topics.created) == (Status.CREATED, 10)
    assert digest.slug == "2024-07-10"
    assert digest.published_at == datetime(2024, 7, 10, 11, 31, 56, tzinfo=UTC)
    assert [topic.number for topic in digest.topics.all()] == list(range(1, 11))
    assert Point.objects.count() == 21
    assert Citation.objects.filter(item__isnull=False).count() == 17
    assert Citation.objects.filter(item__isnull=True).count() == 0
    assert Citation.objects.exclude(url="").count() == 9
    assert Reference.objects.count() == 16


def test_a_repository_cited_as_code_and_as_model_is_one_reference() -> None:
    import_path(SEED)
    reference = Reference.objects.get(key="github:dvlab-research/step-dpo")
    assert [c.label for c in reference.citations.order_by("position")] == ["代码", "模型"]
    assert reference.topic_count == 1


def test_tags_go_to_the_topics_that_name_them_and_the_others_inherit() -> None:
    import_path(SEED)
    topics = Topic.objects.prefetch_related("taggings__tag").order_by("position")
    assert [[tag.name for tag in topic.own_tags] for topic in topics] == [
        ["Adam 优化器"],
        ["LLM 角色指令增强"],
        ["MCTS", "RAG"],
        ["Step-DPO"],
        *[[]] * 6,
    ]
    assert len(only_digest().tag_list) == Tag.objects.count() == 5
    assert all(tag.topic_count == 1 for tag in Tag.objects.all())


def test_a_tag_knows_that_it_came_from_the_file() -> None:
    import_path(SEED)
    assert {t.origin for topic in Topic.objects.all() for t in topic.taggings.all()} == {
        TagOrigin.FILE
    }


def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    import_path(SEED)
    before = _content()
    report = import_path(SEED)
    assert (report.status, report.topics.unchanged, report.topics.updated) == (
        Status.UNCHANGED,
        10,
        0,
    )
    assert _content() == before


def test_a_dry_run_says_what_would_happen_and_writes_nothing() -> None:
    report = import_path(SEED, dry_run=True)
    assert (report.status, report.topics.created) == (Status.CREATED, 10)
    assert not any(_content())
    assert not ImportRun.objects.exists()


def test_links_in_the_preamble_are_cited_by_the_digest(tmp_path: Path) -> None:
    import_text(tmp_path)
    (citation,) = only_digest().citations.all()
    assert (citation.reference.key, citation.inline) == ("url:https://example.org/blog", True)


def test_a_link_definition_elsewhere_in_the_file_is_used(tmp_path: Path) -> None:
    import_text(tmp_path, "## 一\n见 [文][id]\n\n## 二\n\n[id]: https://example.org/x\n")
    assert Topic.objects.get(title="一").citations.get().url == "https://example.org/x"


def test_a_failing_file_leaves_nothing_behind_and_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text("---\ndate: 2024-13-45\n---\n## 一\n")
    (tmp_path / "2.md").write_text(SMALL)
    (tmp_path / "3.md").write_bytes(b"\0")
    sources = find_sources([str(tmp_path), str(tmp_path / "missing.md")])
    reports = list(import_sources(sources, origin="test"))
    assert [report.status for report in reports] == [
        Status.FAILED,
        Status.CREATED,
        Status.FAILED,
        Status.FAILED,
    ]
    assert [report.error.line for report in reports if report.error] == [2, 1, 1]
    assert only_digest().slug == "2"


def test_two_files_with_one_address_do_not_overwrite_each_other(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.md").write_text("## 一\n甲\n")
    (tmp_path / "a-b.md").write_text("## 二\n乙\n")
    reports = list(import_sources(find_sources([str(tmp_path)]), origin="test"))
    assert [report.status for report in reports] == [Status.CREATED, Status.FAILED]
    assert "a-b.md" in reports[1].as_json()["error"]["message"]


def test_a_run_is_recorded_with_what_it_did_to_each_file(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"\0")
    (tmp_path / "good.md").write_text("## 1. 一\n* **问题**: 甲\n## 1. 二\n乙\n")
    list(import_sources(find_sources([str(tmp_path)]), origin="here"))
    run = ImportRun.objects.get()
    assert (run.origin, run.created, run.failed, run.unchanged) == ("here", 1, 1, 0)
    assert run.finished_at is not None
    bad, good = ImportedFile.objects.order_by("pk")
    assert bad.report["error"]["line"] == 1
    assert good.digest == only_digest()
    assert [(w["line"], w["code"]) for w in good.report["warnings"]] == [
        (1, "title-missing"),
        (3, "duplicate-number"),
        (1, "date-guessed"),
    ]


def test_a_file_without_a_date_takes_the_time_of_its_last_change(tmp_path: Path) -> None:
    text = "---\ntitle: 标题\n---\n## 一\n* **问题**: 甲\n"
    report = import_text(tmp_path, text, name="notes.md")
    assert [warning.code for warning in report.warnings] == ["date-guessed"]
    modified = datetime.fromtimestamp((tmp_path / "notes.md").stat().st_mtime, UTC)
    assert only_digest().published_at == modified


def test_tags_are_the_same_whatever_their_case(tmp_path: Path) -> None:
    import_text(tmp_path, "---\ntags: [RAG]\n---\n", name="a.md")
    import_text(tmp_path, "---\ntags: [rag, ＲＡＧ]\n---\n", name="b.md")
    assert [tag.name for tag in Tag.objects.all()] == ["RAG"]


def test_a_tag_that_is_too_long_is_left_out_with_a_warning(tmp_path: Path) -> None:
    text = SMALL.replace("[RAG, MCTS]", f"[RAG, {'长' * 101}]")
    report = import_text(tmp_path, text)
    assert [warning.code for warning in report.warnings] == ["tag-too-long"]
    assert [tag.name for tag in Tag.objects.all()] == ["RAG"]


def test_a_path_too_long_for_an_address_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 150)
    folder.mkdir()
    (folder / f"{'b' * 150}.md").write_text("## 一\n")
    (report,) = import_sources(find_sources([str(tmp_path)]), origin="test")
    assert report.status is Status.FAILED
    assert not Digest.objects.exists()


def test_the_title_of_a_reference_is_the_most_frequent_good_one(tmp_path: Path) -> None:
    url = "https://arxiv.org/abs/2305.18290"
    import_text(tmp_path, f"## 一\n[{url}]({url})\n## 二\n[A]({url}) [DPO]({url})\n", name="a.md")
    import_text(tmp_path, f"## 三\n[DPO]({url})\n", name="b.md")
    reference = Reference.objects.get()
    assert (reference.title, reference.topic_count) == ("DPO", 3)


def test_a_warning_about_a_body_names_the_line_in_the_file(tmp_path: Path) -> None:
    bad = "[x](https://example.org:99999/)\n"
    text = f"---\ndate: 2024-07-11\ntitle: x\n---\n{bad}\n## 一\n* **问题**: 甲\n\n{bad}"
    report = import_text(tmp_path, text)
    assert [(w.line, w.code) for w in report.warnings] == [
        (5, "url-unparsable"),
        (10, "url-unparsable"),
    ]
    report = import_text(tmp_path, text.replace("甲", "甲\n\n  乙"))
    assert [w.line for w in report.warnings] == [5, 12]


def test_a_name_that_is_not_utf8_fails_alone(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xd6\xd0.md")).write_text(SMALL)
    (tmp_path / "good.md").write_text(SMALL)
    reports = list(import_sources(find_sources([str(tmp_path)]), origin="test"))
    assert sorted(report.status for report in reports) == [Status.CREATED, Status.FAILED]
    assert ImportRun.objects.get().failed == 1


def test_of_equal_titles_the_first_one_cited_is_taken(tmp_path: Path) -> None:
    url = "https://example.org/x"
    import_text(tmp_path, f"[前言]({url})\n\n## 一\n[Zeta]({url}) [Alpha]({url})\n")
    assert Reference.objects.get().title == "前言"
    import_text(tmp_path, f"## 一\n[Zeta]({url}2) [Alpha]({url}2)\n", name="b.md")
    assert Reference.objects.get(url=f"{url}2").title == "Zeta"


def test_what_the_database_refuses_fails_alone_in_its_batch_and_on_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = Topic.objects.bulk_create

    def refuse(topics: Iterable[Topic]) -> list[Topic]:
        rows = list(topics)
        if any(topic.title == "坏" for topic in rows):
            raise DataError("no\nLINE 1: ...\n        ^")
        return create(rows)

    monkeypatch.setattr(Topic.objects, "bulk_create", refuse)
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.md").write_text(f"## {'坏' if name == 'b' else '好'}\n{name}\n")
    reports = list(import_sources(find_sources([str(tmp_path)]), origin="test"))
    assert [report.status for report in reports] == [Status.CREATED, Status.FAILED, Status.CREATED]
    assert reports[1].error is not None
    assert str(reports[1].error.message).endswith("no LINE 1: ... ^")
    assert set(Digest.objects.values_list("slug", flat=True)) == {"a", "c"}
    run = ImportRun.objects.get()
    assert (run.created, run.failed, run.files.count()) == (2, 1, 3)
