"""A second import of a file, after changes by an editor or by its author."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digests.changes import editing
from digests.changes.merged_fields import DIGEST_FIELDS, TOPIC_FIELDS
from digests.changes.snapshots import values_of
from digests.exporting import digest_bytes
from digests.importing import FileReport, Status, Summary
from digests.importing.report import TopicCounts
from digests.models import Conflict, Digest, ImportedDigest, ImportedTopic, Topic
from digests.tests.files import SMALL, edit_digest, edit_topic, import_text, only_digest

pytestmark = pytest.mark.django_db


def _topics() -> list[tuple[int | None, str]]:
    topics = only_digest().topics.live().order_by("position")
    return [(topic.number, topic.title) for topic in topics]


def _first() -> Topic:
    return _at(0)


def _at(position: int) -> Topic:
    return Topic.objects.get(position=position)


def test_what_only_the_file_changed_is_taken(tmp_path: Path) -> None:
    import_text(tmp_path)
    pk = _first().pk
    report = import_text(tmp_path, SMALL.replace("召回率低", "召回率很低"))
    assert (report.status, report.topics.updated, report.topics.unchanged) == (
        Status.UPDATED,
        1,
        1,
    )
    assert _first().pk == pk
    assert "召回率很低" in _first().body
    assert "召回率很低" in _first().rendered()


def test_what_only_an_editor_changed_is_kept(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(_first(), body="* **问题**: 编辑写的\n", title="编辑的题目")
    for text in (SMALL, SMALL.replace("先看数据", "后看数据")):
        report = import_text(tmp_path, text)
        assert report.topics.kept == 1
        assert (_first().title, _first().body) == ("编辑的题目", "* **问题**: 编辑写的\n")
    assert "后看数据" in Topic.objects.get(position=1).body


def test_what_both_changed_in_different_places_is_merged(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(_first(), title="编辑的题目")
    import_text(tmp_path, SMALL.replace("## 1. 在", "## 7. 在").replace("召回率低", "召回率很低"))
    assert (_first().number, _first().title) == (7, "编辑的题目")
    assert _first().heading == "## 7. 编辑的题目\n"
    assert "召回率很低" in _first().body


def test_an_editors_title_keeps_its_markdown(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(_first(), title="见 [论文](https://example.org/p)")
    import_text(tmp_path, SMALL.replace("先看数据", "后看数据"))
    assert _first().heading == "## 1. 见 [论文](https://example.org/p)\n"


def test_of_twins_the_edited_one_is_not_taken_for_the_other(tmp_path: Path) -> None:
    text = "## 一\n甲\n## 一\n甲\n"
    import_text(tmp_path, text)
    edited = edit_topic(Topic.objects.get(position=0), body="编辑写的\n")
    exported = digest_bytes(Digest.objects.select_related("imported").get())
    import_text(tmp_path, exported)
    assert Topic.objects.count() == 2
    assert Topic.objects.get(pk=edited.pk).body == "编辑写的\n"


def test_a_clash_keeps_the_editors_text_and_is_told_until_it_is_settled(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(_first(), body="编辑写的\n")
    theirs = SMALL.replace("召回率低", "召回率很低")
    report = import_text(tmp_path, theirs)
    assert [warning.code for warning in report.warnings] == ["conflict"]
    again = import_text(tmp_path, theirs)
    assert (report.topics.conflicts, again.topics.conflicts) == (1, 1)
    assert (again.status, Conflict.objects.open().count()) == (Status.UNCHANGED, 1)
    assert _first().body == "编辑写的\n"
    edit_topic(_first(), body=_body_of(theirs))
    assert not Conflict.objects.open().exists()
    settled = import_text(tmp_path, theirs)
    assert (settled.topics.conflicts, settled.topics.unchanged) == (0, 2)


def _body_of(text: str) -> str:
    return text.split("检索\n", 1)[1].split("## 2.", 1)[0]


def test_topics_that_moved_or_got_other_numbers_keep_their_addresses(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 一\n甲\n## 2. 二\n乙\n")
    addresses = {topic.title: topic.get_absolute_url() for topic in Topic.objects.all()}
    import_text(tmp_path, "## 1. 新\n丙\n## 2. 二\n乙\n## 3. 一\n甲\n")
    assert _topics() == [(1, "新"), (2, "二"), (3, "一")]
    for topic in Topic.objects.exclude(title="新"):
        assert topic.get_absolute_url() == addresses[topic.title]


def test_an_edited_topic_that_left_the_file_is_kept_at_its_place_and_told(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 一\n甲\n## 2. 二\n乙\n")
    edit_topic(_first(), body="编辑写的\n")
    report = import_text(tmp_path, "## 2. 二\n乙\n")
    assert "topic-gone" in [warning.code for warning in report.warnings]
    assert _topics() == [(1, "一"), (2, "二")]
    again = import_text(tmp_path, "## 2. 二\n乙\n")
    assert (again.status, again.topics.kept) == (Status.UNCHANGED, 1)
    import_text(tmp_path, "## 2. 二\n乙\n## 1. 一\n甲\n")
    assert _topics() == [(2, "二"), (1, "一")]
    assert _at(1).body == "编辑写的\n"


def test_an_unedited_topic_that_left_the_file_is_archived_until_it_is_back(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, "## 1. 一\n甲\n## 2. 二\n乙\n")
    pk = _first().pk
    report = import_text(tmp_path, "## 2. 二\n乙\n")
    assert "topic-archived" in [warning.code for warning in report.warnings]
    assert (report.topics.archived, _topics()) == (1, [(2, "二")])
    assert Topic.objects.get(pk=pk).archived_at
    again = import_text(tmp_path, "## 2. 二\n乙\n")
    assert (again.status, again.topics) == (Status.UNCHANGED, TopicCounts(unchanged=1))
    back = import_text(tmp_path, "## 1. 一\n甲，补充\n## 2. 二\n乙\n")
    assert (back.topics.updated, _topics()) == (1, [(1, "一"), (2, "二")])
    assert (_first().pk, _first().archived_at) == (pk, None)


def test_a_topic_that_an_editor_deleted_stays_deleted(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 一\n甲\n## 2. 二\n乙\n")
    editing.delete_topics(Topic.objects.filter(title="一"), by=None)
    for text in ("## 1. 一\n甲\n## 2. 二\n乙\n", "## 1. 一\n甲改\n## 2. 二\n乙\n"):
        report = import_text(tmp_path, text)
        assert _topics() == [(2, "二")]
    assert "topic-deleted" in [warning.code for warning in report.warnings]
    import_text(tmp_path, "## 2. 二\n乙\n")
    import_text(tmp_path, "## 1. 一\n甲改\n## 2. 二\n乙\n")
    assert _topics() == [(2, "二")]


def test_what_an_editor_changed_of_a_digest_is_kept(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_digest(only_digest(), title="编辑的标题", tags=["MCTS", "新标签"])
    report = import_text(tmp_path, SMALL.replace("[RAG, MCTS]", "[RAG, MCTS, DPO]"))
    digest = Digest.objects.with_tags().get()
    assert report.status is Status.UPDATED
    assert digest.title == "编辑的标题"
    assert [tag.name for tag in digest.tag_list] == ["MCTS", "DPO", "新标签"]
    assert digest.front_matter == (
        '---\ntitle: "编辑的标题"\ndate: 2024-07-11T09:00:00+08:00\n'
        'tags: ["MCTS", "DPO", "新标签"]\n---\n'
    )


def test_a_clash_in_a_digests_title_is_counted(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_digest(only_digest(), title="编辑的标题")
    report = import_text(tmp_path, SMALL.replace("小结", "文件的标题"))
    summary = Summary()
    summary.add(report)
    assert summary.conflicts == 1
    assert only_digest().title == "编辑的标题"


def test_a_tag_that_an_editor_took_off_a_topic_stays_off(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(_first(), tags=["编辑的标签"])
    import_text(tmp_path, SMALL.replace("召回率低", "RAG 的召回率低"))
    assert [tag.name for tag in _first().own_tags] == ["编辑的标签"]


def test_an_unedited_digest_is_exported_byte_for_byte(tmp_path: Path) -> None:
    for data in (
        SMALL.encode(),
        SMALL.replace("\n", "\r\n").encode("utf-8-sig"),
        SMALL.encode("gb18030"),
        "一行，没有换行".encode(),
    ):
        import_text(tmp_path, data)
        assert digest_bytes(Digest.objects.select_related("imported").get()) == data
        editing.delete_digests(Digest.objects.all())


def test_no_field_of_the_base_is_forgotten() -> None:
    bookkeeping = {"id", "imported_digest", "topic", "position"}
    of_topic = {field.name for field in ImportedTopic._meta.concrete_fields} - bookkeeping
    assert {name.removeprefix("changed_") for name in of_topic} == set(TOPIC_FIELDS)
    bookkeeping = {"id", "digest", "path", "sha256", "encoding", "tags"}
    of_digest = {field.name for field in ImportedDigest._meta.concrete_fields} - bookkeeping
    assert {name.removeprefix("changed_") for name in of_digest} == set(DIGEST_FIELDS)


def test_the_text_of_a_file_is_stored_again_only_once_an_editor_changes_it(tmp_path: Path) -> None:
    import_text(tmp_path, SMALL)
    assert not ImportedTopic.objects.exclude(changed_body=None).exists()
    first = _first()
    before = first.body
    edit_topic(first, body="* **问题**: 编辑写的\n")
    edit_digest(only_digest(), preamble="编辑的前言\n")
    assert ImportedTopic.objects.get(topic=first).body == before
    assert ImportedDigest.objects.get().preamble != only_digest().preamble == "编辑的前言\n"
    edit_topic(_first(), body="* **问题**: 编辑又写的\n")
    assert ImportedTopic.objects.get(topic=first).body == before


def test_a_version_holds_every_merged_field(tmp_path: Path) -> None:
    import_text(tmp_path)
    assert values_of(_first()).keys() > set(TOPIC_FIELDS)
    assert values_of(only_digest()).keys() > set(DIGEST_FIELDS)


EDITS_OF_TOPIC: dict[str, Any] = {
    "number": 9,
    "title": "RAG，编辑的题目",
    "body": "* **问题**: 编辑写的\n",
}
EDITS_OF_DIGEST: dict[str, Any] = {
    "title": "新名",
    "published_at": datetime(2024, 7, 9, tzinfo=UTC),
    "preamble": "新的前言\n",
}


@pytest.mark.parametrize("name", TOPIC_FIELDS)
def test_an_edit_of_any_merged_field_marks_a_topic_until_it_is_taken_back(
    tmp_path: Path, name: str
) -> None:
    import_text(tmp_path)
    before = getattr(_first(), name)
    assert edit_topic(_first(), **{name: EDITS_OF_TOPIC[name]}).edited_at
    import_text(tmp_path, f"{SMALL}\n## 3. 新\n")
    assert _first().edited_at
    assert getattr(_first(), name) == EDITS_OF_TOPIC[name]
    assert edit_topic(_first(), **{name: before}).edited_at is None


@pytest.mark.parametrize("name", DIGEST_FIELDS)
def test_an_edit_of_any_merged_field_marks_a_digest_until_it_is_taken_back(
    tmp_path: Path, name: str
) -> None:
    import_text(tmp_path)
    before = getattr(only_digest(), name)
    assert edit_digest(only_digest(), **{name: EDITS_OF_DIGEST[name]}).edited_at
    import_text(tmp_path, f"{SMALL}\n## 3. 新\n")
    assert only_digest().edited_at
    assert getattr(only_digest(), name) == EDITS_OF_DIGEST[name]
    assert edit_digest(only_digest(), **{name: before}).edited_at is None


def test_an_import_of_an_export_changes_nothing(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(_first(), title="编辑的题目", body="编辑写的，没有换行")
    exported = digest_bytes(Digest.objects.select_related("imported").get())
    report: FileReport = import_text(tmp_path, exported)
    assert report.topics.conflicts == 0
    assert _topics() == [(1, "编辑的题目"), (2, "其他")]


def test_a_title_that_stood_in_the_preamble_survives_its_edit_and_an_export(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, "# 标题\n\n前言\n\n## 1. 甲\n乙\n", name="2024-07-11-a.md")
    edit_digest(only_digest(), preamble="# 标题\n\n新前言\n")
    assert only_digest().front_matter == ""
    edit_digest(only_digest(), preamble="新前言\n")
    exported = digest_bytes(Digest.objects.select_related("imported").get())
    report = import_text(tmp_path, exported, name="2024-07-11-a.md")
    assert report.status is Status.UNCHANGED
    assert only_digest().title == "标题"


def test_a_guessed_date_stays_when_the_file_is_copied_or_mended(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 甲\n乙\n", name="notes.md")
    Digest.objects.update(published_at="2020-01-01T00:00:00Z")
    ImportedDigest.objects.update(published_at="2020-01-01T00:00:00Z")
    report = import_text(tmp_path, "## 1. 甲\n丙\n", name="notes.md")
    assert report.status is Status.UPDATED
    assert only_digest().published_at.year == 2020
    edit_digest(only_digest(), title="新")
    assert b"2020-01-01" in digest_bytes(Digest.objects.select_related("imported").get())


def test_a_preamble_without_a_line_end_is_read_apart_from_the_first_topic(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 甲\n乙\n", name="2024-07-11-a.md")
    digest = edit_digest(only_digest(), preamble="# 2024-07-11-a")
    assert digest.front_matter == ""
    exported = digest_bytes(Digest.objects.select_related("imported").get())
    assert exported == "# 2024-07-11-a\n## 1. 甲\n乙\n".encode()


@pytest.mark.parametrize("kept", ["edited", "gone"])
def test_an_editors_heading_follows_the_level_of_the_file(tmp_path: Path, kept: str) -> None:
    import_text(tmp_path, "## 1. 一\n甲\n\n## 2. 二\n乙\n\n## 3. 三\n丙\n")
    edit_topic(_first(), title="编辑的")
    text = "### 1. 一\n甲\n\n### 2. 二\n乙\n\n### 3. 三\n丙\n"
    import_text(tmp_path, text if kept == "edited" else text.removeprefix("### 1. 一\n甲\n\n"))
    exported = digest_bytes(Digest.objects.select_related("imported").get())
    assert exported.decode().startswith("### 1. 编辑的\n")
    import_text(tmp_path, exported)
    assert _topics() == [(1, "编辑的"), (2, "二"), (3, "三")]


def test_an_underlined_heading_stays_one_after_an_edited_text(tmp_path: Path) -> None:
    text = "一\n---\n甲\n\n二\n---\n乙\n"
    import_text(tmp_path, text)
    edit_topic(_first(), body="* **问题**: 编辑写的\n")
    exported = digest_bytes(Digest.objects.select_related("imported").get())
    import_text(tmp_path, exported)
    assert _topics() == [(None, "一"), (None, "二")]
