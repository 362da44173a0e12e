"""Models of digests and topics."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from digests import rendering, text
from digests.models.constraints import in_choices
from digests.models.json_values import Utf8Encoder
from digests.models.readers import Reader
from digests.models.reversing import row_address
from digests.models.tags import Tag, TaggedDigest, TaggedTopic
from digests.parsing.headings import number_as_written
from digests.vocabulary import PointKind, QuestionState, TopicStatus

if TYPE_CHECKING:
    from digests.models.points import Point

_BLANK_LINE = ("\n\n", "\r\n\r\n", "\r\r")


class EditableText(models.Model):
    """A text that files and editors write, with the times of that and the version of its HTML."""

    renderer_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    edited_at = models.DateTimeField(
        _("edited at"),
        null=True,
        editable=False,
        help_text=_("Empty where all is as the file has it."),
    )

    class Meta:
        abstract = True


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: Reader) -> Self:
        """Digests that ``user`` may read: all of them."""
        return self.all()

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def without_texts(self) -> Self:
        """Leave the long columns in the database, because no list shows them."""
        return self.defer(*Digest.LONG_TEXTS)

    def with_path(self) -> Self:
        """Annotate ``path``: the file that a digest was imported from; None without one."""
        return self.annotate(path=F("imported__path"))

    def with_tags(self) -> Self:
        """Fetch `Digest.tag_list` of all rows in one further query."""
        tags = TaggedDigest.objects.select_related("tag")
        return self.prefetch_related(models.Prefetch("taggings", tags))

    def with_topic_count(self, user: Reader) -> Self:
        """Annotate ``topic_count``: the number of a digest's topics that ``user`` may read."""
        # A subquery counts only for the rows that are shown, and on PostgreSQL for those that an
        # OFFSET passes; a join would group all of them first.
        visible = Topic.objects.visible_to(user).filter(digest=models.OuterRef("pk"))
        topics = visible.order_by().values("digest")
        count = models.Subquery(topics.annotate(n=models.Count("pk")).values("n"))
        return self.annotate(topic_count=Coalesce(count, 0))


class Digest(EditableText):  # type: ignore[django-manager-missing]  # TaggedDigest has no types
    """A digest: one source file with front matter, preamble and topics."""

    # Columns that lists leave in the database.
    LONG_TEXTS = ("front_matter", "preamble", "preamble_html", "preamble_text")

    slug = models.CharField(_("slug"), max_length=200, unique=True)
    title = models.TextField(_("title"))
    published_at = models.DateTimeField(_("published at"))
    front_matter = models.TextField(
        _("front matter"), blank=True, help_text=_("As it stands in the file, delimiters included.")
    )
    preamble = models.TextField(
        _("preamble"), blank=True, help_text=_("What stands before the first topic.")
    )
    ending = models.TextField(
        _("end of the file"),
        blank=True,
        editable=False,
        help_text=_("What closes a fence around it."),
    )
    preamble_html = models.TextField(editable=False, blank=True)
    preamble_text = models.TextField(editable=False, blank=True)

    tags = TaggableManager(through="digests.TaggedDigest", blank=True, verbose_name=_("tags"))
    topic_count: int  # an annotation of `with_topic_count`
    path: str | None  # an annotation of `with_path`

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
        return row_address("digests:digest", self.slug)

    def whole_text(self) -> str:
        """The Markdown of front matter, preamble, topics and ending as in its file. One query."""
        topics = self.topics.live().order_by("position")
        whole, edited = _joined(self.front_matter, self.preamble), self.edited_at
        for heading, body, edited_at in topics.values_list("heading", "body", "edited_at"):
            if edited and "#" not in heading[:4] and not whole.endswith(_BLANK_LINE):
                whole = _joined(whole, "\n")  # else a title with a line below would go on with it
            whole, edited = _joined(_joined(whole, heading), body), edited_at
        return _joined(whole, self.ending)

    def rendered_preamble(self, base: str = "") -> SafeString:
        """The preamble as HTML; ``base`` as in `Topic.rendered`."""
        return rendering.fill(self.preamble_html, rendering.Place("digest-", base=base))

    @property
    def tag_list(self) -> list[Tag]:
        """Tags in the order of the file. Without `with_tags` a query for each tag."""
        return [tagging.tag for tagging in self.taggings.all()]


def _joined(text: str, piece: str) -> str:
    # After an edit any piece may lack its line end; in a file only the last one can.
    apart = text and piece and not text.endswith(("\n", "\r"))
    return f"{text}\n{piece}" if apart else text + piece


class DigestAlias(models.Model):
    """A former slug of a digest whose file was renamed. The old address redirects."""

    slug = models.CharField(_("slug"), max_length=200, unique=True)
    digest = models.ForeignKey(Digest, models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name = _("other address of a digest")
        verbose_name_plural = _("other addresses of digests")

    def __str__(self) -> str:
        return self.slug


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: Reader, *, archived: bool = False) -> Self:
        """Topics that ``user`` may read, which are the live ones.

        ``archived=True`` adds the archived ones. They are in no list, count or feed, but their
        permanent addresses still answer and say so; only these pages and their variants pass it.
        """
        return self.with_page() if archived else self.live()

    def live(self) -> Self:
        """Topics that are neither archived nor deleted."""
        return self.filter(status=TopicStatus.LIVE)

    def hidden(self, *, archived: bool = True) -> Self:
        """Deleted topics and, with ``archived``, archived ones. They are few and have an index of
        their own."""
        hidden = self.exclude(status=TopicStatus.LIVE)
        return hidden if archived else hidden.filter(status=TopicStatus.DELETED)

    def with_page(self) -> Self:
        """Topics whose address answers: the live and the archived ones."""
        # Not as a negation: where nearly all topics are live, PostgreSQL's plan for any value takes
        # it to hold for no row.
        return self.filter(status__in=[TopicStatus.LIVE, TopicStatus.ARCHIVED])

    def open(self) -> Self:
        """Topics with an open question."""
        return self.filter(is_open=True)

    def tagged(self, tag: Tag) -> Self:
        """Topics that have the tag themselves, which does not count the tags of their digests."""
        return self.filter(pk__in=TaggedTopic.objects.filter(tag=tag).values("content_object"))

    def newest_first(self) -> Self:
        return self.order_by("-digest__published_at", "-digest_id", "position")

    def with_digest(self) -> Self:
        """Join the topics' digests, without their long texts."""
        return self.select_related("digest").defer(
            *(f"digest__{name}" for name in Digest.LONG_TEXTS)
        )

    def with_tags(self) -> Self:
        """Fetch `Topic.own_tags` of all rows in one further query."""
        tags = TaggedTopic.objects.select_related("tag")
        return self.prefetch_related(models.Prefetch("taggings", tags))

    def with_points(self, kind: PointKind | None = None) -> Self:
        """Fetch `Topic.own_points` of all rows, or those of one kind, in one further query."""
        of_topics = apps.get_model("digests", "Point").objects  # its module imports this one
        points = of_topics.order_by("position").defer("text")
        wanted = points.filter(kind=kind) if kind else points
        return self.prefetch_related(models.Prefetch("points", wanted))

    def without_texts(self) -> Self:
        """Leave the long columns in the database, as lists do."""
        return self.defer(*Topic.LONG_TEXTS)

    def with_tags_of_digest(self) -> Self:
        """Fetch `Digest.tag_list` of the topics' digests in one further query."""
        tags = TaggedDigest.objects.select_related("tag")
        return self.prefetch_related(models.Prefetch("digest__taggings", tags))


class Topic(EditableText):  # type: ignore[django-manager-missing]  # TaggedTopic has no types
    """A topic: one section of a digest. Its address is permanent. Its number may repeat or be
    missing."""

    # Columns that lists leave in the database.
    LONG_TEXTS = ("heading", "body", "parts", "prose")

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
    # Derived: the text as a list of parts, which are HTML with holes or ranges of point positions.
    # See `rendering.shown.StoredPart`.
    parts = models.JSONField(editable=False, default=list, blank=True, encoder=Utf8Encoder)
    # Derived: the plain text of everything but the points.
    prose = models.TextField(editable=False, blank=True)
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

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["digest", "position"]
        indexes = [
            # Counts of live topics read only this index, as rows are wide. The status stands last:
            # nearly all topics are live, and SQLite would prefer an index that begins with it.
            models.Index(fields=["digest", "status"], name="topic_status_in_digest"),
            # With the status these two are read alone, without the rows or the index of all topics.
            models.Index(fields=["id", "status"], condition=Q(is_open=True), name="topic_open"),
            models.Index(fields=["id", "status"], condition=~Q(status="live"), name="topic_hidden"),
        ]
        constraints = [
            in_choices("question", QuestionState, name="topic_question"),
            models.UniqueConstraint("digest", "position", name="topic_position_in_digest"),
            in_choices("status", TopicStatus, name="topic_status"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return topic_address(self.pk, self.title)

    @property
    def is_live(self) -> bool:
        return self.status == TopicStatus.LIVE

    @property
    def slug(self) -> str:
        return _topic_slug(self.title)

    @property
    def whole_text(self) -> str:
        """The Markdown of heading and body as in the digest's file."""
        return _joined(self.heading, self.body)

    @property
    def anchor(self) -> str:
        """HTML id of the topic on the page of its digest."""
        return f"topic-{self.pk}"

    @property
    def number_as_written(self) -> str:
        """The number as the file writes it, such as ``01``; empty without a number."""
        return "" if self.number is None else number_as_written(self.heading)

    def rendered(
        self,
        base: str = "",
        permalinks: rendering.Permalinks | None = None,
        points: Sequence[rendering.StoredPoint] | None = None,
    ) -> SafeString:
        """The text as HTML. One query, or none if the points are given or prefetched.

        ``base`` is the address, with its host, that relative addresses are joined to.
        """
        in_order = self.own_points if points is None else points
        html = rendering.body_html(self.parts, in_order, permalinks)
        return rendering.fill(html, rendering.Place(f"{self.anchor}-", base=base))

    @property
    def rendered_title(self) -> SafeString:
        return rendering.fill(self.title_html, rendering.Place())

    @property
    def own_points(self) -> list["Point"]:
        """The topic's points in their order. No query after `with_points`."""
        return list(self.points.all())

    @property
    def own_tags(self) -> list[Tag]:
        """Tags in the order in which they were put there. Without `with_tags` a query for each."""
        return [tagging.tag for tagging in self.taggings.all()]


def topic_address(pk: int, title: str) -> str:
    """The permanent address of a topic of which only these columns were read."""
    return row_address("digests:topic", pk, _topic_slug(title))


def _topic_slug(title: str) -> str:
    return text.slug(title) or "topic"
