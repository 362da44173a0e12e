"""Models of the labelled points of topics, and their counts."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests import rendering
from digests.models.constraints import in_choices
from digests.models.digests import Topic, topic_address
from digests.models.readers import Reader
from digests.vocabulary import PointKind


class PointQuerySet(models.QuerySet["Point"]):
    def visible_to(self, user: Reader, *, archived: bool = False) -> Self:
        """Points of topics that are `TopicQuerySet.visible_to` the same.

        The few hidden topics are taken off, because a join would read the wide row of each topic:
        a count would take ten times as long.
        """
        return self.exclude(topic__in=Topic.objects.hidden(archived=not archived))

    def live(self) -> Self:
        return self.exclude(topic__in=Topic.objects.hidden())

    def newest_first(self) -> Self:
        topic = ("-topic__digest__published_at", "-topic__digest_id", "topic__position")
        return self.order_by(*topic, "position")

    def counts_by_kind(self) -> dict[str, int]:
        """Number of points by kind, the most frequent first, without the kinds that have none. One
        query."""
        counts = self.order_by().values_list("kind").annotate(n=models.Count("pk"))
        return dict(counts.order_by("-n", "kind"))

    def unknown_labels(self, at_most: int | None = None) -> dict[str, int]:
        """Number of points of unknown kind by label, the most frequent label first."""
        points = self.filter(kind=PointKind.OTHER).order_by().values_list("label")
        return dict(points.annotate(n=models.Count("pk")).order_by("-n", "label")[:at_most])


class Point(models.Model):
    """Derived: one labelled bullet of a topic."""

    # The index of positions finds the points of a topic.
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="points", db_index=False)
    position = models.PositiveIntegerField()
    label = models.CharField(_("label"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=PointKind)
    # Number of the point among those of its kind in the topic, from 1; 0 until it is derived.
    ordinal = models.PositiveIntegerField(default=0)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    plain = models.TextField(blank=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["topic", "position"]
        indexes = [
            models.Index(fields=["kind", "topic"], name="point_kind_in_topic"),
            models.Index(
                fields=["label", "topic"], condition=Q(kind="other"), name="point_other_label"
            ),
        ]
        constraints = [
            models.UniqueConstraint("topic", "position", name="point_position_in_topic"),
            in_choices("kind", PointKind, name="point_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"

    def get_absolute_url(self) -> str:
        return f"{self.topic.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """HTML id of the point on the page of its topic."""
        return PointKind(self.kind).anchor(self.ordinal)

    def rendered(self, base: str = "") -> SafeString:
        """The point as HTML for other pages than its topic's; ``base`` as in `Topic.rendered`."""
        return point_html(self.html, self.topic_id, self.topic.title, base)


def point_html(html: str, topic: int, title: str, base: str = "") -> SafeString:
    """The HTML of a point for other pages than that of its topic, to which links of footnotes
    lead. ``topic`` and ``title``: the topic's id and title."""
    page = topic_address(topic, title)
    return rendering.fill(html, rendering.Place(f"topic-{topic}-", page=page, base=base))


class PointCountQuerySet(models.QuerySet["PointCount"]):
    def visible_to(self, user: Reader) -> Self:
        """Counts of points that ``user`` may read: of all live topics."""
        return self.all()

    def by_kind(self) -> dict[str, int]:
        """Number of points by kind, the most frequent first, without the kinds that have none. One
        query."""
        counted = self.filter(count__gt=0).order_by("-count", "kind")
        return dict(counted.values_list("kind", "count"))


class PointCount(models.Model):
    """Derived: the number of points of a kind in live topics. `deriving.counting` keeps it."""

    kind = models.CharField(max_length=20, choices=PointKind, primary_key=True)
    count = models.PositiveIntegerField()

    objects = PointCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("number of points")
        verbose_name_plural = _("numbers of points")
        constraints = [in_choices("kind", PointKind, name="point_count_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"
