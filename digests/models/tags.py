"""Models of tags and taggings, with the origin of each tagging."""

from collections import Counter
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from digests import pinyin, text
from digests.grouping import batched
from digests.models.constraints import in_choices
from digests.models.readers import Reader
from digests.models.reversing import row_address
from digests.models.statements import Slot
from digests.vocabulary import TagOrigin

# Names or slugs in one query, each perhaps with a key. A file may list any number of tags.
_BATCH = 400
# The longest count behind a slug, with its sign.
_COUNT_LENGTH = len("_999999")


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: Reader) -> Self:
        """Tags that ``user`` may read: all of them. Lists show those that are `used`."""
        return self.all()

    def get_or_create_named(self, names: Iterable[str]) -> "list[Tag]":
        """The tag of each of these names, as `named_alike` finds it. Missing ones are created."""
        folded = [(text.fold(name), name) for name in names]
        tags = self.named_alike(name for _, name in folded)
        missing = {key: name for key, name in reversed(folded) if key not in tags}
        new = self._create_all(reversed(missing.values()))
        tags |= {text.fold(tag.name): tag for tag in new}
        return [tags[key] for key, _ in folded]

    def named_alike(self, names: Iterable[str]) -> "dict[str, Tag]":
        """The tags whose names `text.fold` to the same as one of these, by the folded name.

        An older version could store several that are alike: of these it is the oldest. A query for
        each `_BATCH` of names.
        """
        found: dict[str, Tag] = {}
        wanted = {text.fold(name): name for name in names}
        for some in batched(wanted.values(), _BATCH):
            # What folds alike sorts alike. The names are asked for as well, in case that a newer
            # table of readings sorts them otherwise.
            keys = {pinyin.sort_key(name) for name in some}
            tags = self.filter(Q(name__in=some) | Q(sort_key__in=keys)).order_by("-pk")
            found |= {key: tag for tag in tags if (key := text.fold(tag.name)) in wanted}
        return found

    def _create_all(self, names: Iterable[str]) -> "list[Tag]":
        new = [Tag(name=name, slug=Tag().slugify(name)) for name in names]
        slugs = Counter(tag.slug for tag in new)
        for some in batched([*slugs], _BATCH):
            slugs.update(self.filter(slug__in=some).values_list("slug", flat=True))
        self.bulk_create(tag for tag in new if slugs[tag.slug] == 1)
        for tag in new:
            if slugs[tag.slug] > 1:
                tag.slug = ""
                tag.save()  # django-taggit's `save` finds a free slug
        return new

    def used(self) -> Self:
        """Tags of a live topic or of a whole digest."""
        on_digest = TaggedDigest.objects.filter(tag=models.OuterRef("pk"))
        return self.filter(Q(topic_count__gt=0) | models.Exists(on_digest))

    def of_topic(self, topic: models.Model | Slot) -> Self:
        """Tags that the topic has itself, in the order of `Topic.own_tags`."""
        return self.filter(tagged_topics__content_object=topic).order_by("tagged_topics__pk")

    def of_digest(self, digest: models.Model | Slot) -> Self:
        """Tags of the digest, in the order of `Digest.tag_list`."""
        return self.filter(tagged_digests__content_object=digest).order_by("tagged_digests__pk")

    def most_used_first(self) -> Self:
        return self.order_by("-topic_count", "name")

    def by_name(self) -> Self:
        return self.order_by("sort_key", "name")

    def named_like(self, text_of_name: str) -> Self:
        """Tags whose name contains this text, compared without case and with all signs that look
        alike, or whose pinyin begins with it."""
        written = text_of_name.strip()
        name = text.fold(written)
        # SQLite folds the case of ASCII alone.
        spellings = {name, written, written.upper(), written.capitalize()}
        matches = reduce(or_, (Q(name__icontains=spelling) for spelling in spellings))
        if pattern := text.pattern_of_look_alikes(name):
            matches |= Q(name__iregex=pattern)
        spelled = pinyin.sort_key(name)
        if spelled and spelled == "".join(name.split()):
            matches |= Q(sort_key__startswith=spelled)
        return self.filter(matches)


class SortKeyField(models.CharField[str, str]):
    """A column with the pinyin of the name, derived in ``pre_save`` so that no way of saving a row
    can miss it."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = pinyin.sort_key(model_instance.name)  # type: ignore[attr-defined]  # a Tag
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the column is nothing else


class Tag(TagBase):  # type: ignore[misc]  # django-taggit has no types
    """A subject. ``C``, ``C++`` and ``C#`` are three tags with three addresses."""

    topic_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)
    sort_key = SortKeyField(max_length=pinyin.SORT_KEY_LENGTH, blank=True, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        indexes = [
            models.Index(F("topic_count").desc(), F("name"), name="tag_most_used"),
            models.Index(fields=["sort_key", "name"], name="tag_by_name"),
        ]

    def get_absolute_url(self) -> str:
        return row_address("digests:tag", self.slug)

    @property
    def letter(self) -> str:
        """The letter that the tag stands under in a list by name."""
        return pinyin.initial(self.sort_key)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """django-taggit's hook; ``i`` counts the slugs that were taken already.

        Leaves room for the count, because django-taggit finds the taken ones by the slug that they
        begin with.
        """
        slug = text.slug_or_hash(tag)[: text.SLUG_LENGTH - _COUNT_LENGTH].rstrip("-._")
        return slug if i is None else f"{slug}_{i}"


class TagLink(NamedTuple):
    """A tag as a list shows it."""

    name: str
    slug: str

    def get_absolute_url(self) -> str:
        return row_address("digests:tag", self.slug)


class TaggedDigestQuerySet(models.QuerySet["TaggedDigest"]):
    def visible_to(self, user: Reader) -> Self:
        """Taggings of digests that ``user`` may read: of all digests."""
        return self.all()


class TaggedDigest(ItemBase):  # type: ignore[misc]  # django-taggit has no types
    """A tag of a digest, in the order of its front matter.

    ``name`` is the tag as the file writes it. The texts of topics are searched for this name, even
    if an editor has renamed the tag.
    """

    name = models.CharField(max_length=100)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_digests")
    content_object = models.ForeignKey("digests.Digest", models.CASCADE, related_name="taggings")

    objects = TaggedDigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag of a digest")
        verbose_name_plural = _("tags of digests")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("content_object", "tag", name="digest_tagged_once"),
        ]


class TaggedTopicQuerySet(models.QuerySet["TaggedTopic"]):
    def visible_to(self, user: Reader) -> Self:
        """Taggings of topics that ``user`` may read: of the live ones."""
        # A join would take twice the time on PostgreSQL for pages of several tags.
        topics = apps.get_model("digests", "Topic").objects  # its module imports this one
        return self.exclude(content_object__in=topics.hidden())


class TaggedTopic(ItemBase):  # type: ignore[misc]  # django-taggit has no types
    """A tag of a topic, and the origin of the tagging."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_topics", db_index=False)
    content_object = models.ForeignKey("digests.Topic", models.CASCADE, related_name="taggings")
    origin = models.CharField(
        _("origin"), max_length=10, choices=TagOrigin, default=TagOrigin.EDITOR
    )

    objects = TaggedTopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag of a topic")
        verbose_name_plural = _("tags of topics")
        ordering = ["pk"]
        indexes = [models.Index(fields=["tag", "content_object"], name="topics_of_tag")]
        constraints = [
            models.UniqueConstraint("content_object", "tag", name="topic_tagged_once"),
            in_choices("origin", TagOrigin, name="tag_origin"),
        ]


class RejectedTag(models.Model):
    """A tag that an editor removed from a topic. Deriving must not put it back."""

    topic = models.ForeignKey("digests.Topic", models.CASCADE, related_name="rejections")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("rejected tag")
        verbose_name_plural = _("rejected tags")
        constraints = [models.UniqueConstraint("topic", "tag", name="tag_rejected_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.tag_id}"
