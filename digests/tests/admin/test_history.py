"""The versions of a row in the admin, and restoring one."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from digests.admin.history import VERSIONS_ON_PAGE
from digests.changes import editing
from digests.models import Digest, ImportRun, Reference, Revision, Tag, Topic
from digests.tests.files import edit_digest, edit_topic, import_text, only_digest
from digests.vocabulary import QuestionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def _history(row: Any) -> str:
    return reverse(f"admin:digests_{row._meta.model_name}_history", args=[row.pk])


def _version(row: Any, revision: Revision) -> str:
    name = f"admin:digests_{row._meta.model_name}_version"
    return reverse(name, args=[row.pk, revision.pk])


def test_what_never_changed_says_so(editor: Client, topic: Topic) -> None:
    editor.cookies["django_language"] = "en"
    page = editor.get(_history(topic)).content.decode()
    assert "Nothing has changed here since it was imported" in page


def test_every_change_is_listed_with_its_author_and_what_changed(
    editor: Client, topic: Topic
) -> None:
    edit_topic(topic, by=User.objects.create_user("wang", first_name="小王"), title="新题目")
    edit_topic(topic, body="新\n", title="新题目")
    response = editor.get(_history(topic))
    assert [[str(name) for name in changed] for _, changed in response.context["entries"]] == [
        ["文本"],
        ["标题"],
        [],
    ]
    page = response.content.decode()
    assert "小王" in page
    for revision in topic.revisions.all():
        assert _version(topic, revision) in page


def test_a_change_by_an_import_links_its_run(editor: Client, topic: Topic) -> None:
    edit_topic(topic, title="新题目")
    run = ImportRun.objects.get()
    Revision.objects.filter(pk=topic.revisions.latest("pk").pk).update(run=run)
    address = reverse("admin:digests_importrun_change", args=[run.pk])
    assert address in editor.get(_history(topic)).content.decode()


def test_a_version_shows_what_changed_in_it_and_since(editor: Client, topic: Topic) -> None:
    edit_topic(topic, title="RAG 中的检索")
    edit_topic(topic, title="RAG 中的检索", body="* **结论**: 全新\n")
    version = topic.revisions.order_by("pk")[1]
    response = editor.get(_version(topic, version))
    assert [str(field.label) for field in response.context["changes"]] == ["标题"]
    assert [str(field.label) for field in response.context["since"]] == ["文本"]
    page = response.content.decode()
    assert "召回率低" in page
    assert "<ins>" in page
    assert "<del>" in page


def test_restoring_a_version_is_a_change_by_the_editor_who_does_it(
    editor: Client, topic: Topic
) -> None:
    before = topic.body
    edit_topic(topic, title="坏了", body="坏了\n", tags=[])
    first = topic.revisions.earliest("pk")
    assert editor.post(_version(topic, first)).status_code == 302
    topic = Topic.objects.get(pk=topic.pk)
    assert (topic.title, topic.body) == ("在 RAG 中检索", before)
    assert [tag.name for tag in topic.own_tags] == ["RAG"]
    latest = topic.revisions.latest("pk")
    assert (latest.user, latest.restored) == (User.objects.get(username="editor"), first)


@pytest.mark.parametrize(
    "heading", ["## 1、 甲", "##   1．甲  ##", "## 01) 甲", "1、甲\n------", "## **甲** `乙`", "##"]
)
def test_a_restored_version_is_written_as_it_was_in_the_file(
    editor: Client, tmp_path: Path, heading: str
) -> None:
    front = "title:   \"小结\"   # 注\ndate: 2024-07-11T09:00:00+02:00\ntags: [MCTS,  'RAG']\n"
    text = f"---\n{front}---\n前言\n\n{heading}\n* **问题**: 乙\n\n## 丙\n丁\n"
    import_text(tmp_path, text)
    topic = edit_topic(Topic.objects.get(position=0), number=7, title="另")
    edit_topic(topic, number=None, body="改\n")
    edit_digest(only_digest(), title="又", tags=[], published_at=only_digest().created_at)
    for row in (topic, only_digest()):
        first = row.revisions.earliest("pk")
        assert editor.post(_version(row, first)).status_code == 302
    assert only_digest().whole_text() == text
    assert not Topic.objects.exclude(edited_at=None).exists()
    assert not Digest.objects.exclude(edited_at=None).exists()


def test_digests_and_references_have_a_history_too(editor: Client, topic: Topic) -> None:
    digest, reference = only_digest(), Reference.objects.get(key="arxiv:2302.04761")
    edit_digest(digest, title="新标题", tags=["评测"])
    editing.move_topic(topic, by=None, place=2)
    editing.save_reference(reference, by=None, editor_title="新名")
    for row in (digest, reference):
        assert editor.get(_history(row)).status_code == 200
        for revision in row.revisions.all():
            assert editor.get(_version(row, revision)).status_code == 200
        editor.post(_version(row, row.revisions.earliest("pk")))
    assert only_digest().title == "小结"
    assert [row.title for row in only_digest().topics.all()] == ["在 RAG 中检索", "其他"]
    assert Reference.objects.get(pk=reference.pk).editor_title == ""


def test_the_order_of_topics_is_told_by_their_titles(editor: Client, topic: Topic) -> None:
    editing.move_topic(topic, by=None, place=2)
    page = editor.get(_version(only_digest(), only_digest().revisions.latest("pk")))
    (order,) = page.context["changes"]
    assert str(order.label) == "话题"
    assert "其他" in page.content.decode()


def test_a_long_history_has_pages_which_say_what_changed_in_their_last_version(
    editor: Client, topic: Topic
) -> None:
    for number in range(VERSIONS_ON_PAGE + 3):
        edit_topic(topic, title=f"题目 {number}")
    first, second = (editor.get(_history(topic), {"p": page}) for page in (1, 2))
    assert len(first.context["entries"]) == VERSIONS_ON_PAGE
    assert len(second.context["entries"]) == 4
    assert all(changed for _, changed in first.context["entries"])


def test_what_was_said_of_its_question_is_told_in_words(editor: Client, topic: Topic) -> None:
    editor.cookies["django_language"] = "en"
    edit_topic(topic, question=QuestionState.OPEN)
    oldest = topic.revisions.earliest("pk")
    del oldest.values["question"]  # as in versions that are older than the field
    oldest.save()
    (entry, _) = editor.get(_history(topic)).context["entries"]
    with translation.override("en"):
        assert [str(name) for name in entry[1]] == ["open question"]
    page = editor.get(_version(topic, topic.revisions.latest("pk"))).content.decode()
    assert "<ins>Open</ins>" in page
    edit_topic(topic, question=QuestionState.AUTOMATIC, title="新题目")
    since = editor.get(_version(topic, oldest)).context["since"]
    with translation.override("en"):
        assert "open question" not in [str(field.label) for field in since]


def test_a_version_of_another_row_is_not_found(editor: Client, topic: Topic) -> None:
    edit_topic(topic, title="新题目")
    other = Topic.objects.exclude(pk=topic.pk).get()
    assert editor.get(_version(other, topic.revisions.latest("pk"))).status_code == 404
    assert editor.get(_history(Topic(pk=404))).status_code == 404


def test_who_may_only_look_cannot_restore(client: Client, topic: Topic) -> None:
    edit_topic(topic, title="新题目")
    version = _version(topic, topic.revisions.earliest("pk"))
    user = User.objects.create_user("looker", is_staff=True)
    client.force_login(user)
    assert client.get(version).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_topic"))
    page = client.get(version)
    assert page.status_code == 200
    assert not page.context["may_restore"]
    assert client.post(version).status_code == 403
    assert Topic.objects.get(pk=topic.pk).title == "新题目"


def test_a_version_knows_its_tags_by_whatever_name_they_have_now(
    editor: Client, tmp_path: Path
) -> None:
    import_text(tmp_path)
    topic = edit_topic(Topic.objects.get(position=0), body="* **问题**: 与标签无关\n", tags=["RAG"])
    tag = Tag.objects.get(name="RAG")
    tag.name = "检索增强"
    editing.save_tag(tag)
    edit_topic(topic, title="只改标题")
    assert topic.revisions.latest("pk").values["tags"] == ["rag"]
    oldest = topic.revisions.earliest("pk")
    page = reverse("admin:digests_topic_version", args=[topic.pk, oldest.pk])
    assert "检索增强" in editor.get(page).content.decode()
    editing.restore(oldest, by=None)
    assert [tag.name for tag in Topic.objects.get(pk=topic.pk).own_tags] == ["检索增强"]
    assert not Tag.objects.filter(name="RAG").exists()
