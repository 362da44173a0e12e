"""Points by their labels."""

from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from digests.models import Digest, Point, PointQuerySet, Reader, Tag, TaggedTopic, Topic
from digests.pages.parts.rows import LATEST, tags_among
from digests.rendering.plain_text import points_in
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
    """All kinds, the unknown one last. One query."""
    counts = Point.objects.visible_to(user).counts_by_kind()
    return [Label(kind, counts.get(kind.value, 0)) for kind in PointKind]


def points_labelled(user: Reader, kind: PointKind, *, tag: Tag | None, label: str) -> PointQuerySet:
    """Points of a kind, the newest first; only those of topics with ``tag``, if there is one, and
    only those whose label is written as ``label``, unless that is empty."""
    points = Point.objects.visible_to(user).filter(kind=kind).newest_first()
    if tag:
        tagged = TaggedTopic.objects.visible_to(user).filter(tag=tag)
        points = points.filter(topic__in=tagged.values("content_object"))
    return points.filter(label=label) if label else points


def shown_points(user: Reader, points: QuerySet[Point]) -> list[ShownPoint]:
    """The points of a page. One query.

    It fetches the long texts, which the query that sorts all points leaves in the database.
    """
    long_texts = (f"topic__digest__{name}" for name in Digest.LONG_TEXTS)
    rows = (
        Point.objects.visible_to(user)
        .filter(pk__in=points.values("pk"))
        .newest_first()
        .select_related("topic__digest")
        .defer("text", "topic__heading", "topic__body", *long_texts)
    )
    return [shown for point in rows if (shown := _shown(point))]


def _shown(point: Point) -> ShownPoint | None:
    """None after an upgrade whose renderer finds other points, until `rebuild` has run."""
    found = next(islice(points_in(point.topic.html), point.position, None), None)
    if found is None:
        return None
    return ShownPoint(
        topic=point.topic,
        label=point.label,
        kind=PointKind(point.kind),
        html=point.topic.rendered_piece(found.html),
        address=f"{point.topic.get_absolute_url()}#{found.anchor}",
    )


def tags_of_labelled(user: Reader, kind: PointKind) -> list[Tag]:
    """Tags to narrow the points of a kind by."""
    points = Point.objects.visible_to(user).filter(kind=kind)
    return tags_among(user, points.order_by("-topic_id").values("topic")[:LATEST])
