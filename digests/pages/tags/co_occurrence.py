"""Counts of tags, labels and references that go with a tag, or with several tags."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from digests.models import Citation, Point, Reader, Reference, TaggedTopic
from digests.pages.parts.listed import TagLink
from digests.pages.parts.months import months_of
from digests.pages.parts.rows import LATEST
from digests.pages.tags.queries import Subject, taggings_with
from digests.vocabulary import PointKind

TOGETHER = 20
CITED = 10


def co_occurring(user: Reader, subject: Subject) -> dict[str, Any]:
    """Count what goes with a subject in at most its `LATEST` newest topics. Five queries, whatever
    the number of tags and topics."""
    taggings = taggings_with(user, subject.tags).order_by("-content_object_id")
    # The ids are read once, because with several tags the query is a join of joins.
    columns = ("content_object", "content_object__digest__published_at")
    latest = dict(taggings.values_list(*columns)[:LATEST])
    topics = list(latest)
    return {
        "months": months_of(latest.values()),
        "labels": labels_of(user, topics),
        "together": tags_together(user, subject, topics),
        "references": most_cited(user, topics),
    }


def labels_of(user: Reader, topics: Sequence[int]) -> list[tuple[PointKind, int]]:
    """Number of points by kind, in the order of the kinds. ``topics``: topic ids."""
    counts = Point.objects.visible_to(user).filter(topic__in=topics).counts_by_kind()
    return [(kind, counts[kind]) for kind in PointKind if kind in counts]


def tags_together(
    user: Reader, subject: Subject, topics: Sequence[int]
) -> list[tuple[TagLink, int, str]]:
    """The most frequent other tags of these topics, each with their number, and with the address of
    both, which is empty if both have none."""
    taggings = TaggedTopic.objects.visible_to(user).exclude(tag__in=subject.tags)
    names = taggings.filter(content_object__in=topics).values_list("tag__name", "tag__slug")
    counted = names.annotate(n=Count("pk")).order_by("-n", "tag_id")[:TOGETHER]
    return [
        (TagLink(name, slug), count, subject.address_with(slug)) for name, slug, count in counted
    ]


def most_cited(user: Reader, topics: Sequence[int]) -> list[tuple[Reference, int]]:
    """The references that most of these topics cite, each with the number of these topics. Two
    queries."""
    citations = Citation.objects.visible_to(user).filter(topic__in=topics).order_by()
    counted = citations.values_list("reference").annotate(n=Count("topic", distinct=True))
    counts = dict(counted.order_by("-n", "reference_id")[:CITED])
    references = Reference.objects.visible_to(user).in_bulk(counts)
    return [(references[pk], count) for pk, count in counts.items() if pk in references]
