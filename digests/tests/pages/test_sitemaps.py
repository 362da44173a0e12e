"""Files for search engines, parsed with Python's own XML parser."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from digests.models import Digest, Reference, Tag, Topic
from digests.pages.site import sitemaps
from digests.tests import builders
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def texts(client: Client, address: str, name: str) -> list[str]:
    """The texts of all elements of this name in the sitemap at an address."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    return [str(found.text) for found in root.iterfind(f".//s:{name}", NAMES)]


def locations(client: Client, address: str) -> list[str]:
    return texts(client, address, "loc")


def pages_of(client: Client, kind: str) -> list[str]:
    """The sitemaps of a kind. Their number depends on the highest id, which no rollback lowers."""
    found = [address.removeprefix(HOST) for address in locations(client, "/sitemap.xml")]
    return [address for address in found if address.startswith(f"/sitemap-{kind}.xml")]


def test_the_index_names_a_map_of_each_kind(client: Client) -> None:
    kinds = ("digests", "topics", "tags", "references")
    expected = [f"http://testserver/sitemap-{kind}.xml" for kind in kinds]
    assert locations(client, "/sitemap.xml") == expected
    assert locations(client, "/sitemap-topics.xml") == []


def test_every_page_that_readers_meet_is_in_a_map(client: Client) -> None:
    digest = builders.digest(tags=["只在文摘上"])
    topic = builders.topic(digest, "话题", tags=["RAG"])
    builders.topic(digest, "归档的", status=TopicStatus.ARCHIVED)
    builders.tag("没人用的")
    reference = builders.reference()
    builders.citation(topic, reference)
    builders.reference("name:没人引用的")
    rows: dict[str, list[Digest | Topic | Tag | Reference]] = {
        "digests": [digest],
        "topics": [topic],
        "tags": [digest.tag_list[0], topic.own_tags[0]],
        "references": [reference],
    }
    for kind, some in rows.items():
        expected = [f"{HOST}{row.get_absolute_url()}" for row in some]
        assert [at for page in pages_of(client, kind) for at in locations(client, page)] == expected
        for address in expected:
            assert client.get(address.removeprefix(HOST)).status_code == 200


def test_a_text_has_the_day_of_its_last_change(client: Client) -> None:
    builders.topic(builders.digest())
    Topic.objects.update(updated_at=builders.DAY)
    (changed,) = texts(client, pages_of(client, "topics")[-1], "lastmod")
    assert date.fromisoformat(changed) == date(2024, 7, 10)


def test_a_map_has_pages_of_ids_and_a_row_stays_on_its_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps.SECTIONS["topics"], "limit", 2)
    digest = builders.digest()
    topics = [builders.topic(digest, f"话题{place}", id=place + 1) for place in range(5)]
    pages = pages_of(client, "topics")
    found = [locations(client, page) for page in pages]
    assert [address for page in found for address in page] == [
        f"http://testserver{topic.get_absolute_url()}" for topic in topics
    ]
    assert max(map(len, found)) == 2
    Topic.objects.filter(pk=topics[0].pk).update(status=TopicStatus.DELETED)
    left = [locations(client, page) for page in pages]
    gone = f"http://testserver{topics[0].get_absolute_url()}"
    assert left == [[address for address in page if address != gone] for page in found]
    beyond = f"/sitemap-topics.xml?p={topics[-1].pk}"
    assert client.get(beyond).status_code == 404
    assert client.get("/sitemap-topics.xml?p=x").status_code == 404
    assert client.get("/sitemap-others.xml").status_code == 404


def test_maps_ask_no_more_because_there_is_more(client: Client) -> None:
    for count in (1, 20):
        for digest in builders.digests(count, before=30 * count, tags=["RAG"]):
            builders.citation(builders.topic(digest), builders.reference(f"name:{digest.pk}"))
        for address, most in [("/sitemap.xml", 5), ("/sitemap-topics.xml", 3), *OTHERS]:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            assert len(captured) == most


OTHERS = [(f"/sitemap-{kind}.xml", 3) for kind in ("digests", "tags", "references")]


def test_robots_are_led_to_the_map_and_away_from_costly_pages(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /search" in lines
    assert "Disallow: /" not in lines


def test_where_readers_log_in_robots_are_shown_nothing(client: Client, settings: Settings) -> None:
    settings.KB_LOGIN_REQUIRED = True
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    builders.topic(builders.digest())
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
    for address in ("/sitemap.xml", "/sitemap-topics.xml"):
        response = client.get(address)
        assert response.status_code == 404
