"""Pages take the same number of queries, however many rows there are."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digests.models import Digest, ImportedDigest, Reference, Revision, Tag, Topic
from digests.search import index
from digests.tests import builders

pytestmark = pytest.mark.django_db

# Limit for the queries of a page; generous, but it stops anybody who adds them by the dozen.
AT_MOST = 16
# Queries for the session and the user.
LOGIN = 2
# Queries that find the newest rows of a list of more than 300 before all of them are sorted.
SEARCHES_OF_NEWEST = 3
LONG_LISTS = ["reference", "reference, later pages"]
PAGES: dict[str, Callable[[], str]] = {
    "home": lambda: "/",
    "digest list": lambda: "/digests/",
    "digest": lambda: Digest.objects.newest_first()[4].get_absolute_url(),
    "topic": lambda: Topic.objects.newest_first()[5].get_absolute_url(),
    "tag list": lambda: "/tags/",
    "tag": lambda: Tag.objects.most_used_first()[0].get_absolute_url(),
    "tag, later pages": lambda: f"{PAGES['tag']()}?page=2&digests=2",
    "reference list": lambda: "/references/",
    "references of a kind": lambda: "/references/?kind=paper",
    "reference": lambda: Reference.objects.most_cited_first()[0].get_absolute_url(),
    "reference, later pages": lambda: f"{PAGES['reference']()}?page=2&digests=2",
    "digest.md": lambda: variant("digest", ".md"),
    "digest.json": lambda: variant("digest", ".json"),
    "topic.md": lambda: variant("topic", ".md"),
    "topic.json": lambda: variant("topic", ".json"),
    "tag.md": lambda: variant("tag", ".md"),
    "tag.json": lambda: variant("tag", ".json"),
    "reference.md": lambda: variant("reference", ".md"),
    "reference.json": lambda: variant("reference", ".json"),
    "llms.txt": lambda: "/llms.txt",
    "archive": lambda: "/archive/",
    "archive of a year": lambda: "/archive/2024/",
    "archive of a month": lambda: "/archive/2024/7/",
    "changes": lambda: "/changes/",
    "statistics": lambda: "/stats/",
    "feeds": lambda: "/feeds/",
    "tag list by name": lambda: "/tags/?order=name&q=r",
    "two tags": lambda: "/tags/mcts+rag/",
    "two tags, later pages": lambda: "/tags/mcts+rag/?page=2&digests=2",
    "labels": lambda: "/labels/",
    "label": lambda: "/labels/conclusion/",
    "label, of a tag": lambda: "/labels/conclusion/?tag=rag&page=2",
    "questions": lambda: "/questions/",
    "questions, of a tag": lambda: "/questions/?tag=mcts&page=2",
    "references of a site": lambda: "/references/?host=arxiv.org&kind=paper&page=2",
    "references as a file": lambda: "/references.bib",
    "reference as a file": lambda: f"{PAGES['reference']().removesuffix('/')}.bib",
    "sitemaps": lambda: "/sitemap.xml",
    "sitemap of digests": lambda: "/sitemap-digests.xml",
    "sitemap of topics": lambda: "/sitemap-topics.xml",
    "sitemap of tags": lambda: "/sitemap-tags.xml",
    "sitemap of references": lambda: "/sitemap-references.xml",
    "references of a year": lambda: "/references/?host=arxiv.org&year=2024&page=2",
}
SEARCHES = {
    "hits": "/search/?q=Adam+通信",
    "narrowed hits": "/search/?q=通信&tag=rag&label=conclusion&sort=newest&page=2",
    "nothing": "/search/?q=没有的词",
    "nothing narrowed": "/search/?q=没有的词+rags&tag=rag&kind=paper",
    "some of the words": "/search/?q=怎么减少+Adam+通信+没有的词+attentions+before:2030",
    "a misspelt word": "/search/?q=Adom+tongxin+RAGS",
    "a choice": "/search/?q=Adam+OR+RAG+-没有的词&page=3",
    "everything": "/search/?year=2024",
    "hits in Markdown": "/search.md?q=Adam+通信",
    "hits in JSON": "/search.json?q=Adam+通信",
    "suggestions": "/search/suggestions/?q=ad",
}
LISTS = ["home", "digest list", "tag list", "tag", "two tags", "reference list"]
LISTS += ["tag.md", "tag.json", "reference.md", "reference.json", "digest.json", "llms.txt"]
LISTS += ["archive", "archive of a year", "archive of a month", "changes", "statistics"]
TEXTS = ("body", "parts", "prose", "preamble", "preamble_html", "preamble_text", "front_matter")


def test_every_page_asks_as_much_with_200_digests_as_with_10(editor: Client) -> None:
    anybody = Client()
    grow(to=10)
    with_10 = [numbers_asked(reader) for reader in (anybody, editor)]
    grow(to=20)
    assert [numbers_asked(reader) for reader in (anybody, editor)] == with_10
    grow(to=200)
    with_200 = [numbers_asked(reader) for reader in (anybody, editor)]
    for few, many in zip(with_10, with_200, strict=True):
        more = {page: many[page] - few[page] for page in few if many[page] != few[page]}
        assert more.keys() <= {*LONG_LISTS}, more
        assert all(0 < number <= SEARCHES_OF_NEWEST for number in more.values()), more
    assert max(with_10[0].values()) <= AT_MOST, with_10[0]
    assert max(with_10[1].values()) <= AT_MOST + LOGIN, with_10[1]


def test_a_search_asks_as_much_with_60_digests_as_with_10(editor: Client) -> None:
    grow(to=10)
    index.refresh(digests=[digest.pk for digest in Digest.objects.all()])
    with_10 = [searches_asked(reader) for reader in (Client(), editor)]
    grow(to=60)
    index.refresh(digests=[digest.pk for digest in Digest.objects.all()])
    assert [searches_asked(reader) for reader in (Client(), editor)] == with_10


@pytest.mark.parametrize("name", LISTS)
def test_a_list_leaves_the_long_texts_in_the_database(client: Client, name: str) -> None:
    grow(to=10)
    # PostgreSQL and SQLite, the only databases here, both quote names in this way.
    found = [text for text in TEXTS for sql in asked(client, name) if f'"{text}"' in sql]
    assert found == []


def grow(to: int) -> None:
    """Create digests up to this number, with all that a page can show: both kinds of tags and
    citations."""
    cited_by_all, _ = Reference.objects.get_or_create(key="arxiv:2305.18290", kind="paper")
    before = Digest.objects.count()
    for digest in builders.digests(to - before, before=before, tags=["RAG", "MCTS"]):
        ImportedDigest.objects.create(
            digest=digest,
            path=f"{digest.slug}.md",
            encoding="utf-8",
            title=digest.title,
            published_at=digest.published_at,
        )
        builders.citation(digest, cited_by_all, item=None)
        risen = [] if before else ["新"]  # on the front page only a tag that rises costs a query
        for tags, question in ((["RAG", "MCTS", *risen], "open"), ([], "")):
            topic = builders.topic(digest, tags=tags, question=question)
            builders.citation(topic, cited_by_all)
            for title in ("before", "after"):
                Revision.objects.create(topic=topic, at=digest.created_at, values={"title": title})
            builders.citation(topic, builders.reference(f"name:{topic.pk}"), item=None)


def variant(page: str, suffix: str) -> str:
    return PAGES[page]().removesuffix("/") + suffix


def numbers_asked(reader: Client) -> dict[str, int]:
    return {page: len(asked(reader, page)) for page in PAGES}


def searches_asked(reader: Client) -> dict[str, int]:
    return {name: len(asked_at(reader, address)) for name, address in SEARCHES.items()}


def asked(client: Client, page: str) -> list[str]:
    return asked_at(client, PAGES[page]())


def asked_at(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        assert response.status_code == 200
        list(response)  # a file runs queries while it is sent
    return [query["sql"] for query in captured.captured_queries]
