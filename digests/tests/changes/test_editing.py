"""Saving by an editor, and the rows that are derived in the same transaction."""

from pathlib import Path

import pytest

from digests.changes import editing
from digests.exporting import digest_bytes
from digests.models import Citation, Digest, Reference, Tag, Topic
from digests.parsing.headings import read_heading
from digests.tests.files import SMALL, edit_digest, edit_topic, import_text, only_digest
from digests.vocabulary import QuestionState, TagOrigin

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def test_a_saved_topic_derives_points_citations_and_html_anew(topic: Topic) -> None:
    body = "* **方法**: 新方法\n* 参考:\n  * https://github.com/a/b\n"
    topic = edit_topic(topic, body=body)
    assert [(point.label, point.text) for point in topic.points.all()] == [("方法", "新方法")]
    assert [citation.reference.key for citation in topic.citations.all()] == ["github:a/b"]
    assert "新方法" in topic.rendered()
    assert "召回率低" not in topic.rendered()


def test_a_reference_that_lost_its_last_citation_stays_with_a_count_of_zero(topic: Topic) -> None:
    edit_topic(topic, body="无\n")
    assert Reference.objects.get(key="arxiv:2302.04761").topic_count == 0
    assert not Reference.objects.cited().filter(key="arxiv:2302.04761").exists()


def test_the_heading_follows_title_and_number(topic: Topic) -> None:
    topic = edit_topic(topic, title="新题目", number=9)
    assert topic.heading == "## 9. 新题目\n"
    assert (topic.number, topic.title) == (9, "新题目")


def test_a_title_that_reads_like_a_number_is_read_as_one(topic: Topic) -> None:
    topic = edit_topic(topic, title="2. 题目", number=None)
    heading = read_heading(topic.heading)
    assert (topic.number, topic.title) == (heading.number, heading.title) == (2, "题目")


def test_a_browsers_line_ends_do_not_change_an_untouched_text(topic: Topic) -> None:
    before = topic.body
    topic = edit_topic(topic, body=before.replace("\n", "\r\n"))
    assert topic.body == before


def test_a_file_with_windows_line_ends_keeps_them(tmp_path: Path) -> None:
    import_text(tmp_path, SMALL.replace("\n", "\r\n").encode())
    topic = edit_topic(Topic.objects.get(position=0), body="* **问题**: 一\r\n* **结论**: 二")
    assert topic.body == "* **问题**: 一\r\n* **结论**: 二\r\n"


def test_tags_an_editor_added_are_his_and_those_he_took_off_stay_off(topic: Topic) -> None:
    topic = edit_topic(topic, tags=["评测"])
    assert {(t.tag.name, t.origin) for t in topic.taggings.all()} == {("评测", TagOrigin.EDITOR)}
    topic = edit_topic(topic, body="RAG 和 MCTS\n", tags=["评测"])
    assert [tag.name for tag in topic.own_tags] == ["评测", "MCTS"]
    topic = edit_topic(topic, tags=["评测", "MCTS", "RAG"])
    topic = edit_topic(topic, body="什么也没有\n", tags=["评测", "MCTS", "RAG"])
    assert {tag.name for tag in topic.own_tags} == {"评测", "MCTS", "RAG"}


def test_counts_of_tags_follow(topic: Topic) -> None:
    assert Tag.objects.get(name="RAG").topic_count == 1
    edit_topic(topic, tags=["评测"])
    assert Tag.objects.get(name="RAG").topic_count == 0
    assert Tag.objects.get(name="评测").topic_count == 1


def test_a_renamed_tag_still_finds_its_topics(topic: Topic) -> None:
    Tag.objects.filter(name="RAG").update(name="检索增强")
    topic = edit_topic(Topic.objects.get(pk=topic.pk), body=topic.body + "\n补充\n")
    assert [tag.name for tag in topic.own_tags] == ["检索增强"]


def test_a_link_definition_that_changed_changes_the_other_topics(tmp_path: Path) -> None:
    import_text(tmp_path, "## 一\n见 [文][id]\n\n## 二\n[id]: https://example.org/old\n")
    edit_topic(Topic.objects.get(title="二"), body="[id]: https://example.org/new\n")
    assert Citation.objects.get().url == "https://example.org/new"


def test_the_front_matter_follows_what_an_editor_changed_of_a_digest(topic: Topic) -> None:
    digest = edit_digest(only_digest(), title="新标题", preamble="新前言\n", tags=["RAG"])
    data = digest_bytes(Digest.objects.select_related("imported").get()).decode()
    head = '---\ntitle: "新标题"\ndate: 2024-07-11T09:00:00+08:00\ntags: ["RAG"]\n---\n新前言\n'
    assert data.startswith(head)
    assert Citation.objects.filter(digest=digest).count() == 0


def test_deleting_topics_hides_them_and_refreshes_the_counts(topic: Topic) -> None:
    editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
    assert topic not in Topic.objects.live()
    assert Reference.objects.get(key="arxiv:2302.04761").topic_count == 0
    assert Tag.objects.get(name="RAG").topic_count == 0


def test_deleting_a_digest_leaves_its_references(topic: Topic) -> None:
    editing.delete_digests(Digest.objects.all())
    assert not Topic.objects.exists()
    assert {reference.topic_count for reference in Reference.objects.all()} == {0}


def test_a_title_by_an_editor_takes_the_place_of_the_cited_one(topic: Topic) -> None:
    reference = Reference.objects.get(key="arxiv:2302.04761")
    editing.save_reference(reference, by=None, editor_title="更好的标题")
    edit_topic(topic, body=topic.body + "\n补充\n")
    assert Reference.objects.get(pk=reference.pk).title == "更好的标题"


def test_deleting_link_definitions_changes_the_topics_that_used_them(tmp_path: Path) -> None:
    import_text(tmp_path, "## 一\n见 [文][id]\n\n## 二\n[id]: https://example.org/x\n")
    editing.delete_topics(Topic.objects.filter(title="二"), by=None)
    assert not Citation.objects.exists()
    assert "[文][id]" in Topic.objects.live().get().rendered()


def test_a_number_makes_an_underlined_heading_no_list(tmp_path: Path) -> None:
    import_text(tmp_path, "A\n---\n甲\n\nB\n---\n乙\n")
    topic = edit_topic(Topic.objects.get(title="B"), number=2)
    assert topic.heading == "## 2. B\n"


OPEN, SETTLED, AUTOMATIC = QuestionState.OPEN, QuestionState.SETTLED, QuestionState.AUTOMATIC


def test_an_editor_opens_and_settles_a_question(topic: Topic) -> None:
    states = [edit_topic(topic, question=state).is_open for state in (OPEN, SETTLED, AUTOMATIC)]
    assert states == [True, False, False]
    assert not edit_topic(topic, question=SETTLED, body="* **问题**: 一\n").is_open
    assert edit_topic(Topic.objects.get(pk=topic.pk), question=AUTOMATIC).is_open


def test_a_change_of_something_else_leaves_the_mark(topic: Topic) -> None:
    edit_topic(topic, question=OPEN)
    assert edit_topic(topic, title="新题目").question == OPEN


def test_no_import_changes_what_an_editor_says_of_a_question(tmp_path: Path, topic: Topic) -> None:
    edit_topic(topic, question=OPEN)
    import_text(tmp_path, SMALL.replace("召回率低", "召回率很低"))
    topic = Topic.objects.get(pk=topic.pk)
    assert "召回率很低" in topic.body
    assert (topic.question, topic.is_open) == (OPEN, True)


def test_a_mark_keeps_no_topic_that_its_file_drops_but_comes_back_with_it(
    tmp_path: Path, topic: Topic
) -> None:
    edit_topic(topic, question=OPEN)
    import_text(tmp_path, SMALL.partition("## 1.")[0] + "## 2. 其他\n* **经验**: 先看数据\n")
    assert not Topic.objects.live().open().exists()
    import_text(tmp_path, SMALL)
    assert Topic.objects.live().open().get() == topic


def test_a_mark_alone_makes_no_text_edited(topic: Topic) -> None:
    assert edit_topic(topic, question=OPEN).edited_at is None
    assert digest_bytes(Digest.objects.select_related("imported").get()) == SMALL.encode()
    edited = edit_topic(topic, title="新题目").edited_at
    assert edited is not None
    assert edit_topic(topic, title="新题目", question=SETTLED).edited_at == edited


def test_a_version_holds_the_mark_and_restores_it(topic: Topic) -> None:
    edit_topic(topic, question=OPEN)
    edit_topic(topic, question=SETTLED)
    first, opened, settled = topic.revisions.order_by("pk")
    assert [r.values["question"] for r in (first, opened, settled)] == [AUTOMATIC, OPEN, SETTLED]
    editing.restore(opened, by=None)
    topic.refresh_from_db()
    assert (topic.question, topic.is_open) == (OPEN, True)


def test_a_version_from_before_there_were_marks_has_none(topic: Topic) -> None:
    edit_topic(topic, question=OPEN)
    version = topic.revisions.earliest("pk")
    del version.values["question"]
    version.save()
    editing.restore(version, by=None)
    topic.refresh_from_db()
    assert (topic.question, topic.is_open) == (AUTOMATIC, False)


def test_an_archived_topic_that_is_restored_is_archived_no_more(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 一\n甲\n## 2. 二\n乙\n")
    import_text(tmp_path, "## 2. 二\n乙\n")
    topic = Topic.objects.get(title="一")
    editing.restore(topic.revisions.latest("pk"), by=None)
    topic.refresh_from_db()
    assert (topic.is_live, topic.archived_at) == (True, None)
