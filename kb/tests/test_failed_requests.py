"""What an editor typed comes back where it could not be saved, whatever has failed."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from benchmarks import serving
from digests.changes import transaction
from digests.models import Conflict, Digest, Tag, Topic
from digests.tests import builders
from digests.tests.disks import small_disk
from digests.tests.forms import fields_of
from digests.tests.pages.test_validity import complaints

pytestmark = pytest.mark.django_db

HERE = {"Sec-Fetch-Site": "same-origin"}
TYPED = "\r\n* **结论**: <b>刚写的</b> & 更多\r\n\r\n第二段\r\n"
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def topic() -> Topic:
    topic = builders.topic(builders.digest(), tags=["RAG"])
    builders.citation(topic, builders.reference())
    return topic


@pytest.fixture
def desk() -> Client:
    """A client in which an editor is signed in. It checks tokens, and sees errors as pages."""
    user = User.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="编辑"))
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)
    return client


@contextmanager
def refusing(error: Exception, statements: tuple[str, ...] = WRITES) -> Iterator[None]:
    """A database that refuses statements that begin so; with "", every one."""

    def refuse(execute: Callable[..., Any], sql: Any, *args: Any) -> Any:
        if str(sql).lstrip().startswith(statements):
            raise error
        return execute(sql, *args)

    with connection.execute_wrapper(refuse):
        yield


def address_of(row: Any) -> str:
    return reverse(f"admin:digests_{row._meta.model_name}_change", args=[row.pk])


def typed_in(client: Client, address: str, **typed: str) -> dict[str, str]:
    return fields_of(client.get(address).content.decode()) | typed


def given_back(response: Any) -> dict[str, str]:
    return fields_of(response.content.decode().split('<main class="page">')[-1])


FAILURES = {
    "the disk is full": (OperationalError("database or disk is full"), 503, "磁盘已满"),
    "read-only": (OperationalError("attempt to write a readonly database"), 503, "只读"),
    "locked": (OperationalError("database is locked"), 503, "另一个进程"),
    "away": (OperationalError("server closed the connection unexpectedly"), 503, "数据库"),
    "a lost connection": (InterfaceError("the connection is closed"), 503, "数据库"),
    "the disk of a file": (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 503, "磁盘已满"),
    "a quota": (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), 503, "磁盘已满"),
    "a fault of ours": (RuntimeError("secret"), 500, "记录"),
}


@pytest.mark.parametrize(("error", "status", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_a_save_that_fails_gives_back_what_was_typed_and_says_why(
    desk: Client, topic: Topic, error: Exception, status: int, reason: str
) -> None:
    address = address_of(topic)
    data = typed_in(desk, address, body=TYPED, title="新题", tag_names="RAG, 评测")
    with refusing(error):
        response = desk.post(address, data, headers=HERE)
    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("10" if status == 503 else None)
    assert "no-store" in response.headers["Cache-Control"]
    page = response.content.decode()
    assert reason in page
    assert "secret" not in page
    assert '<input type="hidden" name="seen"' in page
    assert "&lt;b&gt;刚写的&lt;/b&gt; &amp; 更多" in page
    fields = given_back(response)
    assert {name: fields[name] for name in ("body", "title", "tag_names", "seen")} == {
        name: data[name] for name in ("body", "title", "tag_names", "seen")
    }
    assert Topic.objects.get(pk=topic.pk).body == topic.body
    assert desk.post(address, fields, headers=HERE).status_code == 302
    topic.refresh_from_db()
    assert "刚写的" in topic.body
    assert topic.title == "新题"


def test_a_database_that_is_away_as_a_whole_still_gives_back_what_was_typed(
    desk: Client, topic: Topic
) -> None:
    address = address_of(topic)
    data = typed_in(desk, address, body=TYPED)
    with refusing(OperationalError("connection refused"), ("",)):
        response = desk.post(address, data, headers=HERE)
        again = desk.post(address, given_back(response), headers=HERE)
    assert (response.status_code, again.status_code) == (503, 503)
    assert given_back(again)["body"] == TYPED
    assert desk.post(address, given_back(again), headers=HERE).status_code == 302
    assert "刚写的" in Topic.objects.get(pk=topic.pk).body


def test_a_save_waits_for_another_writer_for_no_longer_than_the_settings_say(
    desk: Client, topic: Topic
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL; SQLite is tested in test_failures")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("20s",)
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
    address = address_of(topic)
    data = typed_in(desk, address, body=TYPED)
    with psycopg.connect(
        os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]
    ) as writer:
        writer.execute("SELECT pg_advisory_lock(%s)", [transaction._LOCK])
        response = desk.post(address, data, headers=HERE)
    assert response.status_code == 503
    assert "数据库正被另一个进程占用" in response.content.decode()
    assert given_back(response)["body"] == TYPED


@pytest.mark.parametrize("statements", [WRITES, ("",)], ids=["read-only", "away"])
def test_every_form_of_the_desk_gives_back_what_was_typed(
    desk: Client, topic: Topic, statements: tuple[str, ...]
) -> None:
    conflict = Conflict.objects.create(topic=topic, field="body", base="", theirs="新\n")
    reference = topic.citations.get().reference
    rows = (
        *((topic.digest, "preamble"), (reference, "editor_title")),
        *((Tag.objects.get(), "name"), (conflict, "body")),
    )
    for row, name in rows:
        address = address_of(row)
        data = typed_in(desk, address, **{name: "刚写的"})
        if row is conflict:
            data |= {"how": "edited"}
        with refusing(OperationalError("database or disk is full"), statements):
            response = desk.post(address, data, headers=HERE)
        assert response.status_code == 503, row
        fields = given_back(response)
        assert fields[name] == "刚写的"
        assert desk.post(address, fields, headers=HERE).status_code == 302, row


@pytest.mark.parametrize("statements", [WRITES, ("",)], ids=["read-only", "away"])
def test_a_pasted_text_is_given_back_and_files_are_to_be_chosen_again(
    desk: Client, statements: tuple[str, ...]
) -> None:
    address = reverse("admin:digests_importrun_add")
    data: dict[str, Any] = typed_in(desk, address, text="# 标题\r\n\r\n## 1. 甲\r\n", name="7-13")
    data["uploads"] = SimpleUploadedFile("a.md", "机密的文件".encode())
    with refusing(OperationalError("database or disk is full"), statements):
        response = desk.post(address, data, headers=HERE)
    assert response.status_code == 503
    page = response.content.decode()
    assert "文件需要重新选择" in page
    assert "机密的文件" not in page
    fields = given_back(response)
    assert (fields["text"], fields["name"]) == (data["text"], "7-13")
    shown = desk.post(address, fields, headers=HERE)  # so that the files can be chosen
    assert shown.status_code == 200
    assert fields_of(shown.content.decode())["text"] == data["text"]


def test_passwords_and_tokens_are_not_given_back(desk: Client) -> None:
    User.objects.update(is_superuser=True)
    address = reverse("admin:auth_user_add")
    data = typed_in(desk, address, username="new-reader")
    secrets = {"password1": "a-secret-word", "password2": "a-secret-word", "api_token": "a-secret"}
    for statements in (WRITES, ("",)):
        with refusing(OperationalError("database is locked"), statements):
            response = desk.post(address, data | secrets, headers=HERE)
        assert response.status_code == 503
        assert "new-reader" in response.content.decode()
        assert "a-secret" not in response.content.decode()
    with refusing(OperationalError("database is locked"), ("",)):
        for page in ("/accounts/login/", "/admin/login/", "/accounts/password_change/"):
            login = {"username": "new-reader", "password": "a-secret", "old_password": "a-secret"}
            response = desk.post(page, data | login, headers=HERE)
            assert response.status_code == 503
            assert "a-secret" not in response.content.decode()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_the_page_of_another_site_is_given_nothing(topic: Topic, site: str) -> None:
    client = Client(raise_request_exception=False)  # without a check of tokens
    client.cookies["sessionid"] = "x" * 32
    with refusing(OperationalError("database is locked"), ("",)):
        headers = {"Sec-Fetch-Site": site}
        response = client.post(address_of(topic), {"body": TYPED}, headers=headers)
    assert response.status_code == 503
    assert "刚写的" not in response.content.decode()


def test_the_page_keeps_the_policy_and_speaks_the_language_of_the_reader(
    desk: Client, topic: Topic
) -> None:
    address = address_of(topic)
    data = typed_in(desk, address, body='</textarea><script>alert("1")</script>')
    desk.cookies["django_language"] = "en"
    with refusing(OperationalError("database is locked"), ("",)):
        response = desk.post(address, data, headers=HERE)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = response.content.decode()
    assert "another process holds the database" in page
    assert '<html lang="en">' in page
    assert "<script" not in page
    assert "style=" not in page
    assert list(complaints(page)) == []


def test_a_form_in_which_nothing_was_typed_is_answered_by_the_plain_page(desk: Client) -> None:
    with refusing(OperationalError("database is locked"), ("",)):
        for address, data in (
            ("/admin/digests/importrun/add/", {"text": " ", "name": ""}),
            ("/theme/", {"theme": "dark"}),
            ("/admin/digests/topic/", {"action": "delete_selected"}),
        ):
            response = desk.post(address, data, headers=HERE)
            assert "<textarea" not in response.content.decode()


def test_what_is_saved_is_not_called_unsaved_where_only_the_session_fails(
    desk: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = address_of(topic)
    data = typed_in(desk, address, body=TYPED)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(SessionStore, "save", fail)
    monkeypatch.setattr("kb.sessions._EVERY", 0)
    assert desk.post(address, data, headers=HERE).status_code == 302
    assert "刚写的" in Topic.objects.get(pk=topic.pk).body


# Pages for readers

READER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("error", [each for each, status, _ in FAILURES.values() if status == 503])
@pytest.mark.parametrize("address", ["/", "/digests/", "/search/?q=RAG", "/admin/digests/topic/"])
def test_a_page_says_that_the_database_or_the_disk_fails(
    desk: Client, error: Exception, address: str
) -> None:
    with refusing(error, ("",)):
        response = desk.get(address, headers=READER)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    said = "磁盘无法写入" if isinstance(error, OSError) else "数据库暂时无法使用"
    assert f"<h1>{said}</h1>" in response.content.decode()


@pytest.mark.parametrize("address", ["/topics.atom", "/digests/2024-07-10.md", "/llms.txt"])
def test_a_program_is_told_in_a_line(address: str, topic: Topic) -> None:
    client = Client(raise_request_exception=False)
    with refusing(OperationalError("database disk image is malformed"), ("",)):
        response = client.get(address, headers={"Accept": "*/*"})
    if response.status_code == 200:  # it asks nothing
        return
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == "数据库已损坏\n"


def test_a_program_that_asks_for_json_is_told_in_json(topic: Topic) -> None:
    client = Client(raise_request_exception=False)
    with refusing(OperationalError("database is locked"), ("",)):
        response = client.get("/digests/2024-07-10.json")
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "数据库正被另一个进程占用",
    }


# Refusals


def test_what_was_typed_comes_back_if_the_right_was_withdrawn_meanwhile(
    desk: Client, topic: Topic
) -> None:
    address = address_of(topic)
    data = typed_in(desk, address, body=TYPED)
    Group.objects.all().delete()
    response = desk.post(address, data, headers=HERE)
    assert response.status_code == 403
    assert given_back(response)["body"] == TYPED
    User.objects.update(is_staff=False)
    response = desk.post(address, data, headers=HERE)
    assert response.status_code == 403
    assert given_back(response)["body"] == TYPED
    assert Topic.objects.get(pk=topic.pk).body == topic.body


def test_what_was_typed_comes_back_if_its_row_is_gone_meanwhile(desk: Client, topic: Topic) -> None:
    conflict = Conflict.objects.create(topic=topic, field="body", base="", theirs="新\n")
    forms = []
    for row, name in ((topic, "body"), (Tag.objects.get(), "name"), (conflict, "body")):
        data = typed_in(desk, address_of(row), **{name: "刚写的"})
        forms.append((address_of(row), data, name))
    Digest.objects.all().delete()
    Tag.objects.all().delete()
    for address, data, name in forms:
        response = desk.post(address, data, headers=HERE)
        assert response.status_code == 404, address
        assert given_back(response)[name] == "刚写的"


def test_what_is_deleted_twice_is_no_text_that_is_gone(desk: Client, topic: Topic) -> None:
    address = reverse("admin:digests_tag_delete", args=[Tag.objects.get().pk])
    data = fields_of(desk.get(address).content.decode())
    assert desk.post(address, data, headers=HERE).status_code == 302
    assert desk.post(address, data, headers=HERE).status_code == 302


def test_whoever_types_nothing_is_refused_as_ever(desk: Client, topic: Topic) -> None:
    assert desk.get("/admin/digests/topic/999/change/").status_code == 302
    Group.objects.all().delete()
    response = desk.get(address_of(topic))
    assert response.status_code == 403
    assert "<textarea" not in response.content.decode()


def test_an_error_of_an_edit_is_still_an_error_of_the_form(desk: Client, topic: Topic) -> None:
    address = address_of(topic)
    response = desk.post(address, typed_in(desk, address, place="99"), headers=HERE)
    assert response.status_code == 200
    assert "errornote" in response.content.decode()


# A disk that is full indeed

# Signs an editor in, and prints the cookies and the fields of the form of a topic. In a process of
# its own with DEBUG, in which no static file has to be collected.
OPENED = """
import json
from django.contrib.auth.models import User
from django.test import Client
from digests.tests.forms import fields_of
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.create_superuser("editor"))
page = client.get("/admin/digests/topic/1/change/").content.decode()
cookies = {name: each.value for name, each in client.cookies.items()}
print(json.dumps([cookies, fields_of(page)]))
"""


@pytest.mark.once
def test_a_full_disk_gives_back_what_was_typed_and_takes_it_once_there_is_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", 3) as disk:
        environment = {
            "DATABASE_URL": f"sqlite:///{disk / 'db.sqlite3'}",
            "SECRET_KEY": "x",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DEBUG": "false",
            "KB_HTTPS": "false",
        }
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "import_digests", "--quiet")
        opened = manage({**environment, "DEBUG": "true"}, "shell", "-v", "0", "-c", OPENED)
        cookies, fields = json.loads(opened.splitlines()[-1])
        with serving.site(environment) as server:
            typed = "* **结论**: 刚写的\r\n" * 4000
            full = disk / "full"
            full.write_bytes(bytes(shutil.disk_usage(disk).free))
            status, page = post(server, cookies, fields | {"body": typed})
            assert status == 503, page
            assert "磁盘已满" in page
            again = fields_of(page)
            assert again["body"] == typed
            full.unlink()
            assert post(server, cookies, again)[0] == 302


def manage(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def post(server: serving.Server, cookies: dict[str, str], data: dict[str, str]) -> tuple[int, str]:
    """Post the form of a topic. Returns the status and the page."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    with closing(server.connect()) as connection:
        connection.request(
            "POST", "/admin/digests/topic/1/change/", urlencode(data).encode(), headers
        )
        response = connection.getresponse()
        return response.status, response.read().decode()
