"""A digest, its topics, and the points in them."""

from collections import Counter
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from digests import rendering, text
from digests.models.tags import Tag, TaggedDigest
from digests.parsing import number_as_written
from digests.vocabulary import PointKind, QuestionState, TopicStatus

_BLANK_LINE = ("\n\n", "\r\n\r\n", "\r\r")


class DigestQuerySet(models.QuerySet["Digest"]):
    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def with_tags(self) -> Self:
        return self.prefetch_related(
            models.Prefetch("taggings", TaggedDigest.objects.select_related("tag"))
        )

    def with_topic_count(self) -> Self:
        # Counted for the rows that are shown; a join would group all of them first.
        live = Topic.objects.live().filter(digest=models.OuterRef("pk"))
        topics = live.order_by().values("digest")
        count = models.Subquery(topics.annotate(n=models.Count("pk")).values("n"))
        return self.annotate(topic_count=Coalesce(count, 0))


class Digest(models.Model):  # type: ignore[django-manager-missing]  # TaggedDigest has no types
    """One source file."""

    slug = models.CharField(_("slug"), max_length=200, unique=True)
    title = models.TextField(_("title"))
    published_at = models.DateTimeField(_("published at"))
    front_matter = models.TextField(
        _("front matter"), blank=True, help_text=_("As it stands in the file, delimiters included.")
    )
    preamble = models.TextField(
        _("preamble"), blank=True, help_text=_("What stands before the first topic.")
    )
    preamble_html = models.TextField(editable=False, blank=True)
    preamble_text = models.TextField(editable=False, blank=True)
    renderer_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    edited_at = models.DateTimeField(
        _("edited at"),
        null=True,
        editable=False,
        help_text=_("Empty where all is as the file has it."),
    )

    tags = TaggableManager(through="digests.TaggedDigest", blank=True, verbose_name=_("tags"))
    topic_count: int  # no column: see `with_topic_count`

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(F("published_at").desc(), F("id").desc(), name="digest_newest")]
        constraints = [models.CheckConstraint(condition=~Q(slug=""), name="digest_has_slug")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("digests:digest", args=[self.slug])

    def whole_text(self) -> str:
        """Front matter, preamble and topics as they stand in its file. One query."""
        topics = self.topics.live().order_by("position")
        whole, edited = _joined(self.front_matter, self.preamble), self.edited_at
        for heading, body, edited_at in topics.values_list("heading", "body", "edited_at"):
            if edited and "#" not in heading[:4] and not whole.endswith(_BLANK_LINE):
                whole = _joined(whole, "\n")  # else a title with a line below would go on with it
            whole, edited = _joined(_joined(whole, heading), body), edited_at
        return whole

    def rendered_preamble(self, base: str = "") -> SafeString:
        """The preamble as HTML; ``base`` as in `Topic.rendered`."""
        return rendering.fill(self.preamble_html, rendering.Place("digest-", base=base))

    @property
    def tag_list(self) -> list[Tag]:
        """Its tags in the order of the file; no query after `with_tags`."""
        return [tagging.tag for tagging in self.taggings.all()]


def _joined(text: str, piece: str) -> str:
    """In a file only its end can lack a line end; after an edit any piece may."""
    apart = text and piece and not text.endswith(("\n", "\r"))
    return f"{text}\n{piece}" if apart else text + piece


class DigestAlias(models.Model):
    """A slug that a digest had until its file was renamed; the old address redirects."""

    slug = models.CharField(_("slug"), max_length=200, unique=True)
    digest = models.ForeignKey(Digest, models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name = _("other address of a digest")
        verbose_name_plural = _("other addresses of digests")

    def __str__(self) -> str:
        return self.slug


class TopicQuerySet(models.QuerySet["Topic"]):
    def live(self) -> Self:
        """What readers meet and files hold: neither archived nor deleted."""
        return self.filter(status=TopicStatus.LIVE)

    def with_page(self) -> Self:
        """Those whose address answers: a topic that is archived says so itself."""
        return self.exclude(status=TopicStatus.DELETED)

    def open(self) -> Self:
        """Those whose question waits for an answer."""
        return self.filter(is_open=True)

    def tagged(self, tag: Tag) -> Self:
        """By themselves, not only through their digest."""
        return self.filter(pk__in=tag.tagged_topics.values("content_object"))

    def newest_first(self) -> Self:
        return self.order_by("-digest__published_at", "-digest_id", "position")

    def with_point_count(self) -> Self:
        points = Point.objects.filter(topic=models.OuterRef("pk")).order_by().values("topic")
        count = models.Subquery(points.annotate(n=models.Count("pk")).values("n"))
        return self.annotate(point_count=Coalesce(count, 0))

    def with_digest(self) -> Self:
        texts = ("digest__preamble", "digest__preamble_html", "digest__preamble_text")
        return self.select_related("digest").defer(*texts)


class Topic(models.Model):  # type: ignore[django-manager-missing]  # TaggedTopic has no types
    """One section of a digest. Its address is permanent; its number may repeat or be missing."""

    digest = models.ForeignKey(
        Digest, models.CASCADE, related_name="topics", verbose_name=_("digest")
    )
    position = models.IntegerField(_("position"), help_text=_("Order in the digest, from 0."))
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    title = models.TextField(_("title"), blank=True)
    heading = models.TextField(_("heading"), editable=False)
    body = models.TextField(_("text"), blank=True)
    title_html = models.TextField(
        editable=False, blank=True, help_text=_("Empty where the title has no markup.")
    )
    parts = models.JSONField(editable=False, default=list, blank=True)
    """Derived: the text in its order, as HTML with holes and as runs of points by their positions.
    See `rendering.StoredPart`."""
    prose = models.TextField(editable=False, blank=True)
    """Derived: the plain text outside the points."""
    renderer_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    edited_at = models.DateTimeField(
        _("edited at"),
        null=True,
        editable=False,
        help_text=_("Empty where all is as the file has it."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=TopicStatus,
        default=TopicStatus.LIVE,
        editable=False,
    )
    archived_at = models.DateTimeField(null=True, editable=False)
    question = models.CharField(
        _("open question"),
        max_length=10,
        choices=QuestionState,
        default=QuestionState.AUTOMATIC,
        blank=True,
    )
    is_open = models.BooleanField(
        default=False, editable=False, help_text=_("Derived: whether its question is open.")
    )

    tags = TaggableManager(through="digests.TaggedTopic", blank=True, verbose_name=_("tags"))
    rejected_tags = models.ManyToManyField(
        Tag, through="RejectedTag", related_name="+", editable=False
    )

    point_count: int  # no column: see `with_point_count`

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["digest", "position"]
        indexes = [
            models.Index(fields=["id"], condition=Q(is_open=True), name="topic_open"),
            # Counts of live topics read this alone, as the rows are wide. The status stands last:
            # nearly all are live, and SQLite would look for them by an index that begins with it.
            models.Index(fields=["digest", "status"], name="topic_status_in_digest"),
            models.Index(fields=["id"], condition=~Q(status="live"), name="topic_hidden"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(question__in=QuestionState.values), name="topic_question"
            ),
            models.UniqueConstraint("digest", "position", name="topic_position_in_digest"),
            models.CheckConstraint(condition=Q(status__in=TopicStatus.values), name="topic_status"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("digests:topic", args=[self.pk, self.slug])

    @property
    def is_live(self) -> bool:
        return self.status == TopicStatus.LIVE

    @property
    def slug(self) -> str:
        return text.slug(self.title) or "topic"

    @property
    def whole_text(self) -> str:
        """Heading and body as they stand in the file of its digest."""
        return _joined(self.heading, self.body)

    @property
    def anchor(self) -> str:
        """Its id on the page of its digest."""
        return f"topic-{self.pk}"

    @property
    def number_as_written(self) -> str:
        """``01`` where the file says so; empty without a number."""
        return number_as_written(self.heading)

    def rendered(
        self, base: str = "", permalinks: rendering.Permalinks | None = None
    ) -> SafeString:
        """The text as HTML. One query, or none if the points are prefetched.

        ``base`` is the address, with its host, that relative addresses are joined to.
        """
        place = rendering.Place(f"{self.anchor}-", base=base)
        return rendering.body_html(self.parts, list(self.points.all()), place, permalinks)

    @property
    def rendered_title(self) -> SafeString:
        return rendering.fill(self.title_html, rendering.Place())

    @property
    def own_tags(self) -> list[Tag]:
        return [tagging.tag for tagging in self.taggings.all()]


class PointQuerySet(models.QuerySet["Point"]):
    def live(self) -> Self:
        """Those that readers meet."""
        return self.filter(topic__status=TopicStatus.LIVE)

    def newest_first(self) -> Self:
        topic = ("-topic__digest__published_at", "-topic__digest_id", "topic__position")
        return self.order_by(*topic, "position")

    def counts_by_kind(self) -> dict[str, int]:
        """Of those that readers meet, in one query that reads no shown topic."""
        hidden = self.filter(topic__in=Topic.objects.exclude(status=TopicStatus.LIVE))
        counts: Counter[str] = Counter()
        for kind, sign, count in self._by_kind(1).union(hidden._by_kind(-1), all=True):
            counts[kind] += sign * count
        return counts

    def _by_kind(self, sign: int) -> models.QuerySet["Point", Any]:
        kinds = self.order_by().annotate(sign=models.Value(sign)).values_list("kind", "sign")
        return kinds.annotate(n=models.Count("pk"))

    def unknown_labels(self, at_most: int | None = None) -> dict[str, int]:
        """The labels whose kind nobody knows, with their counts, the most frequent first."""
        points = self.live().filter(kind=PointKind.OTHER).order_by().values_list("label")
        return dict(points.annotate(n=models.Count("pk")).order_by("-n", "label")[:at_most])


class Point(models.Model):
    """Derived: one labelled bullet of a topic."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="points")
    position = models.PositiveIntegerField()
    label = models.CharField(_("label"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=PointKind)
    ordinal = models.PositiveIntegerField(default=0)
    """Its number among the points of this kind in its topic, from 1; 0 until it is derived."""
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    plain = models.TextField(blank=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["topic", "position"]
        indexes = [models.Index(fields=["kind", "topic"], name="point_kind_in_topic")]
        constraints = [
            models.UniqueConstraint("topic", "position", name="point_position_in_topic"),
            models.CheckConstraint(condition=Q(kind__in=PointKind.values), name="point_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"

    def get_absolute_url(self) -> str:
        return f"{self.topic.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Its id on the page of its topic."""
        return PointKind(self.kind).anchor(self.ordinal)

    def rendered(self, base: str = "") -> SafeString:
        """The point as HTML for another page than its topic's, where its footnotes are not."""
        page = self.topic.get_absolute_url()
        place = rendering.Place(f"{self.topic.anchor}-", page=page, base=base)
        return rendering.fill(self.html, place)
