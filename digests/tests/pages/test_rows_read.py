"""Pages of what everything cites or bears read as little as those of what little does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.sql import compiler
from django.test import Client

from digests.models import (
    Citation,
    Digest,
    Point,
    PointCount,
    Reference,
    Tag,
    TaggedTopic,
    Topic,
    Vote,
)
from digests.pages.home import queries as home
from digests.pages.labels import queries as labels
from digests.tests import builders
from digests.vocabulary import VotedField

pytestmark = pytest.mark.django_db

FEW, MANY = 1_000, 3_000
TOPICS_A_DIGEST = 5
# Instructions of SQLite between two calls of its progress handler.
INSTRUCTIONS = 100
PAGES: dict[str, Callable[[], str]] = {
    "reference": lambda: Reference.objects.get(key="name:all").get_absolute_url(),
    "tag": lambda: Tag.objects.get(name="RAG").get_absolute_url(),
    "topic": lambda: Topic.objects.newest_first()[7].get_absolute_url(),
    "digest": lambda: Digest.objects.newest_first()[3].get_absolute_url(),
    "home": lambda: "/",
    "labels": lambda: "/labels/",
    "label": lambda: "/labels/conclusion/",
    "label that nobody knows": lambda: "/labels/other/",
}


def test_a_page_reads_no_more_with_3000_topics_than_with_1000(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[int] = []
    iterated = compiler.cursor_iter

    def counted(*arguments: Any) -> Iterator[Any]:
        for rows in iterated(*arguments):
            fetched.append(len(rows))
            yield rows

    monkeypatch.setattr(compiler, "cursor_iter", counted)
    monkeypatch.setattr(home, "CITATIONS_COUNTED", 300)
    monkeypatch.setattr(home, "TOPICS_COUNTED", 100)
    monkeypatch.setattr(labels, "LABELS_COUNTED", 300)

    def read(address: str) -> tuple[int, int]:
        client.get(address)
        fetched.clear()
        with instructions() as done:
            assert client.get(address).status_code == 200
        return sum(fetched), len(done)

    grow(to=FEW)
    with_few = {page: read(address()) for page, address in PAGES.items()}
    grow(to=MANY)
    with_many = {page: read(address()) for page, address in PAGES.items()}
    for page, (rows, steps) in with_many.items():
        assert rows <= with_few[page][0], (page, with_few, with_many)
        assert steps <= 1.3 * with_few[page][1] + 20, (page, with_few, with_many)


@contextmanager
def instructions() -> Iterator[list[int]]:
    """An entry for each `INSTRUCTIONS` that SQLite carries out, which stand for rows that it reads.
    PostgreSQL does not tell; only the rows that it sends are counted there."""
    done: list[int] = []
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(lambda: done.append(1), INSTRUCTIONS)
    yield done
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(None, 0)


def grow(to: int) -> None:
    """Topics up to this number, that all cite one reference, bear one tag, and have points of two
    kinds, one with a label that nobody knows; the newest are those that are there first."""
    reference, _ = Reference.objects.get_or_create(key="name:all", kind="paper")
    tag, _ = Tag.objects.get_or_create(name="RAG", slug="rag")
    before = Topic.objects.count()
    first = before // TOPICS_A_DIGEST
    digests = [
        builders.digest(f"d{number}", published_at=builders.DAY - timedelta(days=3 * number))
        for number in range(first, to // TOPICS_A_DIGEST)
    ]
    topics = Topic.objects.bulk_create(
        Topic(
            digest=digest,
            position=position,
            title=f"{digest.slug} {position}",
            heading="## 话题\n",
            is_open=True,
        )
        for digest in digests
        for position in range(TOPICS_A_DIGEST)
    )
    Citation.objects.bulk_create(
        Citation(topic=topic, reference=reference, position=0, kind="paper", title="全")
        for topic in topics
    )
    TaggedTopic.objects.bulk_create(TaggedTopic(content_object=topic, tag=tag) for topic in topics)
    Point.objects.bulk_create(
        Point(topic=topic, position=position, label=label, kind=kind, ordinal=1, html="说")
        for topic in topics
        for position, (label, kind) in enumerate([("结论", "conclusion"), ("背景", "other")])
    )
    count(reference, to)


def count(reference: Reference, to: int) -> None:
    """Store the counts that ``to`` such topics have."""
    Reference.objects.update(topic_count=to)
    Tag.objects.update(topic_count=to)
    for kind in ("conclusion", "other"):
        PointCount.objects.update_or_create(kind=kind, defaults={"count": to})
    Vote.objects.update_or_create(
        id=1,
        defaults={
            **{"reference": reference, "field": VotedField.TITLE, "value": "全", "count": to},
            **{"first_topic": 1, "first_position": 0},
        },
    )
