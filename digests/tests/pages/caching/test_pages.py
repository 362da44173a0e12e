"""Copies of pages: who shares one, how long, and what proxies and browsers are told."""

import gzip
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from digests.changes.transaction import write_transaction
from digests.models import Digest, FeedToken, Topic
from digests.pages.caching import cached_page, keys
from digests.pages.caching.memory import MemoryCache
from digests.tests import builders
from digests.tests.files import edit_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("copies")]

PAGES = [
    "/digests/",
    "/topics.atom",
    "/search/?q=Adam",
    "/search.json?q=Adam",
    "/tags/",
    "/llms.txt",
]
PAGES += ["/sitemap-topics.xml", "/references.bib", "/changes/", "/search/suggestions/?q=Adam"]


@pytest.fixture(autouse=True)
def topic() -> Topic:
    with write_transaction():
        return builders.topic(builders.digest(), tags=["RAG"])


@pytest.fixture
def reader() -> Client:
    return signed_in("reader")


def signed_in(name: str, *, is_staff: bool = False) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name, is_staff=is_staff))
    return client


def behind_the_door() -> None:
    """Change what every page shows, but not the version: a page that shows it is no copy."""
    Topic.objects.update(title="不是副本", heading="## 1. 不是副本\n")
    Digest.objects.update(title="不是副本")


def is_copied(ask: Callable[[], Any]) -> bool:
    first = ask().content
    behind_the_door()
    return bool(ask().content == first)


# One copy for many


def test_a_page_is_answered_from_its_copy_with_one_query(client: Client) -> None:
    first = client.get("/digests/")
    with CaptureQueriesContext(connection) as captured:
        second = client.get("/digests/")
    assert [query["sql"] for query in captured] == [
        "SELECT number FROM digests_contentversion WHERE id = 1"
    ]
    assert second.content == first.content
    for name in ("Content-Type", "Content-Security-Policy", "X-Frame-Options", "ETag"):
        assert second.headers[name] == first.headers[name]


def test_of_a_reader_who_is_signed_in_only_session_and_user_are_read(reader: Client) -> None:
    first = reader.get("/digests/")
    with CaptureQueriesContext(connection) as captured:
        assert reader.get("/digests/").content == first.content
    tables = [query["sql"].partition("FROM ")[2].split()[0].strip('"') for query in captured]
    assert tables == ["django_session", "auth_user", "digests_contentversion"]


@pytest.mark.parametrize("address", PAGES)
def test_a_write_ends_every_copy(client: Client, topic: Topic, address: str) -> None:
    client.get(address)
    edit_topic(topic, title="Adam 之后", tags=["新标签"])
    after = b"".join(client.get(address))
    cache.clear()
    assert b"".join(client.get(address)) == after


@pytest.mark.parametrize(
    "address", ["/topics.atom", "/search/?q=之后", "/search.json?q=之后", "/tags/"]
)
def test_what_was_written_is_seen_at_once(client: Client, topic: Topic, address: str) -> None:
    before = client.get(address).content
    edit_topic(topic, title="Adam 之后", tags=["新标签"])
    assert client.get(address).content != before


@pytest.mark.parametrize("change", ["language", "theme", "address", "host", "format", "rights"])
def test_readers_who_see_something_else_share_no_copy(
    settings: Settings, topic: Topic, change: str
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example.org"]
    address = f"/topics/{topic.pk}/{topic.slug}/"
    editor = signed_in("editor", is_staff=True)
    seen = Client().get(address).content
    asks: dict[str, Callable[[], Any]] = {
        "language": lambda: Client(headers={"cookie": "django_language=zh-hans"}).get(address),
        "theme": lambda: Client(headers={"cookie": "kb_theme=dark"}).get(address),
        "address": lambda: Client().get(f"{address}?a=b"),
        "host": lambda: Client().get(address, headers={"host": "other.example.org"}),
        "format": lambda: Client().get(address, headers={"accept": "application/json"}),
        "rights": lambda: editor.get(address),
    }
    ask = asks[change]
    assert ask().content != seen
    assert is_copied(ask)
    assert Client().get(address).content == seen


@pytest.mark.parametrize("cookie", ["a=b", "kb_theme=sepia", "django_language=tlh", "csrftoken=x"])
def test_a_cookie_that_no_page_shows_makes_no_difference(client: Client, cookie: str) -> None:
    seen = Client().get("/digests/")
    behind_the_door()
    answer = Client(headers={"cookie": cookie}).get("/digests/")
    assert answer.content == seen.content
    assert not answer.cookies


def test_copies_end_with_the_day_in_the_time_zone_of_the_site(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/digests/")
    behind_the_door()
    monkeypatch.setattr(timezone, "localdate", lambda: date(2100, 1, 1))
    assert "不是副本" in client.get("/digests/").content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [("KB_SITE_NAME", "甲队"), ("LANGUAGE_CODE", "zh-hans"), ("TIME_ZONE", "UTC")],
)
def test_copies_end_with_a_setting_that_pages_show(
    client: Client, settings: Settings, name: str, value: str
) -> None:
    client.get("/digests/")
    behind_the_door()
    setattr(settings, name, value)
    assert "不是副本" in client.get("/digests/").content.decode()


def test_a_new_build_answers_no_old_copy_and_no_304(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"If-None-Match": client.get("/digests/").headers["ETag"]}
    assert client.get("/digests/", headers=known).status_code == 304
    behind_the_door()
    monkeypatch.setattr(keys, "build_id", lambda: "the next one")
    answer = client.get("/digests/", headers=known)
    assert answer.status_code == 200
    assert "不是副本" in answer.content.decode()


def test_without_a_cache_that_answers_pages_are_made(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(MemoryCache, "get", fail)
    monkeypatch.setattr(MemoryCache, "set", fail)
    for _ in range(2):
        assert client.get("/digests/").status_code == 200
    assert "The cache cannot be read" in caplog.text
    assert "The cache cannot be written" in caplog.text


# What belongs to one person


def test_nobody_is_given_the_copy_of_who_is_signed_in() -> None:
    pages = {name: Client() for name in ("stranger",)}
    pages["editor"] = signed_in("editor", is_staff=True)
    pages["reader"] = signed_in("reader")
    seen = {name: client.get("/digests/").content.decode() for name, client in pages.items()}
    assert len(set(seen.values())) == 3
    for _ in range(2):
        assert {
            name: client.get("/digests/").content.decode() for name, client in pages.items()
        } == seen
    assert ["Log in" in seen["stranger"], "Log out" in seen["reader"]] == [True, True]
    assert [name for name in seen if "/admin/" in seen[name]] == ["editor"]


def test_two_readers_with_the_same_rights_share_a_copy(reader: Client) -> None:
    assert is_copied(lambda: reader.get("/digests/"))
    seen = reader.get("/digests/").content
    assert signed_in("other").get("/digests/").content == seen


def test_a_page_that_names_accounts_is_copied_for_strangers_alone(
    client: Client, reader: Client
) -> None:
    assert is_copied(lambda: client.get("/changes/"))
    with write_transaction():
        Digest.objects.update(title="又一个标题")
    assert not is_copied(lambda: reader.get("/changes/"))


def test_a_message_is_shown_once_to_who_it_is_for(settings: Settings) -> None:
    settings.KB_LOGIN_REQUIRED = True
    reader, other = signed_in("reader"), signed_in("other")
    reader.get("/digests/")
    reader.post("/feeds/key/")
    seen = [client.get("/digests/").content.decode() for client in (other, reader, reader, other)]
    assert ["You have a key" in page for page in seen] == [False, True, False, False]


def test_who_signs_out_is_shown_the_page_of_strangers(client: Client, reader: Client) -> None:
    seen = client.get("/digests/").content
    assert reader.get("/digests/").content != seen
    reader.post("/accounts/logout/")
    assert reader.get("/digests/").content == seen


def test_who_loses_rights_is_at_once_shown_no_more_than_they_have(client: Client) -> None:
    editor = signed_in("editor", is_staff=True)
    assert "/admin/" in editor.get("/digests/").content.decode()
    User.objects.update(is_staff=False)
    assert "/admin/" not in editor.get("/digests/").content.decode()
    User.objects.update(is_active=False)
    assert "Log in" in editor.get("/digests/").content.decode()


# Headers


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_is_kept_and_asked_for_again_each_time(client: Client, address: str) -> None:
    for _ in range(2):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "public, no-cache"
        assert {"Cookie", "Accept-Encoding"} <= set(response.headers["Vary"].split(", "))
        assert not response.cookies
    known = {"If-None-Match": response.headers["ETag"]}
    unchanged = client.get(address, headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    for name in ("Cache-Control", "ETag"):
        assert unchanged.headers[name] == response.headers[name]
    with write_transaction():
        behind_the_door()
    assert client.get(address, headers=known).status_code == 200


@pytest.mark.parametrize("address", [*PAGES, "/", "/references.csl.json", "/tags/rag.json"])
@pytest.mark.parametrize("first", ["get", "head"])
def test_head_tells_what_get_tells(address: str, first: str) -> None:
    """Also if there is no copy yet, whichever asks first."""
    ask = {"get": lambda: Client().get(address), "head": lambda: Client().head(address)}
    second = "head" if first == "get" else "get"
    answers = {method: ask[method]() for method in (first, second)}
    for name in ("ETag", "Cache-Control", "Vary", "Content-Type", "Content-Length"):
        told = {method: answer.headers.get(name) for method, answer in answers.items()}
        assert told["head"] == told["get"], name
    assert answers["head"].headers["ETag"]
    assert not b"".join(answers["head"])


def test_a_304_needs_one_query_and_no_copy(client: Client) -> None:
    etag = client.get("/digests/").headers["ETag"]
    cache.clear()
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/digests/", headers={"If-None-Match": known}).status_code == 304
        assert len(captured) == 1


@pytest.mark.parametrize("known", ["*", '"other"', "malformed", ""])
def test_another_etag_is_answered_with_the_page(client: Client, known: str) -> None:
    assert client.get("/digests/", headers={"If-None-Match": known}).status_code == 200
    assert client.get("/nothing/", headers={"If-None-Match": known}).status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_who_is_signed_in_is_kept_by_nobody(reader: Client, address: str) -> None:
    for _ in range(2):
        response = reader.get(address)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in response.headers
        assert not response.cookies


def test_with_the_cookie_of_a_session_that_is_over_nothing_is_public(client: Client) -> None:
    seen = client.get("/digests/").content
    client.cookies["sessionid"] = "x" * 32
    response = client.get("/digests/")
    assert response.content == seen
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_browsers_of_strangers_open_no_session(client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get("/digests/")
    assert not [query for query in captured if "django_session" in query["sql"]]


@pytest.mark.parametrize(
    "address", ["/nothing/", "/topics/99/x/", "/topics/99.json", "/tags/x.atom"]
)
def test_errors_are_not_copied(client: Client, topic: Topic, address: str) -> None:
    for _ in range(2):
        response = client.get(address)
        assert response.status_code == 404
        assert "public" not in response.headers.get("Cache-Control", "")
        assert "ETag" not in response.headers


def test_redirects_are_not_copied(client: Client, topic: Topic) -> None:
    for title in ("甲", "乙"):
        Topic.objects.update(title=title)
        response = client.get(f"/topics/{topic.pk}/another-title/")
        assert response.status_code == 301
        assert response.headers["Location"] == Topic.objects.get().get_absolute_url()
        assert "no-store" in response.headers["Cache-Control"]


def test_a_post_is_no_page(client: Client) -> None:
    client.get("/digests/")
    assert client.post("/digests/").status_code == 405


def test_head_has_the_headers_of_get(client: Client) -> None:
    for _ in range(2):
        head, get = client.head("/digests/"), client.get("/digests/")
        assert head.content == b""
        assert dict(head.headers) == dict(get.headers)


def test_a_range_is_answered_with_the_whole_page(client: Client) -> None:
    whole = client.get("/digests/")
    part = client.get("/digests/", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (200, whole.content)


def test_a_copy_is_sent_as_it_is_stored_to_who_reads_gzip(client: Client) -> None:
    plain = client.get("/digests/")
    for headers in ({"Accept-Encoding": "br, gzip"}, {"Accept-Encoding": "gzip"}):
        packed = client.get("/digests/", headers=headers)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Content-Length"] == str(len(packed.content))
        assert gzip.decompress(packed.content) == plain.content
        assert packed.headers["ETag"] == plain.headers["ETag"]
    assert "Content-Encoding" not in client.get("/digests/").headers


@pytest.mark.usefixtures("closed")
def test_where_readers_log_in_nothing_is_public(settings: Settings, reader: Client) -> None:
    token = FeedToken.objects.renew(User.objects.get(username="reader")).token
    for address in ("/digests/", "/topics.atom", f"/topics.atom?token={token}"):
        for client in (Client(), reader):
            for _ in range(2):
                assert "public" not in client.get(address).headers.get("Cache-Control", "")
    assert is_copied(lambda: reader.get("/digests/"))


@pytest.mark.usefixtures("closed")
def test_a_feed_with_a_key_is_answered_304_until_something_is_written(reader: Client) -> None:
    token = FeedToken.objects.renew(User.objects.get(username="reader")).token
    address = f"/topics.atom?token={token}"
    response = Client().get(address)
    assert response.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": response.headers["ETag"]}
    assert Client().get(address, headers=known).status_code == 304
    assert Client().get("/topics.atom", headers=known).status_code == 403
    with write_transaction():
        behind_the_door()
    assert Client().get(address, headers=known).status_code == 200
    FeedToken.objects.all().delete()
    assert Client().get(address, headers=known).status_code == 403


@pytest.fixture
def closed(settings: Settings) -> None:
    settings.KB_LOGIN_REQUIRED = True
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]


# What a view may not get wrong


@pytest.mark.parametrize("secret", ["token", "cookie"])
def test_a_page_with_a_token_or_a_cookie_is_made_for_each_reader(
    rf: RequestFactory, secret: str
) -> None:
    made = []

    @cached_page
    def page(request: HttpRequest) -> HttpResponse:
        made.append(request)
        response = HttpResponse("x")
        if secret == "token":
            get_token(request)
        else:
            response.set_cookie("a", "b")
        return response

    for _ in range(2):
        request = rf.get("/", headers={"cookie": "sessionid=x"})
        request.user = User(username="reader")
        assert page(request).headers["Cache-Control"] == "private, no-store"
    assert len(made) == 2
