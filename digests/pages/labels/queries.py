"""Queries for points by their labels."""

from collections import Counter
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from digests.models import Point, PointQuerySet, Reader, Tag, TaggedTopic, Topic
from digests.models.points import point_html
from digests.pages.parts.listed import ListedTopic
from digests.pages.parts.newest import newest_rows
from digests.pages.parts.rows import LATEST, tags_among
from digests.vocabulary import PointKind

# Number of the newest points of unknown kind whose labels are counted.
LABELS_COUNTED = 1_000


class LabelledPoint(NamedTuple):
    """A point in a list, with its topic."""

    topic: ListedTopic
    label: str
    kind: str
    ordinal: int
    html: str

    def get_absolute_url(self) -> str:
        anchor = PointKind(self.kind).anchor(self.ordinal)
        return f"{self.topic.get_absolute_url()}#{anchor}"

    @property
    def rendered(self) -> SafeString:
        return point_html(self.html, self.topic.pk, self.topic.title)


def unknown_labels(user: Reader) -> Counter[str]:
    """The labels of the newest `LABELS_COUNTED` points of unknown kind, each with its number."""
    points = Point.objects.visible_to(user).filter(kind=PointKind.OTHER).order_by("-topic_id")
    return Counter(points.values_list("label", flat=True)[:LABELS_COUNTED])


def points_labelled(user: Reader, kind: PointKind, *, tag: Tag | None, label: str) -> PointQuerySet:
    """Points of a kind, in no order.

    ``tag``: only points of topics with this tag. ``label``: only points whose label is written so;
    empty for all.
    """
    points = Point.objects.visible_to(user).filter(kind=kind)
    if tag:
        tagged = TaggedTopic.objects.visible_to(user).filter(tag=tag)
        points = points.filter(topic__in=tagged.values("content_object"))
    return points.filter(label=label) if label else points


def newest_points(user: Reader, points: PointQuerySet, shown: slice) -> list[LabelledPoint]:
    """The points of a page, the newest first, with their topics. Two or three queries."""
    ids = points.newest_first().values_list("pk", flat=True)
    pks = newest_rows(
        user, ids, lambda digests: ids.filter(topic__in=_topics(user, digests)), shown
    )
    # The query that sorts points leaves their long texts in the database.
    topic = ("topic", "topic__title", "topic__number", "topic__digest__published_at")
    columns = ("pk", *topic, "label", "kind", "ordinal", "html")
    found = {
        pk: LabelledPoint(ListedTopic(*row[:4]), *row[4:])
        for pk, *row in Point.objects.visible_to(user).filter(pk__in=pks).values_list(*columns)
    }
    return [found[pk] for pk in pks if pk in found]


def _topics(user: Reader, digests: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return Topic.objects.visible_to(user).filter(digest__in=digests).values("pk")


def tags_of_labelled(user: Reader, kind: PointKind) -> list[Tag]:
    """Tags that a list of points of this kind can be filtered by."""
    points = Point.objects.visible_to(user).filter(kind=kind)
    return tags_among(user, points.order_by("-topic_id").values("topic")[:LATEST])
