"""Points by their labels."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from digests.models import Point, Tag, Topic
from digests.pages.parts.rows import LATEST, tags_among, texts_of_digest, texts_of_topic
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
        """Whether its label says more than its kind."""
        return self.kind is PointKind.OTHER or self.label != str(self.kind.label)


def labels() -> list[Label]:
    """All kinds, the unknown one last. One query."""
    counts = Point.objects.counts_by_kind()
    return [Label(kind, counts.get(kind.value, 0)) for kind in PointKind]


def points_labelled(kind: PointKind, *, tag: Tag | None, label: str) -> QuerySet[Point]:
    """The newest first. With ``tag`` those of its topics, with ``label`` those so written."""
    points = Point.objects.live().filter(kind=kind).newest_first()
    if tag:
        points = points.filter(topic__in=tag.tagged_topics.values("content_object"))
    return points.filter(label=label) if label else points


def count_labelled(kind: PointKind) -> int:
    """Of all of them, in one query that reads no topic but the hidden ones; as ``COUNT(*)`` of
    `points_labelled` it would read all."""
    return Point.objects.filter(kind=kind).counts_by_kind().get(kind.value, 0)


def shown_points(points: QuerySet[Point]) -> list[ShownPoint]:
    """Of a page of them. One query.

    The long texts are fetched of these alone: whatever else is sorted leaves them where they are.
    """
    rows = (
        Point.objects.filter(pk__in=points.values("pk"))
        .newest_first()
        .select_related("topic__digest")
        .defer("text", "plain", *texts_of_topic("topic__"), *texts_of_digest("topic__digest__"))
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


def tags_of_labelled(kind: PointKind) -> list[Tag]:
    """To narrow the points of a kind by."""
    return tags_among(Point.objects.filter(kind=kind).order_by("-topic").values("topic")[:LATEST])
