"""Accounts of readers: the page on which they change their password, and what ends with it."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains

from digests.models import FeedToken

pytestmark = pytest.mark.django_db

PAGE = "/accounts/password_change/"
OLD, NEW = "old-horse-battery", "new-staple-correct"


@pytest.fixture
def reader() -> User:
    return User.objects.create_user("reader", password=OLD)


def change(client: Client, old: str = OLD, new: str = NEW, again: str = "") -> Any:
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(PAGE, data, follow=True)


def test_a_reader_changes_their_password_and_stays_signed_in(client: Client, reader: User) -> None:
    client.force_login(reader)
    assertContains(client.get("/"), f'href="{PAGE}"')
    response = change(client)
    assertContains(response, "密码已修改。")
    assert response.redirect_chain == [("/", 302)]
    reader.refresh_from_db()
    assert reader.check_password(NEW)
    assert client.get(PAGE).status_code == 200


def test_other_sessions_end_with_the_old_password(client: Client, reader: User) -> None:
    other = Client()
    for each in (client, other):
        each.force_login(reader)
    change(client)
    assert other.get(PAGE).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", NEW, NEW), (OLD, NEW, "another"), (OLD, "12345678", ""), (OLD, "reader", "")],
)
def test_a_password_is_changed_by_who_knows_it_to_a_good_one(
    client: Client, reader: User, old: str, new: str, again: str
) -> None:
    client.force_login(reader)
    assertContains(change(client, old, new, again), 'class="errorlist')
    reader.refresh_from_db()
    assert reader.check_password(OLD)


def test_who_is_not_signed_in_is_led_to_the_login(client: Client) -> None:
    assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"
    assertNotContains(client.get("/"), PAGE)


def test_nobody_keeps_the_page(client: Client, reader: User) -> None:
    client.force_login(reader)
    assert "no-store" in client.get(PAGE).headers["Cache-Control"]


# The key for feeds


@pytest.fixture
def token(reader: User) -> str:
    return FeedToken.objects.renew(reader).token


def has_key(token: str) -> bool:
    return FeedToken.objects.opens(token).exists()


def test_a_key_for_feeds_ends_with_the_password(client: Client, reader: User, token: str) -> None:
    client.force_login(reader)
    client.cookies["django_language"] = "en"
    assertContains(client.get(PAGE), "key for feeds")
    change(client, "wrong")
    assert has_key(token)
    change(client)
    assert not has_key(token)


def test_it_ends_when_an_administrator_sets_another_password(
    admin_client: Client, reader: User, token: str
) -> None:
    data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    admin_client.post(f"/admin/auth/user/{reader.pk}/password/", data)
    assert User.objects.get(pk=reader.pk).check_password(NEW)
    assert not has_key(token)


def test_it_ends_when_an_administrator_forbids_passwords(
    admin_client: Client, reader: User, token: str
) -> None:
    page = f"/admin/auth/user/{reader.pk}/password/"
    admin_client.post(page, {"usable_password": "false", "unset-password": "1"})
    assert not User.objects.get(pk=reader.pk).has_usable_password()
    assert not has_key(token)


def test_it_ends_by_the_command_line(
    reader: User, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda **_prompt: NEW)
    call_command("changepassword", "reader", stdout=StringIO())
    assert not has_key(token)


def test_a_password_that_is_only_hashed_anew_ends_no_key(
    client: Client, reader: User, token: str, settings: Settings
) -> None:
    before = reader.password
    hasher = "django.contrib.auth.hashers.ScryptPasswordHasher"
    settings.PASSWORD_HASHERS = [hasher, *settings.PASSWORD_HASHERS]
    assert client.login(username="reader", password=OLD)
    reader.refresh_from_db()
    assert reader.password != before
    assert has_key(token)


def test_what_else_is_saved_of_an_account_ends_no_key(reader: User, token: str) -> None:
    reader.first_name = "华"
    reader.save()
    other = User.objects.create_user("other", password=OLD)
    other.set_password(NEW)
    other.save()
    assert has_key(token)
