"""Rows as lists and texts show them, as values.

They are no models, because a page shows hundreds: a model takes ten times as long to make, and a
prefetch makes two for each tag.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from digests.grouping import grouped, grouped_by
from digests.models import (
    DigestQuerySet,
    Point,
    Reader,
    Tag,
    Topic,
)
from digests.models.digests import topic_address
from digests.models.kept import kept_query
from digests.models.reversing import row_address
from digests.models.statements import Slot
from digests.models.tags import TagLink
from digests.pages.parts.months import month_of


class ListedDigest(NamedTuple):
    """``topic_count`` is None in lists that do not show it."""

    pk: int
    slug: str
    title: str
    published_at: datetime
    created_at: datetime
    topic_count: int | None = None
    tags: Sequence[TagLink] = ()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return row_address("digests:digest", self.slug)


class ListedTopic(NamedTuple):
    """``published_at`` is that of its digest."""

    pk: int
    title: str
    number: int | None
    published_at: datetime
    tags: Sequence[TagLink] = ()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return topic_address(self.pk, self.title)


# The columns of a `ListedTopic`.
TOPIC_COLUMNS = ("pk", "title", "number", "digest__published_at")


class ShownPoint(NamedTuple):
    """A point within its topic."""

    topic: int
    label: str
    kind: str
    ordinal: int
    plain: str
    html: str


def digest_rows(digests: DigestQuerySet) -> QuerySet[Any, Any]:
    """Digests as rows of columns for `ListedDigest`."""
    return digests.values_list("pk", "slug", "title", "published_at", "created_at")


def digests_with_tags(user: Reader, rows: Iterable[Sequence[Any]]) -> list[ListedDigest]:
    """Digests from `digest_rows`, with their tags and their numbers of topics. Two queries besides
    that of the rows."""
    digests = with_topic_counts(user, [ListedDigest(*row) for row in rows])
    tags = tags_by_digest(user, [digest.pk for digest in digests])
    return [digest._replace(tags=tags.get(digest.pk, ())) for digest in digests]


def with_topic_counts(user: Reader, digests: Sequence[ListedDigest]) -> list[ListedDigest]:
    """Digests with their numbers of topics. One query of its own, because beside the digests
    PostgreSQL would also count the topics of those on all pages before."""
    counts = dict(_topic_counts(user, [digest.pk for digest in digests]))
    return [digest._replace(topic_count=counts.get(digest.pk, 0)) for digest in digests]


@kept_query
def _topic_counts(user: Reader, digests: Slot) -> QuerySet[Any, Any]:
    topics = Topic.objects.visible_to(user).filter(digest__one_of=digests).order_by()
    counts: QuerySet[Any, Any] = topics.values_list("digest").annotate(n=Count("pk"))
    return counts


def by_month(digests: Iterable[ListedDigest]) -> list[tuple[date, list[ListedDigest]]]:
    """Digests, sorted by time, under the first days of their months."""
    months = groupby(digests, key=lambda digest: month_of(digest.published_at))
    return [(month, list(rows)) for month, rows in months]


def topics_with_tags(
    user: Reader, topics: Sequence[ListedTopic], known: Iterable[Tag] = ()
) -> list[ListedTopic]:
    """Topics with the tags that they have themselves, but for those that are ``known``. One
    query."""
    tags = tags_by_topic(user, [topic.pk for topic in topics], known)
    return [topic._replace(tags=tags.get(topic.pk, ())) for topic in topics]


def tags_by_topic(
    user: Reader, topics: Iterable[int], known: Iterable[Tag] = ()
) -> dict[int, list[TagLink]]:
    """The tags that topics of these ids have themselves, by id, in the order in which they were put
    there. ``known``: tags that are left out. One query."""
    left_out = {tag.slug for tag in known}
    tags = _by_row(_tags_of_topics(user, list(topics)))
    if not left_out:
        return tags
    return {pk: [tag for tag in some if tag.slug not in left_out] for pk, some in tags.items()}


def tags_by_digest(user: Reader, digests: Iterable[int]) -> dict[int, list[TagLink]]:
    """The tags of digests of these ids, by id, in the order of the files. One query."""
    return _by_row(_tags_of_digests(user, list(digests)))


@kept_query
def _tags_of_topics(user: Reader, topics: Slot) -> QuerySet[Any, Any]:
    tags = Tag.objects.visible_to(user).filter(tagged_topics__content_object__one_of=topics)
    columns = ("tagged_topics__content_object", *TagLink._fields)
    return tags.order_by("tagged_topics__pk").values_list(*columns)


@kept_query
def _tags_of_digests(user: Reader, digests: Slot) -> QuerySet[Any, Any]:
    tags = Tag.objects.visible_to(user).filter(tagged_digests__content_object__one_of=digests)
    columns = ("tagged_digests__content_object", *TagLink._fields)
    return tags.order_by("tagged_digests__pk").values_list(*columns)


def _by_row(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[TagLink]]:
    return grouped((pk, TagLink(*tag)) for pk, *tag in rows)


def points_by_topic(user: Reader, topics: Iterable[int]) -> dict[int, list[ShownPoint]]:
    """The points of topics of these ids, by id, in their order. One query."""
    points = (ShownPoint(*row) for row in _points_of_topics(user, list(topics)))
    return grouped_by(points, lambda point: point.topic)


@kept_query
def _points_of_topics(user: Reader, topics: Slot) -> QuerySet[Any, Any]:
    points = Point.objects.visible_to(user, archived=True).filter(topic__one_of=topics)
    return points.order_by("position").values_list(*ShownPoint._fields)
