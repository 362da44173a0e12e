"""Shapes of files: what is skipped and what is read otherwise survives imports and edits."""

from pathlib import Path

import pytest

from digests.exporting import digest_bytes
from digests.importing import Status
from digests.models import Conflict, Topic
from digests.tests.files import edit_digest, edit_topic, import_text, only_digest

pytestmark = pytest.mark.django_db

_BLOCK = "---\ntitle: 日报\ndate: 2024-07-11\ntags: [RAG]\n---\n"
_TEXT = "前言。\n\n## 1. 检索\n* **问题**: 召回率低\n\n## 2. 训练\n* **方法**: 先微调\n"
SHAPES = {
    "blank line": f"\n{_BLOCK}{_TEXT}",
    "second byte order mark": f"\ufeff\ufeff\r\n{_BLOCK}{_TEXT}",
    "comment": f"<!-- 许可 -->\n\n{_BLOCK}{_TEXT}",
    "thought": f"<think>\n## 想法\n先想。\n</think>\n\n{_BLOCK}{_TEXT}",
    "thematic break": f"---\n\n{_TEXT}",
}


@pytest.fixture(params=[*SHAPES.values()], ids=[*SHAPES])
def shape(request: pytest.FixtureRequest) -> str:
    text: str = request.param
    return text


def test_a_file_of_any_shape_comes_back_byte_for_byte(tmp_path: Path, shape: str) -> None:
    import_text(tmp_path, shape)
    assert [(topic.number, topic.title) for topic in Topic.objects.live()] == [
        (1, "检索"),
        (2, "训练"),
    ]
    assert digest_bytes(only_digest()) == shape.encode()
    assert import_text(tmp_path, shape).status is Status.UNCHANGED
    assert import_text(tmp_path, shape + "\n").topics.conflicts == 0


def test_an_edit_changes_nothing_that_was_skipped(tmp_path: Path, shape: str) -> None:
    import_text(tmp_path, shape)
    edit_topic(Topic.objects.get(title="检索"), body="* **问题**: 召回率太低\n\n", title="搜索")
    edited = shape.replace("召回率低", "召回率太低").replace("检索", "搜索")
    assert digest_bytes(only_digest()) == edited.encode()
    edit_digest(only_digest(), tags=["MCTS"])
    exported = digest_bytes(only_digest()).decode()
    if _BLOCK in shape:
        assert exported == edited.replace("[RAG]", '["MCTS"]')
    assert "前言。\n\n## 1. 搜索\n* **问题**: 召回率太低\n\n" in exported
    import_text(tmp_path, exported, name="other.md")
    assert Topic.objects.live().filter(title="搜索").count() == 2


def test_a_change_of_a_file_and_of_an_editor_merge(tmp_path: Path, shape: str) -> None:
    import_text(tmp_path, shape)
    for topic in Topic.objects.live():
        edit_topic(topic, body=f"{topic.body.rstrip()}\n* **结论**: 有人改过\n", number=7)
    edit_digest(only_digest(), title="周报")
    for text in (shape, shape.replace("先微调", "先做微调"), shape.replace("前言", "引言")):
        report = import_text(tmp_path, text)
        assert (report.topics.conflicts, report.topics.archived) == (0, 0)
    assert not Conflict.objects.exists()
    assert only_digest().title == "周报"
    assert [topic.body.count("有人改过") for topic in Topic.objects.live()] == [1, 1]
