"""Feeds take the same number of queries, however many rows there are."""

import pytest
from django.test import Client

from digests.models import Digest, Reference, Topic, installation_key
from digests.search import index
from digests.tests.pages.test_queries import AT_MOST, TEXTS, asked_at, grow

pytestmark = pytest.mark.django_db

FEEDS = [
    "/topics.atom",
    "/digests.atom",
    "/questions.atom",
    "/changes.atom",
    "/tags/rag.atom",
    "/labels/conclusion.atom",
    "/search.atom?q=通信&tag=rag",
]


def test_no_feed_asks_more_with_60_digests_than_with_10(client: Client) -> None:
    installation_key()
    with_10 = asked_of_all(client, digests=10)
    with_20 = asked_of_all(client, digests=20)
    with_60 = asked_of_all(client, digests=60)
    assert with_20 == with_10
    # Fewer queries are right: the feed of a frequent label needs no second one.
    assert {feed: asked for feed, asked in with_60.items() if asked > with_10[feed]} == {}
    assert max(with_10.values()) <= AT_MOST, with_10


def asked_of_all(client: Client, digests: int) -> dict[str, int]:
    grow(to=digests)
    Topic.objects.update(is_open=True)
    index.refresh(digests=[digest.pk for digest in Digest.objects.all()])
    reference = Reference.objects.most_cited_first()[0]
    addresses = [*FEEDS, f"/references/{reference.pk}/{reference.slug}.atom"]
    return {address: len(asked_at(client, address)) for address in addresses}


def test_feeds_leave_the_markdown_in_the_database(client: Client) -> None:
    grow(to=2)
    sources = [text for text in TEXTS if not text.endswith("html") and text != "parts"]
    for address in FEEDS:
        asked = asked_at(client, address)
        assert [text for text in sources for sql in asked if f'"{text}"' in sql] == []
