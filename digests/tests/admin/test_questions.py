"""An editor's decision whether a topic's question is open."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from digests.models import Topic
from digests.tests.files import edit_topic, import_text
from digests.tests.forms import fields_of
from digests.vocabulary import QuestionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def _address(topic: Topic) -> str:
    return reverse("admin:digests_topic_change", args=[topic.pk])


def _form(client: Client, topic: Topic) -> dict[str, str]:
    return fields_of(client.get(_address(topic)).content.decode())


def test_an_editor_opens_a_question_and_the_list_has_it(editor: Client, topic: Topic) -> None:
    form = _form(editor, topic)
    assert form["question"] == ""
    assert editor.post(_address(topic), form | {"question": "open"}).status_code == 302
    assert topic.title in editor.get("/questions/").content.decode()
    assert _form(editor, topic)["question"] == "open"
    revision = topic.revisions.latest("pk")
    assert revision.user == User.objects.get(username="editor")


def test_an_untouched_form_leaves_the_mark(editor: Client, topic: Topic) -> None:
    edit_topic(topic, question=QuestionState.SETTLED)
    assert editor.post(_address(topic), _form(editor, topic)).status_code == 302
    assert Topic.objects.get(pk=topic.pk).question == QuestionState.SETTLED


def test_a_state_that_there_is_not_is_refused(editor: Client, topic: Topic) -> None:
    form = _form(editor, topic) | {"question": "perhaps"}
    assert editor.post(_address(topic), form).status_code == 200
    assert Topic.objects.get(pk=topic.pk).question == QuestionState.AUTOMATIC


def test_two_editors_who_say_different_things_meet(editor: Client, topic: Topic) -> None:
    editor.cookies["django_language"] = "en"
    mine = _form(editor, topic) | {"question": "open"}
    edit_topic(topic, question=QuestionState.SETTLED)
    response = editor.post(_address(topic), mine)
    assert response.status_code == 200
    (newer,) = response.context["adminform"].form.newer
    with translation.override("en"):
        assert (str(newer.label), newer.text) == ("Open question", "Settled")
    assert newer.differences
    again = fields_of(response.content.decode())
    assert again["question"] == "open"
    assert editor.post(_address(topic), again).status_code == 302
    assert Topic.objects.get(pk=topic.pk).question == QuestionState.OPEN


def test_a_mark_that_another_editor_set_meanwhile_is_taken_into_the_form(
    editor: Client, topic: Topic
) -> None:
    mine = _form(editor, topic) | {"title": "我的题目"}
    edit_topic(topic, question=QuestionState.OPEN)
    refused = editor.post(_address(topic), mine)
    assert fields_of(refused.content.decode())["question"] == "open"
    assert editor.post(_address(topic), fields_of(refused.content.decode())).status_code == 302
    saved = Topic.objects.get(pk=topic.pk)
    assert (saved.title, saved.question) == ("我的题目", QuestionState.OPEN)


def test_who_may_only_look_cannot_say_anything(client: Client, topic: Topic) -> None:
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_topic"))
    client.force_login(user)
    assert "question" not in _form(client, topic)
    assert client.post(_address(topic), {"question": "open"}).status_code == 403
    client.force_login(User.objects.create_user("reader"))
    assert client.post(_address(topic), {"question": "open"}).status_code == 302  # to the login
    assert not Topic.objects.open().exists()
