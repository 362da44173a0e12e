"""Counts of tags, labels and references that go with a tag, or with several tags."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from digests.models import Citation, Point, Reader, Reference, TaggedTopic
from digests.models.kept import kept_query
from digests.models.statements import Slot
from digests.models.tags import TagLink
from digests.pages.parts.months import months_of
from digests.pages.parts.rows import references_by_id
from digests.pages.tags.queries import Subject
from digests.vocabulary import PointKind

TOGETHER = 20
CITED = 10


def co_occurring(user: Reader, subject: Subject, latest: Mapping[int, datetime]) -> dict[str, Any]:
    """Count what goes with a subject in its ``latest`` topics, each with the time of its digest.
    Four queries, whatever the number of tags and topics."""
    topics = list(latest)
    return {
        "months": months_of(latest.values()),
        "labels": labels_of(user, topics),
        "together": tags_together(user, subject, topics),
        "references": most_cited(user, topics),
    }


def labels_of(user: Reader, topics: Sequence[int]) -> list[tuple[PointKind, int]]:
    """Number of points by kind, in the order of the kinds. ``topics``: topic ids."""
    counts = dict(_kinds_in(user, list(topics)))
    return [(kind, counts[kind]) for kind in PointKind if kind in counts]


@kept_query
def _kinds_in(user: Reader, topics: Slot) -> QuerySet[Any, Any]:
    points = Point.objects.visible_to(user).filter(topic__one_of=topics).order_by()
    return points.values_list("kind").annotate(n=Count("pk"))


def tags_together(
    user: Reader, subject: Subject, topics: Sequence[int]
) -> list[tuple[TagLink, int, str]]:
    """The most frequent other tags of these topics, each with their number, and with the address of
    both, which is empty if both have none."""
    counted = _tags_in(user, list(topics), [tag.pk for tag in subject.tags])
    return [
        (TagLink(name, slug), count, subject.address_with(slug)) for name, slug, count in counted
    ]


@kept_query
def _tags_in(user: Reader, topics: Slot, but: Slot) -> QuerySet[Any, Any]:
    taggings = TaggedTopic.objects.visible_to(user).filter(content_object__one_of=topics)
    names = taggings.exclude(tag__one_of=but).values_list("tag__name", "tag__slug")
    counted: QuerySet[Any, Any] = names.annotate(n=Count("pk")).order_by("-n", "tag_id")
    return counted[:TOGETHER]


def most_cited(user: Reader, topics: Sequence[int]) -> list[tuple[Reference, int]]:
    """The references that most of these topics cite, each with the number of these topics. Two
    queries."""
    counts = dict(_cited_in(user, list(topics)))
    references = references_by_id(user, counts)
    return [(references[pk], count) for pk, count in counts.items() if pk in references]


@kept_query
def _cited_in(user: Reader, topics: Slot) -> QuerySet[Any, Any]:
    citations = Citation.objects.visible_to(user).filter(topic__one_of=topics).order_by()
    counted = citations.values_list("reference").annotate(n=Count("topic", distinct=True))
    return counted.order_by("-n", "reference_id")[:CITED]
