"""Accounts of readers: the page on which they change their password."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

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
    assertContains(response, "你的密码已修改。")
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
