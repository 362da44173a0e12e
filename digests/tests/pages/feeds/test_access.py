"""Access to feeds by a reader's key or session on sites that require a login."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import Settings

from digests.models import FeedToken, Topic
from digests.tests import builders
from digests.tests.pages.feeds.reading import read, titles

pytestmark = pytest.mark.django_db

FEEDS = [
    "/topics.atom",
    "/digests.atom",
    "/questions.atom",
    "/changes.atom",
    "/search.atom?q=x",
    "/references/1.atom",
    "/tags/rag.atom",
    "/tags/unknown.atom",
    "/labels/conclusion.atom",
]


@pytest.fixture
def closed(settings: Settings) -> None:
    settings.KB_LOGIN_REQUIRED = True
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]


@pytest.fixture
def reader() -> User:
    builders.topic(builders.digest(), "只给成员的话题", tags=["RAG"])
    return User.objects.create_user("reader")


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("address", FEEDS)
def test_without_a_key_nothing_is_told(client: Client, reader: User, address: str) -> None:
    response = client.get(address)
    assertContains(response, "/feeds/", status_code=403)
    assertNotContains(response, "话题", status_code=403)
    assert response.headers["Content-Type"].startswith("text/plain")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.usefixtures("closed")
def test_a_key_opens_every_feed_to_those_who_cannot_log_in(client: Client, reader: User) -> None:
    token = FeedToken.objects.renew(reader).token
    feed = read(client, f"/topics.atom?token={token}")
    assert titles(feed) == ["只给成员的话题"]
    assert token not in feed.entries[0].link
    assert titles(read(client, f"/tags/rag.atom?token={token}")) == ["只给成员的话题"]
    response = client.get(f"/topics.atom?token={token}")
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("token", ["", "wrong", "x" * 1000, "%00", "a%00b", "¿"])
def test_another_key_opens_nothing(client: Client, reader: User, token: str) -> None:
    FeedToken.objects.renew(reader)
    assert client.get("/topics.atom", {"token": token}).status_code == 403
    assert client.get(f"/topics.atom?token={token}").status_code == 403


@pytest.mark.usefixtures("closed")
def test_the_key_of_one_who_has_left_opens_nothing(client: Client, reader: User) -> None:
    token = FeedToken.objects.renew(reader).token
    reader.is_active = False
    reader.save()
    assert client.get(f"/topics.atom?token={token}").status_code == 403


@pytest.mark.usefixtures("closed")
def test_a_new_key_makes_the_old_one_useless(client: Client, reader: User) -> None:
    old = FeedToken.objects.renew(reader).token
    client.force_login(reader)
    response = client.post("/feeds/key/", follow=True)
    new = FeedToken.objects.get(user=reader).token
    assertContains(response, "You have a new key.")
    assertContains(response, f"/topics.atom?token={new}")
    assertNotContains(response, old)
    assert new != old
    stranger = Client()
    assert stranger.get(f"/topics.atom?token={old}").status_code == 403
    assert stranger.get(f"/topics.atom?token={new}").status_code == 200


@pytest.mark.usefixtures("closed")
def test_a_reader_is_shown_their_own_key_alone(client: Client, reader: User) -> None:
    other = FeedToken.objects.renew(User.objects.create_user("other")).token
    own = FeedToken.objects.renew(reader).token
    client.force_login(reader)
    response = client.get("/feeds/")
    assertContains(response, f"http://testserver/tags/rag.atom?token={own}")
    assertContains(response, f"http://testserver/labels/conclusion.atom?token={own}")
    assertNotContains(response, other)
    assert "no-store" in response.headers["Cache-Control"]
    again = client.get("/feeds/")
    assertContains(again, own)


@pytest.mark.usefixtures("closed")
def test_a_key_is_made_by_the_reader_and_not_by_a_look_at_the_page(
    client: Client, reader: User
) -> None:
    client.force_login(reader)
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/feeds/")
    assert [asked["sql"] for asked in captured if not asked["sql"].startswith("SELECT")] == []
    assertContains(response, "Make a key for yours first")
    assertContains(response, 'href="http://testserver/topics.atom"')
    response = client.post("/feeds/key/", follow=True)
    own = FeedToken.objects.get(user=reader).token
    assertContains(response, "You have a key.")
    assertContains(response, f"http://testserver/topics.atom?token={own}")
    assertNotContains(response, "Make a key for yours first")


@pytest.mark.usefixtures("closed")
def test_who_is_logged_in_reads_feeds_in_the_browser(client: Client, reader: User) -> None:
    client.force_login(reader)
    assert titles(read(client, "/topics.atom")) == ["只给成员的话题"]


@pytest.mark.usefixtures("closed")
def test_strangers_are_sent_to_the_login_for_the_page_of_feeds(client: Client) -> None:
    assert client.get("/feeds/").headers["Location"] == "/accounts/login/?next=/feeds/"
    response = client.post("/feeds/key/")
    assert response.headers["Location"] == "/accounts/login/?next=/feeds/key/"
    assert not FeedToken.objects.exists()


def test_an_open_site_has_no_keys(client: Client, reader: User) -> None:
    client.force_login(reader)
    response = client.get("/feeds/")
    assertContains(response, 'href="http://testserver/topics.atom"')
    assertNotContains(response, "?token=")
    assertNotContains(response, "Your key")
    assert client.post("/feeds/key/").status_code == 404
    assert not FeedToken.objects.exists()
    assert client.get("/feeds/key/").status_code == 405


@pytest.mark.usefixtures("closed")
def test_a_key_costs_one_query_and_the_version_another(client: Client, reader: User) -> None:
    token = FeedToken.objects.renew(reader).token
    client.get(f"/topics.atom?token={token}")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/topics.atom?token={token}")
    assert len(captured) == 6
    assert Topic.objects.count() == 1


@pytest.mark.usefixtures("closed")
def test_a_key_is_not_in_what_is_logged(
    client: Client, reader: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "django.request")
    client.get("/topics.atom?token=a-secret")
    assert "Forbidden: /topics.atom" in caplog.text
    assert "a-secret" not in caplog.text
