"""Queries for points by their labels."""

from django.db.models import QuerySet

from digests.models import Digest, Point, PointQuerySet, Reader, Tag, TaggedTopic
from digests.pages.parts.rows import LATEST, tags_among
from digests.vocabulary import PointKind


def points_labelled(user: Reader, kind: PointKind, *, tag: Tag | None, label: str) -> PointQuerySet:
    """Points of a kind, the newest first.

    ``tag``: only points of topics with this tag. ``label``: only points whose label is written so;
    empty for all.
    """
    points = Point.objects.visible_to(user).filter(kind=kind).newest_first()
    if tag:
        tagged = TaggedTopic.objects.visible_to(user).filter(tag=tag)
        points = points.filter(topic__in=tagged.values("content_object"))
    return points.filter(label=label) if label else points


def shown_points(user: Reader, points: QuerySet[Point]) -> PointQuerySet:
    """The points of a page with their HTML and their topics.

    The query that sorts all points leaves the long texts in the database; this one fetches them.
    """
    long_texts = (f"topic__digest__{name}" for name in Digest.LONG_TEXTS)
    return (
        Point.objects.visible_to(user)
        .filter(pk__in=points.values("pk"))
        .newest_first()
        .select_related("topic__digest")
        .defer("text", "plain", *long_texts)
    )


def tags_of_labelled(user: Reader, kind: PointKind) -> list[Tag]:
    """Tags that a list of points of this kind can be filtered by."""
    points = Point.objects.visible_to(user).filter(kind=kind)
    return tags_among(user, points.order_by("-topic_id").values("topic")[:LATEST])
