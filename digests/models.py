"""Tables. What a person or a file wrote is stored as it was written; the rest is derived from it.

Derived (see `deriving`): points, citations, rendered HTML, references' titles and all counts.
They are rebuilt from the Markdown at any time and never edited.
"""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from digests import identity, rendering, text
from digests.vocabulary import PointKind, ReferenceKind, TagOrigin


class TagQuerySet(models.QuerySet["Tag"]):
    def named(self, names: Iterable[str]) -> "list[Tag]":
        """The tags of these names, case apart; those that are missing are created."""
        return [self.filter(name__iexact=name).first() or self.create(name=name) for name in names]

    def used(self) -> Self:
        """Those on a topic, and those that only a whole digest has."""
        on_digest = TaggedDigest.objects.filter(tag=models.OuterRef("pk"))
        return self.filter(Q(topic_count__gt=0) | models.Exists(on_digest))

    def most_used_first(self) -> Self:
        return self.order_by("-topic_count", "name")


class Tag(TagBase):  # type: ignore[misc]  # django-taggit has no types
    """A subject. ``C``, ``C++`` and ``C#`` are three tags with three addresses."""

    topic_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        indexes = [models.Index(F("topic_count").desc(), F("name"), name="tag_most_used")]

    def get_absolute_url(self) -> str:
        return reverse("digests:tag", args=[self.slug])

    def slugify(self, tag: str, i: int | None = None) -> str:
        """django-taggit's hook; ``i`` counts the slugs that were taken already."""
        slug = text.slug_or_hash(tag)
        return slug if i is None else f"{slug}_{i}"


class DigestQuerySet(models.QuerySet["Digest"]):
    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def with_tags(self) -> Self:
        return self.prefetch_related(
            models.Prefetch("taggings", TaggedDigest.objects.select_related("tag"))
        )

    def with_topic_count(self) -> Self:
        # Counted for the rows that are shown; a join would group all of them first.
        topics = Topic.objects.filter(digest=models.OuterRef("pk")).order_by().values("digest")
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
    renderer_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    tags = TaggableManager(through="digests.TaggedDigest", blank=True, verbose_name=_("tags"))

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

    @property
    def rendered_preamble(self) -> SafeString:
        return rendering.stored(self.preamble_html)

    @property
    def tag_list(self) -> list[Tag]:
        """Its tags in the order of the file; no query after `with_tags`."""
        return [tagging.tag for tagging in self.taggings.all()]


class TopicQuerySet(models.QuerySet["Topic"]):
    def newest_first(self) -> Self:
        return self.order_by("-digest__published_at", "-digest_id", "position")

    def with_tags(self) -> Self:
        """Own tags, and those of the digest for the topics that have none."""
        return self.prefetch_related(
            models.Prefetch("taggings", TaggedTopic.objects.select_related("tag")),
            models.Prefetch("digest__taggings", TaggedDigest.objects.select_related("tag")),
        )

    def with_digest(self) -> Self:
        return self.select_related("digest").defer("digest__preamble", "digest__preamble_html")


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
    html = models.TextField(editable=False, blank=True)
    renderer_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    tags = TaggableManager(through="digests.TaggedTopic", blank=True, verbose_name=_("tags"))
    rejected_tags = models.ManyToManyField(
        Tag, through="RejectedTag", related_name="+", editable=False
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["digest", "position"]
        constraints = [
            models.UniqueConstraint("digest", "position", name="topic_position_in_digest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("digests:topic", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        return text.slug(self.title) or "topic"

    @property
    def rendered(self) -> SafeString:
        return rendering.stored(self.html)

    @property
    def own_tags(self) -> list[Tag]:
        return [tagging.tag for tagging in self.taggings.all()]

    @property
    def inherited_tags(self) -> list[Tag]:
        """The digest's tags, if the topic has none of its own."""
        return [] if self.taggings.all() else self.digest.tag_list


class Point(models.Model):
    """Derived: one labelled bullet of a topic."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="points")
    position = models.PositiveIntegerField()
    label = models.CharField(_("label"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=PointKind)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["topic", "position"]
        constraints = [
            models.UniqueConstraint("topic", "position", name="point_position_in_topic"),
            models.CheckConstraint(condition=Q(kind__in=PointKind.values), name="point_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def cited(self) -> Self:
        """By a topic, or by the preamble of a digest alone."""
        citations = Citation.objects.filter(reference=models.OuterRef("pk"))
        return self.filter(Q(topic_count__gt=0) | models.Exists(citations))

    def most_cited_first(self) -> Self:
        return self.order_by("-topic_count", "pk")


class Reference(models.Model):
    """One paper, repository, data set, page … whatever its URL was; or a bare name.

    All but the editor's title is derived from the citations. A reference stays when its last
    citation goes, since its address is permanent.
    """

    key = models.CharField(_("key"), max_length=identity.KEY_LENGTH, unique=True, editable=False)
    kind = models.CharField(
        _("kind"), max_length=20, choices=ReferenceKind, default=ReferenceKind.OTHER, editable=False
    )
    cited_title = models.TextField(_("title as cited"), blank=True, editable=False)
    editor_title = models.TextField(
        _("title"), blank=True, help_text=_("Takes the place of the title as cited.")
    )
    url = models.TextField(_("address"), blank=True, editable=False)
    topic_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["pk"]
        indexes = [models.Index(F("topic_count").desc(), F("id"), name="reference_most_cited")]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="reference_has_key"),
            models.CheckConstraint(
                condition=Q(kind__in=ReferenceKind.values), name="reference_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("digests:reference", args=[self.pk, self.slug])

    @property
    def title(self) -> str:
        address = self.url.partition("://")[2].rstrip("/")
        return self.editor_title or self.cited_title or address or self.key.partition(":")[2]

    @property
    def slug(self) -> str:
        return text.slug(self.title) or "reference"

    @property
    def scheme(self) -> str:
        """The first part of the key: ``arxiv``, ``doi``, ``github``, ``hf``, ``url``, ``name``."""
        return self.key.partition(":")[0]


class Citation(models.Model):
    """Derived: a topic, or the preamble of a digest, cites a reference.

    ``item`` counts the entries of the reference lists of one text, from 0; None is a link in
    the running text. ``html`` is the entry as rendered, on the first citation of an item.
    """

    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="citations")
    digest = models.ForeignKey(Digest, models.CASCADE, null=True, related_name="citations")
    reference = models.ForeignKey(Reference, models.PROTECT, related_name="citations")
    position = models.PositiveIntegerField()
    item = models.PositiveIntegerField(null=True)
    label = models.CharField(_("label"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ReferenceKind)
    title = models.TextField(_("title"), blank=True)
    url = models.TextField(_("address"), blank=True)
    html = models.TextField(blank=True)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["topic", "digest", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__isnull=False, digest__isnull=True)
                | Q(topic__isnull=True, digest__isnull=False),
                name="citation_in_topic_or_digest",
            ),
            models.UniqueConstraint("topic", "position", name="citation_position_in_topic"),
            models.UniqueConstraint("digest", "position", name="citation_position_in_digest"),
            models.CheckConstraint(
                condition=Q(kind__in=ReferenceKind.values), name="citation_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def inline(self) -> bool:
        return self.item is None

    @property
    def rendered(self) -> SafeString:
        return rendering.stored(self.html)


class TaggedDigest(ItemBase):  # type: ignore[misc]  # django-taggit has no types
    """A tag of a digest, in the order of its front matter.

    ``name`` is the tag as the file writes it: topics are searched for that, also when an editor
    has renamed the tag since.
    """

    name = models.CharField(max_length=100)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_digests")
    content_object = models.ForeignKey(Digest, models.CASCADE, related_name="taggings")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("content_object", "tag", name="digest_tagged_once"),
        ]


class TaggedTopic(ItemBase):  # type: ignore[misc]  # django-taggit has no types
    """A tag of a topic, and who put it there."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_topics")
    content_object = models.ForeignKey(Topic, models.CASCADE, related_name="taggings")
    origin = models.CharField(
        _("origin"), max_length=10, choices=TagOrigin, default=TagOrigin.EDITOR
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("content_object", "tag", name="topic_tagged_once"),
            models.CheckConstraint(condition=Q(origin__in=TagOrigin.values), name="tag_origin"),
        ]


class RejectedTag(models.Model):
    """A tag that an editor took off a topic: nothing derived may put it back."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="rejections")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("topic", "tag", name="tag_rejected_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.tag_id}"


class ImportedDigest(models.Model):
    """What the last import of a digest read: the base of the next three-way merge."""

    digest = models.OneToOneField(Digest, models.CASCADE, related_name="imported")
    path = models.TextField(_("path"))
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(_("encoding"), max_length=20)
    title = models.TextField()
    published_at = models.DateTimeField()
    tags = models.JSONField(default=list)
    preamble = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.path


class ImportedTopic(models.Model):
    """One section of that text. It outlives its topic, so that a deleted topic stays deleted.

    ``position`` is empty once the file no longer holds the section.
    """

    imported_digest = models.ForeignKey(ImportedDigest, models.CASCADE, related_name="topics")
    topic = models.OneToOneField(Topic, models.SET_NULL, null=True, related_name="imported")
    position = models.IntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)

    class Meta:
        ordering = ["imported_digest", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class ImportRun(models.Model):
    """One run of an import. ``finished_at`` is empty while it runs, and if it was killed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("user")
    )
    origin = models.TextField(_("origin"), help_text=_("Where the files came from."))
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    conflicts = models.PositiveIntegerField(_("conflicts"), default=0)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-pk"]
        permissions = [("import_digests", "Can import digests")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.origin}"


class ImportedFile(models.Model):
    """What a run did with one file. Files that it left unchanged are counted, not listed."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    digest = models.ForeignKey(
        Digest, models.SET_NULL, null=True, related_name="imports", verbose_name=_("digest")
    )
    path = models.TextField(_("path"))
    report = models.JSONField(_("report"))

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["run", "pk"]

    def __str__(self) -> str:
        return self.path
