"""Entries of feeds, with their full text, made of rows."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.text import Truncator

from digests.models import Digest, Topic, TopicQuerySet
from digests.pages.feeds.atom import Entry
from digests.pages.feeds.queries import DigestInFeed, in_full
from digests.pages.parts.rows import named
from digests.vocabulary import PointKind

_LONGEST_TITLE = 100


def of_topics(request: HttpRequest, topics: TopicQuerySet) -> list[Entry]:
    """Entries for the newest of these topics. Three queries."""
    return [
        _entry(request, found.topic, "topic", {"found": found})
        for found in in_full(request.user, topics)
    ]


def of_points(request: HttpRequest, topics: Iterable[Topic], kind: PointKind) -> Iterator[Entry]:
    """Entries for the points of a kind.

    An entry's id is made of its topic and its ordinal among the topic's points of this kind, as in
    its address, so a corrected point is the same entry.
    """
    for topic in topics:
        for point in topic.own_points:
            if point.kind == kind:
                title = Truncator(" ".join(point.plain.split())).chars(_LONGEST_TITLE)
                context = {"topic": topic, "point": point}
                yield _entry(request, topic, "point", context, title, f"#{point.anchor}")


def of_digests(request: HttpRequest, digests: Iterable[DigestInFeed]) -> list[Entry]:
    return [_of_digest(request, found) for found in digests]


def _of_digest(request: HttpRequest, found: DigestInFeed) -> Entry:
    digest, address = found.digest, found.digest.get_absolute_url()
    rows: list[Digest | Topic] = [digest, *(each.topic for each in found.topics)]
    return Entry(
        name=f"digest:{digest.pk}",
        title=named(digest),
        address=address,
        html=_html(request, address, "digest", {"digest": digest, "found": found}),
        published=digest.published_at,
        updated=max(_updated(row, digest.published_at) for row in rows),
        tags=[tag.name for tag in digest.tag_list],
    )


def _entry(
    request: HttpRequest,
    topic: Topic,
    template: str,
    context: dict[str, Any],
    title: str = "",
    fragment: str = "",
) -> Entry:
    """The entry of a topic, or of the point at ``fragment`` in it."""
    address = f"{topic.get_absolute_url()}{fragment}"
    published = topic.digest.published_at
    return Entry(
        name=f"topic:{topic.pk}{fragment}",
        title=title or named(topic),
        address=address,
        html=_html(request, address, template, context),
        published=published,
        updated=_updated(topic, published),
        tags=[tag.name for tag in topic.own_tags],
    )


def _updated(row: Topic | Digest, published: datetime) -> datetime:
    """The time of the last change by an import or an editor. Re-deriving a row does not count."""
    return max(published, row.updated_at, row.edited_at or published)


def _html(request: HttpRequest, address: str, template: str, context: dict[str, Any]) -> str:
    base = request.build_absolute_uri(address)
    return render_to_string(f"digests/feeds/{template}.html", {**context, "base": base})
