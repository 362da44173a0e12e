"""The limit on wrong passwords: who has to wait, for how long, and who has not."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from digests.models import FailedLogin
from kb.clients import client_address

pytestmark = pytest.mark.django_db

READERS, EDITORS = "/accounts/login/", "/admin/login/"
RIGHT = "old-horse-battery"


@pytest.fixture
def editor_account() -> User:
    return User.objects.create_user("editor", password=RIGHT, is_staff=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that stands still; called with seconds, it goes on."""
    now = [datetime.fromisoformat("2026-12-01T09:00:00+00:00")]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def go_on(seconds: int) -> None:
        now[0] += timedelta(seconds=seconds)

    return go_on


def log_in(
    client: Client,
    password: str = "wrong",  # noqa: S107 - it is
    *,
    page: str = READERS,
    account: str = "editor",
    address: str = "192.0.2.1",
) -> Any:
    data = {"username": account, "password": password}
    return client.post(page, data, REMOTE_ADDR=address)


def fail(client: Client, times: int, **named: str) -> None:
    for _ in range(times):
        assert log_in(client, **named).status_code == 200


@pytest.mark.parametrize("form", [READERS, EDITORS])
@pytest.mark.usefixtures("clock")
def test_after_ten_failures_of_an_account_the_next_attempt_has_to_wait(
    client: Client, editor_account: User, form: str
) -> None:
    fail(client, 10, page=form)
    response = log_in(client, RIGHT, page=form)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"
    assert "no-store" in response.headers["Cache-Control"]
    assert "10" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("clock")
def test_both_pages_count_together_and_so_do_all_addresses(
    client: Client, editor_account: User
) -> None:
    for number in range(10):
        page = (READERS, EDITORS)[number % 2]
        fail(client, 1, page=page, address=f"192.0.2.{number}")
    assert log_in(Client(), RIGHT, address="192.0.2.99").status_code == 429


@pytest.mark.usefixtures("clock")
def test_after_thirty_failures_of_an_address_no_account_is_tried_from_there(
    client: Client, editor_account: User
) -> None:
    for number in range(30):
        fail(client, 1, account=f"guess{number}")
    assert log_in(client, RIGHT).status_code == 429
    assert log_in(client, RIGHT, page=EDITORS).status_code == 429
    assert log_in(client, RIGHT, address="192.0.2.2").status_code == 302


def test_whoever_waits_comes_in(client: Client, editor_account: User, clock: Any) -> None:
    for _ in range(10):
        fail(client, 1)
        clock(30)
    response = log_in(client, RIGHT)
    assert response.headers["Retry-After"] == "300"
    clock(299)
    assert log_in(client, RIGHT).status_code == 429
    clock(1)
    assert log_in(client, RIGHT).status_code == 302


def test_attempts_while_one_has_to_wait_make_the_wait_no_longer(
    client: Client, editor_account: User, clock: Any
) -> None:
    fail(client, 10)
    for _ in range(20):
        clock(29)
        assert log_in(client).status_code == 429
    clock(20)
    assert log_in(client, RIGHT).status_code == 302


@pytest.mark.usefixtures("clock")
def test_guesses_from_elsewhere_do_not_lock_out_a_browser_that_was_signed_in(
    client: Client, editor_account: User
) -> None:
    assert log_in(client, RIGHT).status_code == 302
    client.post("/accounts/logout/")
    for _ in range(2):
        fail(Client(), 10, address="198.51.100.7")
        assert log_in(Client(), RIGHT).status_code == 429
        assert log_in(client, RIGHT).status_code == 302
        FailedLogin.objects.all().delete()
    for number in range(30):
        fail(Client(), 1, account=f"guess{number}")
    assert log_in(client, RIGHT).status_code == 302
    fail(client, 10)
    assert log_in(client, RIGHT).status_code == 429


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("cookie", ["", "x", "x.y", ".", "é.é", "x" * 5000])
def test_an_invented_cookie_opens_no_way_around(
    client: Client, editor_account: User, cookie: str
) -> None:
    fail(client, 10)
    client.cookies["kb_known"] = cookie
    assert log_in(client, RIGHT).status_code == 429


@pytest.mark.usefixtures("clock")
def test_the_cookie_of_one_account_is_worth_nothing_for_another(
    client: Client, editor_account: User
) -> None:
    User.objects.create_user("other", password=RIGHT)
    log_in(client, RIGHT, account="other")
    client.post("/accounts/logout/")
    fail(client, 10)
    assert log_in(client, RIGHT).status_code == 429


@pytest.mark.usefixtures("clock")
def test_the_right_password_ends_the_count_of_its_address_and_of_no_other(
    client: Client, editor_account: User
) -> None:
    fail(client, 4)
    fail(client, 5, address="198.51.100.7")
    assert log_in(Client(), RIGHT).status_code == 302
    fail(Client(), 5)
    assert log_in(Client(), RIGHT, address="192.0.2.3").status_code == 429


@pytest.mark.usefixtures("clock")
def test_an_account_that_does_not_exist_is_counted_alike(client: Client) -> None:
    fail(client, 10, account="nobody")
    assert log_in(client, account="nobody").status_code == 429


@pytest.mark.usefixtures("clock")
def test_spellings_that_are_one_account_are_counted_as_one(
    client: Client, editor_account: User
) -> None:
    for number in range(10):
        fail(client, 1, account=("editor", " editor ", "ｅｄｉｔｏｒ")[number % 3])
    assert log_in(client, RIGHT).status_code == 429


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("account", ["", " ", "\0", "x" * 151])
def test_what_can_be_no_account_is_not_counted(client: Client, account: str) -> None:
    fail(client, 11, account=account)
    assert not FailedLogin.objects.exists()


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("form", ["/accounts/password_change/", "/admin/password_change/"])
def test_the_old_password_cannot_be_guessed_in_an_open_session_either(
    client: Client, editor_account: User, form: str
) -> None:
    client.force_login(editor_account)
    data = {"new_password1": "new-staple", "new_password2": "another"}
    for _ in range(12):  # mistakes in the new one are no guesses
        assert client.post(form, {**data, "old_password": RIGHT}).status_code == 200
    for _ in range(10):
        assert client.post(form, {**data, "old_password": "wrong"}).status_code == 200
    assert client.post(form, {**data, "old_password": RIGHT}).status_code == 429


@pytest.mark.usefixtures("clock")
def test_who_is_led_to_the_login_has_not_signed_in(client: Client, editor_account: User) -> None:
    fail(client, 10)
    response = client.post("/accounts/password_change/", {"username": "editor"})
    assert response.status_code in {302, 429}
    assert "kb_known" not in response.cookies
    response = client.post("/accounts/password_change/", {"username": "other"})
    assert response.status_code == 302
    assert "kb_known" not in response.cookies


@pytest.mark.usefixtures("clock")
def test_one_line_of_the_log_names_account_and_address(
    client: Client, editor_account: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "kb.throttle")
    fail(client, 10)
    for _ in range(3):
        log_in(client)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "kb.throttle"]
    assert "'editor'" in line
    assert "192.0.2.1" in line
    assert "600" in line
    assert "wrong'" not in line


@pytest.mark.usefixtures("clock")
def test_a_name_cannot_forge_a_line_of_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    fail(client, 10, account="a\nWARNING root: b")
    text = "".join(record.getMessage() for record in caplog.records)
    assert "\\nWARNING" in text
    assert "\nWARNING" not in text


def test_old_failures_are_not_kept(client: Client, clock: Any) -> None:
    fail(client, 5)
    clock(600)
    fail(client, 1)
    assert FailedLogin.objects.count() == 1


def test_an_attempt_costs_few_queries_and_a_refused_one_writes_nothing(
    client: Client, editor_account: User
) -> None:
    fail(client, 10)
    with CaptureQueriesContext(connection) as captured:
        assert log_in(client).status_code == 429
    assert len(captured) <= 2
    assert all(query["sql"].startswith("SELECT") for query in captured)


@pytest.mark.parametrize(
    ("sent", "forwarded", "known"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("::1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "", "192.0.2.1"),
        ("10.0.0.1", "nonsense", ""),
        ("", "", ""),
    ],
)
def test_the_address_is_the_one_that_the_proxy_wrote(
    rf: RequestFactory, settings: Settings, sent: str, forwarded: str, known: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR=sent, headers=headers)) == known


def test_without_a_proxy_nobody_invents_an_address(rf: RequestFactory, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": "203.0.113.9"})
    assert client_address(request) == "192.0.2.1"
