"""Models of the history of rows, and of conflicts that editors must settle."""

from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.models.constraints import in_choices, only_one_of
from digests.models.digests import Digest, Topic
from digests.models.imports import ImportRun
from digests.models.json_values import Utf8Encoder
from digests.models.readers import Reader
from digests.models.references import Reference
from digests.vocabulary import ConflictField, Settlement, TopicStatus

_ROWS = ("digest", "topic", "reference")


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible_to(self, user: Reader) -> Self:
        """Versions of digests, of references, and of topics that are `TopicQuerySet.visible_to` the
        user."""
        return self.exclude(topic__in=Topic.objects.hidden())

    def changes(self) -> Self:
        """Versions that have an earlier one of the same row.

        Of a reference only another title by an editor counts, because the rest is derived from
        what cites it; and only while something that readers see cites it.
        """
        digest, topic, reference = (_earlier(row) for row in _ROWS)
        title = Cast(KT("values__editor_title"), models.TextField())
        is_same = Q(title=models.Subquery(reference.values(title=title)[:1]))
        cited = Reference.objects.cited().filter(pk=models.OuterRef("reference"))
        # Sought first, as imports derive very many versions, and none with such a title.
        by_editor = Q(reference__isnull=False, run=None)
        is_renamed = by_editor & models.Exists(reference) & ~is_same & models.Exists(cited)
        made = models.Exists(digest) | models.Exists(topic) | is_renamed
        return self.alias(title=title).filter(made)

    def with_before(self) -> Self:
        """Annotate ``before``: the values of the version before."""
        before = (models.Subquery(_earlier(row).values("values")[:1]) for row in _ROWS)
        return self.annotate(before=Coalesce(*before))

    def with_rows(self) -> Self:
        """Join the rows, without their long texts, and the accounts."""
        texts = {"digest": Digest.LONG_TEXTS, "topic": Topic.LONG_TEXTS}
        names = (f"{row}__{name}" for row, long in texts.items() for name in long)
        return self.select_related("digest", "topic", "reference", "user").defer(*names)


def _earlier(row: str) -> models.QuerySet["Revision"]:
    """Earlier versions of the same ``row``, the latest first."""
    same = {row: models.OuterRef(row), "pk__lt": models.OuterRef("pk")}
    return Revision.objects.filter(**same).order_by("-pk")


class Revision(models.Model):
    """A version of a digest, a topic or a reference, valid from ``at`` on.

    ``values`` are those of `changes.snapshots`; a topic's tags are slugs, because names may
    change. Creating a row is no change, so a new row has no revision: its first one, without a user
    and a run, is written together with the second.
    """

    digest = models.ForeignKey(Digest, models.CASCADE, null=True, related_name="revisions")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="revisions")
    reference = models.ForeignKey(Reference, models.CASCADE, null=True, related_name="revisions")
    at = models.DateTimeField(_("time"), null=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("user"),
    )
    run = models.ForeignKey(
        ImportRun,
        models.SET_NULL,
        null=True,
        related_name="revisions",
        verbose_name=_("import run"),
    )
    restored = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", verbose_name=_("restored version")
    )
    values = models.JSONField(encoder=Utf8Encoder)
    before: dict[str, Any]  # an annotation of `with_before`

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-pk"]
        constraints = [
            only_one_of("digest", "topic", "reference", name="revision_of_one_row"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def row(self) -> Digest | Topic | Reference:
        return cast("Digest | Topic | Reference", self.digest or self.topic or self.reference)


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> Self:
        """Conflicts that an editor has to settle. Those of a deleted topic are left out until it
        is restored."""
        return self.filter(settled_at=None).exclude(topic__status=TopicStatus.DELETED)


class Conflict(models.Model):
    """A field whose value both a file and an editor changed. The editor's value stays until the
    conflict is settled. Of a reference: its title, for which two editors chose another in two
    references that were joined; ``theirs`` is that of the one that was joined into it.

    ``theirs`` is the file's value. ``base`` is the base of the next merge: the file's value, but
    with the text from before both changes in each place where they clash.
    """

    digest = models.ForeignKey(Digest, models.CASCADE, null=True, related_name="conflicts")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="conflicts")
    reference = models.ForeignKey(Reference, models.CASCADE, null=True, related_name="conflicts")
    field = models.CharField(_("field"), max_length=20, choices=ConflictField)
    base = models.TextField(_("before"), blank=True)
    theirs = models.TextField(_("the file's"), blank=True)
    run = models.ForeignKey(
        ImportRun,
        models.SET_NULL,
        null=True,
        related_name="conflict_rows",
        verbose_name=_("import run"),
    )
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settlement = models.CharField(_("settlement"), max_length=10, choices=Settlement, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        ordering = ["-pk"]
        constraints = [
            only_one_of("topic", "digest", "reference", name="conflict_in_one_row"),
            in_choices("field", ConflictField, name="conflict_field"),
            models.UniqueConstraint(
                "topic", "field", condition=Q(settled_at=None), name="conflict_once_in_topic"
            ),
            models.UniqueConstraint(
                "digest", "field", condition=Q(settled_at=None), name="conflict_once_in_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row}: {self.get_field_display()}"

    @property
    def row(self) -> Digest | Topic | Reference:
        return cast("Digest | Topic | Reference", self.topic or self.digest or self.reference)
