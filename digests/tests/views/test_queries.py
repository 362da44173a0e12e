"""No page may ask more of the database because there is more in it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digests.models import Digest, Reference, Tag, Topic
from digests.tests import builders

pytestmark = pytest.mark.django_db

AT_MOST = 6
PAGES: dict[str, Callable[[], str]] = {
    "home": lambda: "/",
    "digest list": lambda: "/digests/",
    "digest": lambda: Digest.objects.newest_first()[4].get_absolute_url(),
    "topic": lambda: Topic.objects.newest_first()[5].get_absolute_url(),
    "tag list": lambda: "/tags/",
    "tag": lambda: Tag.objects.most_used_first()[0].get_absolute_url(),
    "reference list": lambda: "/references/",
    "references of a kind": lambda: "/references/?kind=paper",
    "reference": lambda: Reference.objects.most_cited_first()[0].get_absolute_url(),
}
LISTS = ["home", "digest list", "tag list", "tag", "reference list", "reference"]
TEXTS = ("body", "html", "heading", "preamble", "preamble_html", "front_matter")


def test_every_page_asks_as_much_with_200_digests_as_with_10(client: Client) -> None:
    grow(to=10)
    with_10 = {page: len(asked(client, page)) for page in PAGES}
    grow(to=200)
    with_200 = {page: len(asked(client, page)) for page in PAGES}
    assert with_200 == with_10
    assert max(with_10.values()) <= AT_MOST


@pytest.mark.parametrize("name", LISTS)
def test_a_list_leaves_the_long_texts_in_the_database(client: Client, name: str) -> None:
    grow(to=10)
    # Only PostgreSQL and SQLite matter here, and both quote names in this way.
    found = [text for text in TEXTS for sql in asked(client, name) if f'"{text}"' in sql]
    assert found == []


def grow(to: int) -> None:
    """Digests with everything a page can show: both kinds of tags and of citations."""
    cited_by_all, _ = Reference.objects.get_or_create(key="arxiv:2305.18290", kind="paper")
    before = Digest.objects.count()
    for digest in builders.digests(to - before, before=before, tags=["RAG"]):
        builders.citation(digest, cited_by_all, item=None)
        for tags in (["RAG"], []):
            topic = builders.topic(digest, tags=tags)
            builders.citation(topic, cited_by_all)
            builders.citation(topic, builders.reference(f"name:{topic.pk}"), item=None)


def asked(client: Client, page: str) -> list[str]:
    """The queries of a page for a reader who is not logged in."""
    address = PAGES[page]()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]
