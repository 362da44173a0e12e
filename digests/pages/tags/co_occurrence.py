"""Counts of tags, labels and references that go with a tag, or with several tags."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from digests.models import Citation, Point, Reader, Reference, Tag, TaggedTopic
from digests.pages.parts.months import Month, counts_by_month, every_month
from digests.pages.parts.rows import LATEST
from digests.pages.tags.queries import TAGS_AT_MOST, Subject, taggings_with
from digests.vocabulary import PointKind

TOGETHER = 20
CITED = 10


def co_occurring(user: Reader, subject: Subject) -> dict[str, Any]:
    """Count what goes with a subject, all but the months in at most its `LATEST` newest topics.
    Seven queries, whatever the number of tags and topics."""
    taggings = taggings_with(user, subject.tags).order_by("-content_object_id")
    # The ids are read once, because with several tags the query is a join of joins.
    latest = list(taggings.values_list("content_object", flat=True)[:LATEST])
    return {
        "months": topics_by_month(user, subject),
        "labels": labels_of(user, latest),
        "together": tags_together(user, subject, latest),
        "references": most_cited(user, latest),
    }


def topics_by_month(user: Reader, subject: Subject) -> list[Month]:
    published_at = "content_object__digest__published_at"
    taggings = taggings_with(user, subject.tags).order_by().values_list(published_at)
    return every_month(counts_by_month(taggings.annotate(n=Count("pk"))))


def labels_of(user: Reader, topics: Sequence[int]) -> list[tuple[PointKind, int]]:
    """Number of points by kind, in the order of the kinds. ``topics``: topic ids."""
    counts = Point.objects.visible_to(user).filter(topic__in=topics).counts_by_kind()
    return [(kind, counts[kind]) for kind in PointKind if kind in counts]


def tags_together(
    user: Reader, subject: Subject, topics: Sequence[int]
) -> list[tuple[Tag, int, Subject | None]]:
    """The most frequent other tags of these topics, each with their number, and with the subject of
    both if that has a page. Two queries."""
    taggings = TaggedTopic.objects.visible_to(user).exclude(tag__in=subject.tags)
    counted = taggings.filter(content_object__in=topics).order_by().values_list("tag")
    counts = dict(counted.annotate(n=Count("pk")).order_by("-n", "tag_id")[:TOGETHER])
    tags = Tag.objects.visible_to(user).in_bulk(counts)
    has_page = len(subject.tags) < TAGS_AT_MOST
    return [
        (tags[pk], count, Subject([*subject.tags, tags[pk]]) if has_page else None)
        for pk, count in counts.items()
        if pk in tags
    ]


def most_cited(user: Reader, topics: Sequence[int]) -> list[tuple[Reference, int]]:
    """The references that most of these topics cite, each with the number of these topics. Two
    queries."""
    citations = Citation.objects.visible_to(user).filter(topic__in=topics).order_by()
    counted = citations.values_list("reference").annotate(n=Count("topic", distinct=True))
    counts = dict(counted.order_by("-n", "reference_id")[:CITED])
    references = Reference.objects.visible_to(user).in_bulk(counts)
    return [(references[pk], count) for pk, count in counts.items() if pk in references]
