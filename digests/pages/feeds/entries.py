"""Entries of feeds, with their full text, made of rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.text import Truncator

from digests.models import Citation, Digest, Topic, TopicQuerySet
from digests.pages.feeds.atom import Entry
from digests.pages.feeds.queries import list_entries, newest_of
from digests.pages.parts.rows import named
from digests.vocabulary import PointKind

_LONGEST_TITLE = 100


def of_topics(request: HttpRequest, topics: TopicQuerySet) -> list[Entry]:
    """Entries for the newest of these topics. Four queries."""
    rows = newest_of(topics)
    listed = list_entries(request.user, Q(topic__in=rows))
    return [
        _entry(request, topic, "topic", {"topic": topic, "listed": listed[None, topic.pk]})
        for topic in rows
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


def of_digest(
    request: HttpRequest,
    digest: Digest,
    listed: Sequence[Citation],
    topics: Sequence[tuple[Topic, Sequence[Citation]]],
) -> Entry:
    """The entry of a digest. ``listed`` are the entries of the reference lists before its first
    topic; each topic comes with its own."""
    address = digest.get_absolute_url()
    rows: list[Digest | Topic] = [digest, *(topic for topic, _ in topics)]
    context = {"digest": digest, "listed": listed, "topics": topics}
    return Entry(
        name=f"digest:{digest.pk}",
        title=named(digest),
        address=address,
        html=_html(request, address, "digest", context),
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
