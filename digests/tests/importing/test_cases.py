"""One test for each case in docs/merging.md, of the same name.

It is one file although it is long, because the table that it proves is one.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

from digests.changes import editing
from digests.importing import FileReport, Status, find_sources, import_sources
from digests.models import Conflict, Digest, DigestAlias, Topic
from digests.tests.files import edit_digest, edit_topic, import_text, only_digest
from digests.vocabulary import Settlement, TopicStatus

pytestmark = pytest.mark.django_db

FILE = """---
title: 日报
date: 2024-07-11T09:00:00+08:00
tags: [RAG, MCTS]
---
前言一。

前言二。

## 1. 检索
* **问题**: 召回率低
* **观点**:
    * 先分块
    * 再重排
* **结论**: 用混合检索

## 2. 训练
* **方法**: 先做监督微调，再做偏好对齐

## 3. 评测
* **结果**: 准确率七成
"""


class Desk:
    """An imported digest, with methods that change it by a file or by an editor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = FILE
        self.report = import_text(folder, FILE)

    def file_changes(self, *changes: tuple[str, str]) -> FileReport:
        for old, new in changes:
            assert old in self.file
            self.file = self.file.replace(old, new)
        return self.file_is(self.file)

    def file_is(self, text: str) -> FileReport:
        self.file = text
        self.report = import_text(self.folder, text)
        return self.report

    def topic(self, title: str = "检索") -> Topic:
        return Topic.objects.get(title=title)

    def edit(self, old: str, new: str, title: str = "检索") -> None:
        topic = self.topic(title)
        assert old in topic.body
        edit_topic(topic, body=topic.body.replace(old, new))

    @property
    def titles(self) -> list[str]:
        return list(Topic.objects.live().order_by("position").values_list("title", flat=True))

    @property
    def conflicts(self) -> list[str]:
        return [conflict.field for conflict in Conflict.objects.open()]

    @property
    def tags(self) -> list[str]:
        return [tag.name for tag in Digest.objects.with_tags().get().tag_list]

    def own_tags(self, title: str = "检索") -> list[str]:
        return sorted(tag.name for tag in self.topic(title).own_tags)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


LOW, VERY_LOW = ("召回率低", "召回率很低")
SECTION_2 = "## 2. 训练\n* **方法**: 先做监督微调，再做偏好对齐\n\n"
SECTION_3 = "## 3. 评测\n* **结果**: 准确率七成\n"


# Points


def test_point_file(desk: Desk) -> None:
    desk.file_changes((LOW, VERY_LOW))
    assert VERY_LOW in desk.topic().body
    assert desk.report.topics.updated == 1


def test_point_editor(desk: Desk) -> None:
    desk.edit(LOW, VERY_LOW)
    desk.file_changes(("七成", "八成"))
    assert VERY_LOW in desk.topic().body
    assert desk.report.topics.kept == 1


def test_point_both_alike(desk: Desk) -> None:
    desk.edit(LOW, VERY_LOW)
    desk.file_changes((LOW, VERY_LOW))
    assert VERY_LOW in desk.topic().body
    assert desk.topic().edited_at is None
    assert desk.conflicts == []


def test_point_both_different_ones(desk: Desk) -> None:
    desk.edit("用混合检索", "用混合检索和重排")
    desk.file_changes((LOW, VERY_LOW))
    assert VERY_LOW in desk.topic().body
    assert "用混合检索和重排" in desk.topic().body
    assert desk.conflicts == []


def test_point_both_nested(desk: Desk) -> None:
    desk.edit("先分块", "先按标题分块")
    desk.file_changes(("再重排", "再用模型重排"))
    assert "    * 先按标题分块\n    * 再用模型重排\n" in desk.topic().body
    assert desk.conflicts == []


def test_point_both_same_one(desk: Desk) -> None:
    desk.edit(LOW, "召回率不高")
    desk.file_changes((LOW, VERY_LOW), ("用混合检索", "用向量检索"))
    assert "召回率不高" in desk.topic().body
    assert "用向量检索" in desk.topic().body
    assert (desk.conflicts, desk.report.topics.conflicts) == (["body"], 1)


def test_point_file_adds(desk: Desk) -> None:
    desk.edit(LOW, VERY_LOW)
    desk.file_changes(("* **结论**", "* **挑战**: 太慢\n* **结论**"))
    assert VERY_LOW in desk.topic().body
    assert "* **挑战**: 太慢\n* **结论**: 用混合检索\n" in desk.topic().body


def test_point_editor_adds(desk: Desk) -> None:
    desk.edit("用混合检索\n", "用混合检索\n* **挑战**: 太慢\n")
    desk.file_changes((LOW, VERY_LOW))
    assert desk.topic().body.endswith("用混合检索\n* **挑战**: 太慢\n\n")


def test_point_both_add(desk: Desk) -> None:
    desk.edit("用混合检索\n", "用混合检索\n* **挑战**: 太慢\n")
    desk.file_changes(("用混合检索\n", "用混合检索\n* **方向**: 试试长上下文\n"))
    assert "* **挑战**: 太慢\n" in desk.topic().body
    assert "* **方向**: 试试长上下文\n" in desk.topic().body
    assert desk.conflicts == []


def test_point_both_add_the_same(desk: Desk) -> None:
    desk.edit("用混合检索\n", "用混合检索\n* **挑战**: 太慢\n")
    desk.file_changes((LOW, VERY_LOW), ("用混合检索\n", "用混合检索\n* **挑战**: 太慢\n"))
    assert desk.topic().body.count("太慢") == 1


def test_point_file_removes(desk: Desk) -> None:
    desk.edit(LOW, VERY_LOW)
    desk.file_changes(("* **结论**: 用混合检索\n", ""))
    assert VERY_LOW in desk.topic().body
    assert "结论" not in desk.topic().body


def test_point_editor_removes(desk: Desk) -> None:
    desk.edit("* **结论**: 用混合检索\n", "")
    desk.file_changes((LOW, VERY_LOW))
    assert VERY_LOW in desk.topic().body
    assert "结论" not in desk.topic().body


def test_point_file_removes_edited(desk: Desk) -> None:
    desk.edit("用混合检索", "用混合检索和重排")
    desk.file_changes(("* **结论**: 用混合检索\n", ""))
    assert "用混合检索和重排" in desk.topic().body
    assert desk.conflicts == ["body"]


def test_point_editor_removes_changed(desk: Desk) -> None:
    desk.edit("* **结论**: 用混合检索\n", "")
    desk.file_changes(("用混合检索", "用向量检索"))
    assert "结论" not in desk.topic().body
    assert desk.conflicts == ["body"]
    assert "用向量检索" in Conflict.objects.get().theirs


def test_point_one_moves_other_changes(desk: Desk) -> None:
    first, last = "* **问题**: 召回率低\n", "* **结论**: 用混合检索\n"
    desk.edit(LOW, VERY_LOW)
    desk.file_changes((first, ""), (last, f"{last}{first}"))
    assert desk.topic().body.rstrip().endswith("* **结论**: 用混合检索\n* **问题**: 召回率很低")
    desk.edit(last, "")
    edit_topic(desk.topic(), body=last + desk.topic().body)
    desk.file_changes(("用混合检索", "用向量检索"))
    assert desk.topic().body.startswith("* **结论**: 用向量检索\n* **观点**")
    assert desk.conflicts == []


# Title and number


def test_title_file(desk: Desk) -> None:
    pk = desk.topic().pk
    desk.file_changes(("## 1. 检索", "## 1. 混合检索"))
    assert desk.topic("混合检索").pk == pk


def test_title_editor(desk: Desk) -> None:
    edit_topic(desk.topic(), title="编辑的标题")
    desk.file_changes((LOW, VERY_LOW))
    assert VERY_LOW in desk.topic("编辑的标题").body


def test_title_both(desk: Desk) -> None:
    edit_topic(desk.topic(), title="编辑的标题")
    desk.file_changes(("## 1. 检索", "## 1. 混合检索"))
    assert desk.titles[0] == "编辑的标题"
    assert desk.conflicts == ["title"]


def test_number_file(desk: Desk) -> None:
    desk.edit(LOW, VERY_LOW)
    desk.file_changes(("## 1. ", "## 7. "))
    assert (desk.topic().number, desk.topic().heading) == (7, "## 7. 检索\n")


def test_number_editor(desk: Desk) -> None:
    edit_topic(desk.topic(), number=9)
    desk.file_changes((LOW, VERY_LOW))
    assert desk.topic().number == 9


def test_number_both(desk: Desk) -> None:
    edit_topic(desk.topic(), number=9)
    desk.file_changes(("## 1. ", "## 7. "))
    assert (desk.topic().number, desk.conflicts) == (9, ["number"])


# Topics


def test_topic_file_adds(desk: Desk) -> None:
    addresses = {topic.title: topic.get_absolute_url() for topic in Topic.objects.all()}
    desk.file_changes(
        ("## 1. 检索", "## 1. 新闻\n新模型发布\n\n## 2. 检索"),
        ("## 2. 训练", "## 3. 训练"),
    )
    assert desk.titles == ["新闻", "检索", "训练", "评测"]
    for title, address in addresses.items():
        assert desk.topic(title).get_absolute_url() == address


def test_topic_file_moves(desk: Desk) -> None:
    pk = desk.topic("评测").pk
    desk.file_changes((SECTION_3, ""), ("## 1. 检索", f"{SECTION_3}\n## 1. 检索"))
    assert desk.titles == ["评测", "检索", "训练"]
    assert desk.topic("评测").pk == pk


def test_topic_editor_moves(desk: Desk) -> None:
    editing.move_topic(desk.topic("评测"), by=None, place=1)
    desk.file_changes((LOW, VERY_LOW))
    assert desk.titles == ["评测", "检索", "训练"]


def test_topic_both_move(desk: Desk) -> None:
    editing.move_topic(desk.topic("评测"), by=None, place=1)
    desk.file_changes((SECTION_3, ""), (SECTION_2, f"{SECTION_3}\n{SECTION_2}"))
    assert desk.titles == ["评测", "检索", "训练"]
    assert desk.conflicts == []


def test_topic_file_rewrites(desk: Desk) -> None:
    pk = desk.topic("训练").pk
    desk.file_changes(("## 2. 训练", "## 2. 怎样训练"), ("再做偏好对齐", "再做偏好对齐，最后评测"))
    assert desk.topic("怎样训练").pk == pk
    assert len(desk.titles) == 3


def test_topic_file_replaces(desk: Desk) -> None:
    old = desk.topic("训练")
    desk.file_changes((SECTION_2, "## 2. 部署\n* **经验**: 量化以后显存够用\n\n"))
    assert desk.titles == ["检索", "部署", "评测"]
    assert desk.topic("部署").pk != old.pk
    old.refresh_from_db()
    assert old.status == TopicStatus.ARCHIVED


def test_topic_file_removes(desk: Desk) -> None:
    desk.file_changes((SECTION_2, ""))
    assert desk.titles == ["检索", "评测"]
    assert desk.topic("训练").status == TopicStatus.ARCHIVED
    assert desk.report.topics.archived == 1


def test_topic_file_removes_most(desk: Desk) -> None:
    desk.file_changes((SECTION_3, f"{SECTION_3}\n## 4. 部署\n* **经验**: 先压测\n"))
    before, whole = desk.titles, desk.file
    desk.file_is(whole.partition("## 2.")[0])
    assert desk.report.status is Status.FAILED
    assert desk.report.error
    assert "--allow-shrink" in str(desk.report.error.message)
    assert desk.titles == before
    desk.report = import_text(desk.folder, desk.file, may_shrink=True)
    assert desk.titles == ["检索"]
    assert desk.report.topics.archived == 3
    assert desk.topic("部署").status == TopicStatus.ARCHIVED


def test_topic_file_removes_edited(desk: Desk) -> None:
    desk.edit("监督微调", "指令微调", "训练")
    desk.file_changes((SECTION_2, ""))
    assert desk.titles == ["检索", "训练", "评测"]
    assert "topic-gone" in [warning.code for warning in desk.report.warnings]


def test_topic_file_brings_back(desk: Desk) -> None:
    pk = desk.topic("训练").pk
    desk.file_changes((SECTION_2, ""))
    desk.file_is(FILE)
    assert desk.titles == ["检索", "训练", "评测"]
    assert desk.topic("训练").pk == pk


def test_topic_editor_deletes(desk: Desk) -> None:
    editing.delete_topics(Topic.objects.filter(title="训练"), by=None)
    desk.file_changes(("偏好对齐", "偏好优化"))
    assert desk.titles == ["检索", "评测"]
    assert "topic-deleted" in [warning.code for warning in desk.report.warnings]


def test_topic_editor_restores(desk: Desk) -> None:
    topic = desk.topic("训练")
    editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
    oldest = topic.revisions.last()
    assert oldest is not None
    editing.restore(oldest, by=None)
    assert desk.topic("训练").is_live
    desk.file_changes((LOW, VERY_LOW))
    assert "训练" in desk.titles


# Tags


def test_tag_file(desk: Desk) -> None:
    desk.file_changes(("[RAG, MCTS]", "[RAG, DPO]"))
    assert desk.tags == ["RAG", "DPO"]


def test_tag_editor(desk: Desk) -> None:
    edit_digest(only_digest(), tags=["MCTS", "编辑的"])
    desk.file_changes((LOW, VERY_LOW))
    assert desk.tags == ["MCTS", "编辑的"]


def test_tag_both(desk: Desk) -> None:
    edit_digest(only_digest(), tags=["MCTS", "编辑的"])
    desk.file_changes(("[RAG, MCTS]", "[RAG, MCTS, DPO]"))
    assert desk.tags == ["MCTS", "DPO", "编辑的"]
    assert desk.conflicts == []


def test_tag_editor_of_topic(desk: Desk) -> None:
    desk.file_changes((LOW, "RAG 召回率低"))
    assert desk.own_tags() == ["RAG"]
    edit_topic(desk.topic(), tags=["编辑的"])
    desk.file_changes(("RAG 召回率低", "RAG 召回率很低"))
    assert desk.own_tags() == ["编辑的"]


# Digest


def test_digest_file(desk: Desk) -> None:
    desk.file_changes(("title: 日报", "title: 周报"), ("前言一", "新前言一"), ("07-11T", "07-12T"))
    digest = only_digest()
    assert (digest.title, digest.preamble) == ("周报", "新前言一。\n\n前言二。\n\n")
    assert digest.published_at.day == 12


def test_digest_editor(desk: Desk) -> None:
    edit_digest(only_digest(), title="编辑的", preamble="编辑的前言。\n\n")
    desk.file_changes((LOW, VERY_LOW))
    assert (only_digest().title, only_digest().preamble) == ("编辑的", "编辑的前言。\n\n")


def test_digest_both_title(desk: Desk) -> None:
    edit_digest(only_digest(), title="编辑的")
    desk.file_changes(("title: 日报", "title: 周报"))
    assert (only_digest().title, desk.conflicts) == ("编辑的", ["title"])


def test_digest_both_date(desk: Desk) -> None:
    edit_digest(only_digest(), published_at=only_digest().published_at.replace(day=1))
    desk.file_changes(("07-11T", "07-12T"))
    assert (only_digest().published_at.day, desk.conflicts) == (1, ["published_at"])


def test_digest_both_preamble(desk: Desk) -> None:
    edit_digest(only_digest(), preamble="前言一，改过。\n\n前言二。\n\n")
    desk.file_changes(("前言二。", "前言二，也改过。"))
    assert only_digest().preamble == "前言一，改过。\n\n前言二，也改过。\n\n"
    desk.file_changes(("前言一。", "前言一，另改。"))
    assert desk.conflicts == ["preamble"]


# File


def test_file_same(desk: Desk) -> None:
    desk.edit(LOW, VERY_LOW)
    assert desk.file_is(FILE).status is Status.UNCHANGED
    assert VERY_LOW in desk.topic().body


def test_file_renamed(desk: Desk) -> None:
    pk = only_digest().pk
    (desk.folder / "2024-07-11.md").unlink()
    report = import_text(desk.folder, FILE, name="2024-07-11-rag.md")
    assert report.digest == "2024-07-11-rag"
    assert "file-renamed" in [warning.code for warning in report.warnings]
    assert DigestAlias.objects.get().slug == "2024-07-11"
    changed = import_text(desk.folder, FILE.replace(LOW, VERY_LOW), name="2024-07-11-rag.md")
    assert (changed.status, only_digest().pk) == (Status.UPDATED, pk)


def test_file_renamed_and_its_name_used_again(desk: Desk) -> None:
    first = only_digest()
    (desk.folder / "2024-07-11-rag.md").write_text(FILE)
    (desk.folder / "2024-07-11.md").write_text("---\ntitle: 另一篇\n---\n## 1. 新\n内容\n")
    reports = list(import_sources(find_sources([str(desk.folder)]), origin="test"))
    assert [report.status for report in reports] == [Status.UPDATED, Status.CREATED]
    first.refresh_from_db()
    assert (first.slug, first.topics.live().count()) == ("2024-07-11-rag", 3)
    assert Digest.objects.get(slug="2024-07-11").title == "另一篇"
    assert not DigestAlias.objects.exists()


def test_file_copied(desk: Desk) -> None:
    (desk.folder / "copy.md").write_text(FILE)
    reports = list(import_sources(find_sources([str(desk.folder)]), origin="test"))
    assert [report.status for report in reports] == [Status.UNCHANGED, Status.CREATED]
    assert Digest.objects.count() == 2


# Conflicts


@pytest.fixture
def conflict(desk: Desk) -> Conflict:
    desk.edit(LOW, "召回率不高")
    desk.file_changes((LOW, VERY_LOW))
    return Conflict.objects.open().get()


def test_conflict_same_again(desk: Desk, conflict: Conflict) -> None:
    report = desk.file_is(desk.file)
    assert (report.status, report.topics.conflicts) == (Status.UNCHANGED, 1)
    desk.file_changes(("七成", "八成"))
    assert Conflict.objects.get() == conflict


def test_conflict_file_again(desk: Desk, conflict: Conflict) -> None:
    desk.file_changes((VERY_LOW, "召回率太低"))
    assert "召回率太低" in Conflict.objects.get().theirs
    assert "召回率不高" in desk.topic().body


def test_conflict_file_goes_back(desk: Desk, conflict: Conflict) -> None:
    desk.file_is(FILE)
    conflict.refresh_from_db()
    assert conflict.settlement == Settlement.ITSELF
    assert "召回率不高" in desk.topic().body


def test_conflict_editor_gives_way(desk: Desk, conflict: Conflict) -> None:
    desk.edit("召回率不高", VERY_LOW)
    conflict.refresh_from_db()
    assert conflict.settlement == Settlement.ITSELF


def test_conflict_mine(desk: Desk, conflict: Conflict) -> None:
    editing.settle_conflict(conflict, Settlement.MINE, by=None)
    desk.file_changes(("七成", "八成"))
    assert "召回率不高" in desk.topic().body
    assert desk.conflicts == []


def test_conflict_theirs(desk: Desk, conflict: Conflict) -> None:
    desk.edit("用混合检索", "用混合检索和重排")
    editing.settle_conflict(conflict, Settlement.THEIRS, by=None)
    assert VERY_LOW in desk.topic().body
    assert "用混合检索和重排" in desk.topic().body


def test_conflict_edited(desk: Desk, conflict: Conflict) -> None:
    editing.settle_conflict(conflict, Settlement.EDITED, by=None, text="* **问题**: 各取一半\n")
    assert "各取一半" in desk.topic().body
    desk.file_changes(("七成", "八成"))
    assert "各取一半" in desk.topic().body
    assert desk.conflicts == []


# The document


@pytest.mark.parametrize("document", ["merging.md", "merging.zh-CN.md"])
def test_every_line_of_the_document_is_a_test_and_every_test_a_line(document: str) -> None:
    text = (Path(settings.BASE_DIR) / "docs" / document).read_text()
    lines = re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)
    tests = [
        name.removeprefix("test_").replace("_", "-")
        for name, value in globals().items()
        if name.startswith("test_") and not hasattr(value, "pytestmark")
    ]
    assert lines == tests
