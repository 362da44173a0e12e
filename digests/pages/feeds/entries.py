"""Entries of feeds, with their full text, made of rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.text import Truncator

from digests.models import Digest, Topic, TopicQuerySet
from digests.pages.feeds.atom import Entry
from digests.pages.feeds.queries import ListEntries, list_entries, newest_of
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
    request: HttpRequest, digest: Digest, topics: Sequence[Topic], listed: ListEntries
) -> Entry:
    """The entry of a digest and its topics, each with the entries of its reference lists."""
    shown = [(topic, listed[None, topic.pk]) for topic in topics]
    context = {"digest": digest, "listed": listed[digest.pk, None], "topics": shown}
    entry = _entry(request, digest, "digest", context)
    later = (_updated(topic, digest.published_at) for topic in topics)
    return replace(entry, updated=max([entry.updated, *later]))


def _entry(
    request: HttpRequest,
    row: Digest | Topic,
    template: str,
    context: dict[str, Any],
    title: str = "",
    fragment: str = "",
) -> Entry:
    """The entry of a digest, of a topic, or of the point at ``fragment`` in a topic."""
    digest, tags = (row, row.tag_list) if isinstance(row, Digest) else (row.digest, row.own_tags)
    address = f"{row.get_absolute_url()}{fragment}"
    context = {**context, "base": request.build_absolute_uri(address)}
    return Entry(
        name=f"{row._meta.model_name}:{row.pk}{fragment}",
        title=title or named(row),
        address=address,
        html=render_to_string(f"digests/feeds/{template}.html", context),
        published=digest.published_at,
        updated=_updated(row, digest.published_at),
        tags=[tag.name for tag in tags],
    )


def _updated(row: Topic | Digest, published: datetime) -> datetime:
    """The time of the last change by an import or an editor. Re-deriving a row does not count."""
    return max(published, row.updated_at, row.edited_at or published)
