"""Queries for points by their labels."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from digests.models import Digest, Point, PointQuerySet, Reader, Tag, TaggedTopic, Topic
from digests.pages.parts.rows import LATEST, tags_among
from digests.vocabulary import PointKind


@dataclass(frozen=True)
class Label:
    kind: PointKind
    count: int


@dataclass(frozen=True)
class ShownPoint:
    """A point as HTML, and its address on the page of its topic."""

    topic: Topic
    label: str
    kind: PointKind
    html: SafeString
    address: str

    @property
    def is_named_otherwise(self) -> bool:
        """True if the label says more than the kind."""
        return self.kind is PointKind.OTHER or self.label != str(self.kind.label)


def labels(user: Reader) -> list[Label]:
    """All kinds of points with their counts, the unknown kind last. One query."""
    counts = Point.objects.visible_to(user).counts_by_kind()
    return [Label(kind, counts.get(kind.value, 0)) for kind in PointKind]


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


def shown_points(user: Reader, points: QuerySet[Point]) -> list[ShownPoint]:
    """Render the points of a page. One query.

    The query that sorts all points leaves the long texts in the database; this one fetches them.
    """
    long_texts = (f"topic__digest__{name}" for name in Digest.LONG_TEXTS)
    rows = (
        Point.objects.visible_to(user)
        .filter(pk__in=points.values("pk"))
        .newest_first()
        .select_related("topic__digest")
        .defer("text", "plain", *long_texts)
    )
    return [_shown(point) for point in rows]


def _shown(point: Point) -> ShownPoint:
    return ShownPoint(
        topic=point.topic,
        label=point.label,
        kind=PointKind(point.kind),
        html=point.rendered(),
        address=point.get_absolute_url(),
    )


def tags_of_labelled(user: Reader, kind: PointKind) -> list[Tag]:
    """Tags that a list of points of this kind can be filtered by."""
    points = Point.objects.visible_to(user).filter(kind=kind)
    return tags_among(user, points.order_by("-topic_id").values("topic")[:LATEST])
