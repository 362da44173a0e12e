"""What an editor typed is never gone, and a session goes on while they work."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from digests.models import Conflict, FailedLogin, Tag, Topic
from digests.tests import builders
from digests.tests.forms import fields_of

pytestmark = pytest.mark.django_db

NAME, PASSWORD = "editor", "old-horse-battery"
HERE = {"Sec-Fetch-Site": "same-origin"}
TYPED = "\r\n* **结论**: <b>刚写的</b>\r\n\r\n第二段\r\n"


@pytest.fixture
def topic() -> Topic:
    return builders.topic(builders.digest(), tags=["RAG"])


@pytest.fixture
def visitor() -> Client:
    """A client that checks tokens, in which an editor is signed in."""
    user = User.objects.create_user(NAME, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="编辑"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def address_of(row: Any) -> str:
    return reverse(f"admin:digests_{row._meta.model_name}_change", args=[row.pk])


def main_form(html: str) -> dict[str, str]:
    """The fields of the page's own form."""
    return fields_of(html.split('<main id="main"')[-1])


def typed_in(client: Client, row: Any, **typed: str) -> dict[str, str]:
    return fields_of(client.get(address_of(row)).content.decode()) | typed


def send(client: Client, row: Any, data: dict[str, str]) -> Any:
    return client.post(address_of(row), data, headers=HERE)


def log_in(client: Client, row: Any, kept: Any, password: str = PASSWORD) -> Any:
    data = main_form(kept.content.decode())
    return send(client, row, {**data, "kept-username": NAME, "kept-password": password})


def test_what_was_typed_when_the_session_ended_stands_in_the_form_after_the_login(
    visitor: Client, topic: Topic
) -> None:
    before = topic.body
    data = typed_in(visitor, topic, body=TYPED, title="新题", tag_names="RAG, 评测")
    Session.objects.all().delete()
    kept = send(visitor, topic, data)
    assert kept.status_code == 200
    assert main_form(kept.content.decode())["body"] == TYPED
    assert "&lt;b&gt;刚写的" in kept.content.decode()
    assert "no-store" in kept.headers["Cache-Control"]
    shown = log_in(visitor, topic, kept)
    assert shown.status_code == 200
    assert Topic.objects.get(pk=topic.pk).body == before
    again = fields_of(shown.content.decode())
    assert {name: again[name] for name in ("body", "title", "tag_names")} == {
        "body": TYPED,
        "title": "新题",
        "tag_names": "RAG, 评测",
    }
    assert send(visitor, topic, again).status_code == 302
    topic.refresh_from_db()
    assert "刚写的" in topic.body
    assert topic.title == "新题"


def test_a_wrong_password_loses_nothing_either_and_is_counted(
    visitor: Client, topic: Topic
) -> None:
    data = typed_in(visitor, topic, body=TYPED)
    Session.objects.all().delete()
    kept = send(visitor, topic, data)
    for _ in range(3):
        kept = log_in(visitor, topic, kept, "wrong")
        assert main_form(kept.content.decode())["body"] == TYPED
    assert FailedLogin.objects.count() == 3
    shown = log_in(visitor, topic, kept)
    assert fields_of(shown.content.decode())["body"] == TYPED
    assert not FailedLogin.objects.exists()


def test_what_was_typed_before_a_login_in_another_tab_stands_in_the_form_again(
    visitor: Client, topic: Topic
) -> None:
    data = typed_in(visitor, topic, body=TYPED)
    login = fields_of(Client().get("/accounts/login/").content.decode())
    visitor.cookies["csrftoken"] = "x" * 32  # as a login changes it
    assert "csrfmiddlewaretoken" in login
    kept = send(visitor, topic, data)
    assert kept.status_code == 403
    fields = main_form(kept.content.decode())
    assert fields["body"] == TYPED
    assert "kept-username" not in fields
    shown = send(visitor, topic, fields)
    assert shown.status_code == 200
    again = fields_of(shown.content.decode())
    assert again["body"] == TYPED
    assert send(visitor, topic, again).status_code == 302
    assert "刚写的" in Topic.objects.get(pk=topic.pk).body


def test_session_and_token_may_both_be_gone(visitor: Client, topic: Topic) -> None:
    data = typed_in(visitor, topic, body=TYPED)
    visitor.cookies.clear()
    kept = send(visitor, topic, data)
    assert kept.status_code == 403
    shown = log_in(visitor, topic, kept)
    assert fields_of(shown.content.decode())["body"] == TYPED


def test_digests_tags_and_conflicts_are_kept_too(visitor: Client, topic: Topic) -> None:
    conflict = Conflict.objects.create(topic=topic, field="body", base="", theirs="新\n")
    for row, name in ((topic.digest, "preamble"), (Tag.objects.get(), "name"), (conflict, "body")):
        typed = "刚写的"
        data = typed_in(visitor, row, **{name: typed})
        if row is conflict:
            data |= {"how": "edited"}
        Session.objects.all().delete()
        shown = log_in(visitor, row, send(visitor, row, data))
        assert shown.status_code == 200, row
        assert fields_of(shown.content.decode())[name].strip() == typed
    assert not Tag.objects.filter(name="刚写的").exists()
    assert not Conflict.objects.exclude(settled_at=None).exists()


def test_a_pasted_text_is_kept(visitor: Client) -> None:
    page = reverse("admin:digests_importrun_add")
    data = fields_of(visitor.get(page).content.decode()) | {"text": "# 标题\r\n\r\n## 1. 甲\r\n"}
    data.pop("uploads", None)
    Session.objects.all().delete()
    kept = visitor.post(page, data, headers=HERE)
    fields = main_form(kept.content.decode())
    login = {"kept-username": NAME, "kept-password": PASSWORD}
    shown = visitor.post(page, {**fields, **login}, headers=HERE)
    assert shown.status_code == 200
    assert fields_of(shown.content.decode())["text"] == data["text"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_the_page_of_another_site_is_given_no_form(
    visitor: Client, topic: Topic, site: str
) -> None:
    response = visitor.post(address_of(topic), {"body": TYPED}, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403
    assert "刚写的" not in response.content.decode()


def test_another_site_signs_nobody_in(visitor: Client) -> None:
    page = reverse("admin:digests_importrun_add")
    Session.objects.all().delete()
    login = {"kept-username": NAME, "kept-password": PASSWORD}
    response = visitor.post(page, login, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code in {302, 403}
    assert not Session.objects.exists()


def test_a_password_is_never_sent_back(visitor: Client) -> None:
    page = reverse("admin:auth_user_add")
    data = {"username": "new", "password1": "a-secret-word", "password2": "a-secret-word"}
    response = visitor.post(page, data, headers=HERE)
    assert "a-secret-word" not in response.content.decode()


def test_the_page_of_an_expired_form_does_not_say_to_reload(visitor: Client) -> None:
    visitor.cookies["django_language"] = "en"
    response = visitor.post("/accounts/login/", {"username": NAME}, headers=HERE)
    assert response.status_code == 403
    assert "reload" not in response.content.decode()
    assert "Copy it" in response.content.decode()


def test_who_may_not_edit_is_not_let_in_by_the_form(visitor: Client, topic: Topic) -> None:
    data = typed_in(visitor, topic, body=TYPED)
    Session.objects.all().delete()
    User.objects.update(is_staff=False)
    kept = log_in(visitor, topic, send(visitor, topic, data))
    assert main_form(kept.content.decode())["body"] == TYPED
    assert not Session.objects.exists()


# Sessions


def _end(client: Client) -> Any:
    return Session.objects.get(pk=client.cookies["sessionid"].value).expire_date


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has the sessions' time go on by so many days."""

    def go_on(days: int) -> None:
        then = time.time() + days * 24 * 60 * 60
        monkeypatch.setattr("kb.sessions.time.time", lambda: then)
        Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))

    return go_on


def _is_renewed(client: Client, settings: Settings) -> bool:
    left: float = (_end(client) - timezone.now()).total_seconds()
    return bool(left > settings.SESSION_COOKIE_AGE - 60)


@pytest.mark.usefixtures("visitor")
@pytest.mark.parametrize("form", ["/accounts/login/", "/admin/login/"])
def test_a_session_goes_on_while_one_works(
    topic: Topic, settings: Settings, clock: Callable[[int], None], form: str
) -> None:
    client = Client()
    client.post(form, {"username": NAME, "password": PASSWORD})
    clock(0)
    client.get(address_of(topic))
    assert not _is_renewed(client, settings)  # it was written at the login
    clock(2)
    client.get("/digests/")
    assert not _is_renewed(client, settings)
    client.get(address_of(topic))
    assert _is_renewed(client, settings)


def test_a_preview_while_one_types_is_work(
    visitor: Client, topic: Topic, settings: Settings, clock: Callable[[int], None]
) -> None:
    clock(2)
    token = typed_in(visitor, topic)["csrfmiddlewaretoken"]
    data = {"content": "x", "csrfmiddlewaretoken": token}
    assert visitor.post("/editor/preview/", data).status_code == 200
    assert _is_renewed(visitor, settings)


def test_a_page_for_readers_writes_no_session(visitor: Client) -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    visitor.get("/digests/")
    assert (_end(visitor) - timezone.now()).total_seconds() < 3601
