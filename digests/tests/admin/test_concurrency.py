"""Concurrent changes: two editors, or an import while a form is open."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from digests.changes import editing
from digests.models import Digest, Reference, Topic
from digests.tests.files import SMALL, edit_digest, edit_topic, import_text
from digests.tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def _address(row: Any) -> str:
    return reverse(f"admin:digests_{row._meta.model_name}_change", args=[row.pk])


def _form(client: Client, row: Any) -> dict[str, str]:
    return fields_of(client.get(_address(row)).content.decode())


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(
    editor: Client, topic: Topic
) -> None:
    mine = _form(editor, topic) | {"body": "* **问题**: 我的\r\n"}
    other = User.objects.create_user("other", first_name="小王")
    edit_topic(topic, by=other, body="* **问题**: 别人的\n")
    response = editor.post(_address(topic), mine)
    page = response.content.decode()
    assert Topic.objects.get(pk=topic.pk).body == "* **问题**: 别人的\n"
    assert fields_of(page)["body"] == mine["body"]
    (newer,) = response.context["adminform"].form.newer
    assert newer.text == "* **问题**: 别人的"
    assert "<del>别人" in page
    assert "<ins>我" in page
    assert "小王" in page


def test_saving_again_is_a_decision(editor: Client, topic: Topic) -> None:
    mine = _form(editor, topic) | {"body": "* **问题**: 我的\r\n"}
    edit_topic(topic, body="* **问题**: 别人的\n")
    refused = editor.post(_address(topic), mine)
    again = fields_of(refused.content.decode())
    assert editor.post(_address(topic), again).status_code == 302
    assert Topic.objects.get(pk=topic.pk).body == "* **问题**: 我的\n"


def test_what_one_did_not_touch_is_taken_from_the_other(editor: Client, topic: Topic) -> None:
    mine = _form(editor, topic) | {"title": "我的题目"}
    edit_topic(topic, body="* **问题**: 别人的\n")
    refused = editor.post(_address(topic), mine)
    assert refused.status_code == 200
    editor.post(_address(topic), fields_of(refused.content.decode()))
    topic = Topic.objects.get(pk=topic.pk)
    assert (topic.title, topic.body) == ("我的题目", "* **问题**: 别人的\n")


def test_an_import_under_an_editors_hands_is_caught_alike(
    editor: Client, topic: Topic, tmp_path: Path
) -> None:
    mine = _form(editor, topic) | {"body": "* **问题**: 我的\r\n"}
    import_text(tmp_path, SMALL.replace("召回率低", "召回率太低"))
    assert "召回率太低" in editor.post(_address(topic), mine).content.decode()
    assert "召回率太低" in Topic.objects.get(pk=topic.pk).body


def test_pressing_save_twice_is_no_clash(editor: Client, topic: Topic) -> None:
    mine = _form(editor, topic) | {"title": "我的题目"}
    assert editor.post(_address(topic), mine).status_code == 302
    assert editor.post(_address(topic), mine).status_code == 302


def test_a_form_that_says_nothing_of_what_it_showed_saves_nothing(
    editor: Client, topic: Topic
) -> None:
    mine = _form(editor, topic) | {"title": "我的题目"}
    del mine["seen"]
    assert editor.post(_address(topic), mine).status_code == 200
    assert Topic.objects.get(pk=topic.pk).title == topic.title


def test_a_move_by_another_editor_is_not_undone(editor: Client, topic: Topic) -> None:
    mine = _form(editor, topic) | {"title": "我的题目"}
    editing.move_topic(topic, by=None, place=2)
    refused = editor.post(_address(topic), mine)
    editor.post(_address(topic), fields_of(refused.content.decode()))
    assert [row.title for row in topic.digest.topics.all()] == ["其他", "我的题目"]


def test_an_editor_learns_that_the_topic_was_deleted_or_restored_meanwhile(
    editor: Client, topic: Topic
) -> None:
    mine = _form(editor, topic) | {"title": "我的题目"}
    editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
    refused = editor.post(_address(topic), mine)
    assert 'class="module topic-status"' in refused.content.decode()
    again = fields_of(refused.content.decode())
    editing.restore(topic.revisions.latest("pk"), by=None)
    refused = editor.post(_address(topic), again)
    assert Topic.objects.get(pk=topic.pk).title == topic.title
    assert editor.post(_address(topic), fields_of(refused.content.decode())).status_code == 302
    assert Topic.objects.get(pk=topic.pk).title == "我的题目"


def test_digests_and_references_are_guarded_too(editor: Client, topic: Topic) -> None:
    digest, reference = topic.digest, Reference.objects.get(key="arxiv:2302.04761")
    mine = _form(editor, digest) | {"title": "我的", "tag_names": "我的"}
    edit_digest(digest, title="别人的")
    assert editor.post(_address(digest), mine).status_code == 200
    assert Digest.objects.get().title == "别人的"
    mine = _form(editor, reference) | {"editor_title": "我的"}
    editing.save_reference(reference, by=None, editor_title="别人的")
    assert editor.post(_address(reference), mine).status_code == 200
    assert Reference.objects.get(pk=reference.pk).title == "别人的"
