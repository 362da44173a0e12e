"""Shapes of files: what is skipped and what is read otherwise survives imports and edits."""

from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import pytest

from digests.exporting import digest_bytes
from digests.importing import Status
from digests.models import Conflict, Digest, ImportedDigest, ImportedTopic, Tag, Topic
from digests.parsing.front_matter import known_keys
from digests.parsing.front_matter.lead import Lead
from digests.tests.files import edit_digest, edit_topic, import_text, only_digest

pytestmark = pytest.mark.django_db

_BLOCK = "---\ntitle: 日报\ndate: 2024-07-11\ntags: [RAG]\n---\n"
_TEXT = "前言。\n\n## 1. 检索\n* **问题**: 召回率低\n\n## 2. 训练\n* **方法**: 先微调\n"
SHAPES = {
    "blank line": f"\n{_BLOCK}{_TEXT}",
    "second byte order mark": f"\ufeff\ufeff\r\n{_BLOCK}{_TEXT}",
    "comment": f"<!-- 许可 -->\n\n{_BLOCK}{_TEXT}",
    "thought": f"<think>\n## 想法\n先想。\n</think>\n\n{_BLOCK}{_TEXT}",
    "words of a model": f"好的，以下是今天的文摘：\n\n{_BLOCK}{_TEXT}",
    "fence": f"```markdown\n{_BLOCK}{_TEXT}```\n",
    "fence with tildes after a thought": f"<think>想</think>\n~~~~md\n\n{_BLOCK}{_TEXT}~~~~",
    "fence of an answer that was cut off": f"```markdown\n{_BLOCK}{_TEXT}",
    "fence between words": (
        f"好的，整理如下：\n\n```markdown\n{_BLOCK}{_TEXT}```\n\n希望对你有帮助！\n"
    ),
    "fence behind a line": f"以下是今天的文摘：\n```\n{_TEXT}```",
    "fence after a thought and two lines": (
        f"<think>想</think>\n好的。\n以下是文摘：\n\n~~~md\n{_BLOCK}{_TEXT}~~~\n如需调整请告诉我。"
    ),
    "fence without front matter": f"```\n{_TEXT}```\n\n",
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
    if "```" in shape or "~~~" in shape:
        assert exported.startswith(shape[: shape.index("\n")])
        assert exported.endswith(shape[shape.index(_TEXT) + len(_TEXT) :])
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


def test_long_tags_that_differ_in_a_sign_have_three_addresses(tmp_path: Path) -> None:
    for name, sign in zip("abc", "!?*", strict=True):
        tag = "x" * 99 + sign
        report = import_text(tmp_path, f"---\ntags: ['{tag}']\n---\n# 题\n", name=f"{name}.md")
        assert report.error is None
    assert len({*Tag.objects.values_list("slug", flat=True)}) == 3


@pytest.mark.parametrize("names", [["x" * 100, "x" * 98 + "é"], ["检" * 99 + "!", "检" * 99 + "?"]])
def test_long_tags_of_one_file_have_an_address_each(tmp_path: Path, names: list[str]) -> None:
    for stem in "ab":
        report = import_text(tmp_path, f"---\ntags: {names}\n---\n# 题\n", name=f"{stem}.md")
        assert report.error is None
    assert sorted(Tag.objects.values_list("name", flat=True)) == sorted(names)


@pytest.mark.parametrize(
    ("name", "front_matter"),
    [("周报_2024.07.10.md", ""), ("a.md", "---\npubDate: Wed, 10 Jul 2024 00:00:00 +0800\n---\n")],
)
def test_a_date_that_was_guessed_before_it_could_be_read_is_no_change_of_the_file(
    tmp_path: Path, name: str, front_matter: str
) -> None:
    text = f"{front_matter}{_TEXT}"
    import_text(tmp_path, text, name=name)
    told, guessed = only_digest().published_at, datetime(2025, 1, 1, tzinfo=UTC)
    Digest.objects.update(published_at=guessed)  # as an earlier version has stored it
    ImportedDigest.objects.update(published_at=guessed)
    import_text(tmp_path, text + "\n", name=name)
    assert only_digest().published_at == told == datetime(2024, 7, 9, 16, tzinfo=UTC)
    ImportedDigest.objects.update(published_at=guessed)
    edited = datetime(2024, 7, 12, tzinfo=UTC)
    edit_digest(only_digest(), published_at=edited)
    import_text(tmp_path, text + "\n\n", name=name)
    assert (only_digest().published_at, Conflict.objects.count()) == (edited, 0)


NUMBERED = {
    "Chinese": ("一、检索", "二、训练"),
    "brackets": ("（1）检索", "（2）训练"),
    "words": ("话题1：检索", "话题2：训练"),
    "bold": ("**1. 检索**", "**2. 训练**"),
}


@pytest.mark.parametrize(("first", "second"), NUMBERED.values(), ids=[*NUMBERED])
def test_a_number_that_was_a_part_of_the_title_is_no_change_of_the_file(
    tmp_path: Path, first: str, second: str
) -> None:
    text = _BLOCK + _TEXT.replace("1. 检索", first).replace("2. 训练", second)
    import_text(tmp_path, text)
    titles = [title.strip("*") for title in (first, second)]
    for topic, title in zip(Topic.objects.order_by("position"), titles, strict=True):
        # as an earlier version has stored it
        Topic.objects.filter(pk=topic.pk).update(number=None, title=title)
        ImportedTopic.objects.filter(topic=topic).update(number=None, title=title)
        edit_topic(Topic.objects.get(pk=topic.pk), body=f"{topic.body}\n有人改过\n")
        assert Topic.objects.get(pk=topic.pk).title == title
    one, two = Topic.objects.order_by("position")
    assert (one.number_as_written, "检索" in one.title) == ("", True)
    edit_topic(one, title=f"{titles[0]}与重排")
    assert digest_bytes(only_digest()).decode().count("有人改过") == 2
    for changed in (text + "\n", text.replace("先微调", "先做微调"), text.replace("率低", "率")):
        report = import_text(tmp_path, changed)
        assert (report.topics.conflicts, report.topics.archived) == (0, 0)
    assert not Conflict.objects.exists()
    found = Topic.objects.order_by("position").values_list("pk", "number", "title", "status")
    assert list(found) == [(one.pk, 1, "检索与重排", "live"), (two.pk, 2, "训练", "live")]
    assert [topic.body.count("有人改过") for topic in Topic.objects.all()] == [1, 1]


def test_a_title_that_is_a_topic_now_is_no_change_of_the_file(tmp_path: Path) -> None:
    text = "# 1. 检索\n甲\n\n# 2. 训练\n乙\n\n# 3. 评测\n丙\n"
    import_text(tmp_path, text)
    first, *others = Topic.objects.order_by("position")
    # as an earlier version has stored it
    Digest.objects.update(title="1. 检索", preamble=first.heading + first.body)
    ImportedDigest.objects.update(title="1. 检索")
    first.delete()
    ImportedTopic.objects.filter(topic=None).delete()
    for topic in others:
        edit_topic(topic, body=f"{topic.body}\n有人改过\n")
    edit_digest(only_digest(), title="周报")
    for changed in (text + "\n", text.replace("丙", "丁")):
        report = import_text(tmp_path, changed)
        assert (report.topics.conflicts, report.topics.archived) == (0, 0)
    assert not Conflict.objects.exists()
    assert (only_digest().title, only_digest().preamble) == ("周报", "")
    assert [t.title for t in Topic.objects.live().order_by("position")] == ["检索", "训练", "评测"]
    assert [t.body.count("有人改过") for t in Topic.objects.order_by("position")] == [0, 1, 1]


def test_a_file_with_a_name_in_nfd_is_the_digest_that_came_in_nfc(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        folder = tmp_path / form
        folder.mkdir()
        report = import_text(folder, f"{_BLOCK}{_TEXT}", name=normalize(form, "Café.md"))
        assert (report.digest, report.error) == ("Café", None)
    assert report.status is Status.UNCHANGED


def test_a_footnote_at_the_end_of_the_file_is_shown_in_each_topic_that_marks_it(
    tmp_path: Path,
) -> None:
    text = f"{_BLOCK}## 一\n甲[^注]\n## 二\n乙\n## 三\n丙[^注]\n\n[^注]: 见 https://example.org/\n"
    import_text(tmp_path, text)
    first, second, third = Topic.objects.order_by("position")
    for topic in (first, third):
        assert 'class="footnotes"' in topic.rendered()
        assert "https://example.org/" in topic.rendered()
    assert "footnotes" not in second.rendered()
    assert [topic.citations.count() for topic in (first, second, third)] == [0, 0, 1]
    second = edit_topic(second, body="乙[^注]\n")
    assert "https://example.org/" in second.rendered()
    edit_topic(third, body=third.body.replace("example.org", "example.net"))
    assert "https://example.net/" in Topic.objects.get(pk=first.pk).rendered()
    assert import_text(tmp_path, text).topics.conflicts == 0


def test_what_an_earlier_version_did_not_skip_is_no_change_of_the_file(
    tmp_path: Path, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(known_keys, "lead_of", lambda text, *, is_whole: Lead(0))
        import_text(tmp_path, shape, name="a.md")
    topics = [*Topic.objects.all()]
    for topic in topics:
        edit_topic(topic, body=f"{topic.body.rstrip()}\n\n有人改过\n")
    edited = datetime(2024, 7, 12, tzinfo=UTC)
    edit_digest(only_digest(), title="周报", published_at=edited, tags=["MCTS"])
    assert import_text(tmp_path, shape, name="a.md").status is Status.UNCHANGED
    report = import_text(tmp_path, shape.replace("先微调", "先做微调"), name="a.md")
    assert report.topics.archived == 0
    assert not Conflict.objects.exists()
    digest = only_digest()
    assert (digest.title, digest.published_at) == ("周报", edited)
    assert "MCTS" in [tag.name for tag in digest.tag_list]
    assert digest_bytes(digest).decode().count("有人改过") == len(topics)
    assert {"检索", "训练"} <= {topic.title for topic in Topic.objects.live()}


def test_a_title_of_another_key_that_was_not_read_before_is_no_change_of_the_file(
    tmp_path: Path,
) -> None:
    text = f"---\nTitle: 日报\n---\n{_TEXT}"
    import_text(tmp_path, text)
    Digest.objects.update(title="2024-07-11")  # as an earlier version has stored it
    ImportedDigest.objects.update(title="2024-07-11")
    edit_digest(only_digest(), title="周报")
    import_text(tmp_path, text + "\n")
    assert (only_digest().title, Conflict.objects.count()) == ("周报", 0)
