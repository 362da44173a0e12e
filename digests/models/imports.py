"""Models of imports: the imported texts, which are the base of the next merge, and the runs."""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.models.digests import Digest, Topic
from digests.models.json_values import CompressedJSONField, Utf8Encoder


class ImportedDigest(models.Model):
    """The text that the last import of a digest read, as the base of the next three-way merge."""

    digest = models.OneToOneField(Digest, models.CASCADE, related_name="imported")
    path = models.TextField(_("path"))
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(_("encoding"), max_length=20)
    title = models.TextField()
    published_at = models.DateTimeField()
    tags = models.JSONField(default=list, encoder=Utf8Encoder)
    # The preamble of the file where the digest has another one, which an editor has written.
    changed_preamble = models.TextField(null=True)  # noqa: DJ001 - an empty one is a text, too

    class Meta:
        verbose_name = _("file as last imported")
        verbose_name_plural = _("files as last imported")

    def __str__(self) -> str:
        return self.path

    @property
    def preamble(self) -> str:
        """The preamble of the file."""
        same = self.changed_preamble is None
        return self.digest.preamble if same else cast(str, self.changed_preamble)

    @preamble.setter
    def preamble(self, text: str) -> None:
        """Set the digest and its preamble first."""
        self.changed_preamble = None if text == self.digest.preamble else text


class ImportedTopic(models.Model):
    """A section of an imported text. It outlives its topic, so that a deleted topic stays deleted.

    ``position`` is empty if the file no longer holds the section.
    """

    imported_digest = models.ForeignKey(ImportedDigest, models.CASCADE, related_name="topics")
    topic = models.OneToOneField(Topic, models.SET_NULL, null=True, related_name="imported")
    position = models.IntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    title = models.TextField(blank=True)
    # The text of the section where the topic has another one, which an editor has written.
    changed_body = models.TextField(null=True)  # noqa: DJ001 - an empty one is a text, too

    class Meta:
        verbose_name = _("topic as last imported")
        verbose_name_plural = _("topics as last imported")
        ordering = ["imported_digest", "position", "pk"]
        indexes = [
            # Topics that are gone from their file, which are few.
            models.Index(
                fields=["topic"], condition=models.Q(position=None), name="imported_topic_gone"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def body(self) -> str:
        """The text of the section."""
        if self.changed_body is None:
            return self.topic.body if self.topic else ""
        return self.changed_body

    @body.setter
    def body(self, text: str) -> None:
        """Set the topic and its text first."""
        self.changed_body = None if self.topic and text == self.topic.body else text


class ImportRun(models.Model):
    """A run of an import. Runs that found nothing new are not kept.

    ``finished_at`` is empty while it runs, and if it was killed.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("user")
    )
    origin = models.TextField(_("origin"), help_text=_("Where the files came from."))
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
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
    """The result of a run for one file. Unchanged files are only counted."""

    run = models.ForeignKey(
        ImportRun,
        models.CASCADE,
        related_name="files",
        verbose_name=_("import run"),
        db_index=False,
    )
    digest = models.ForeignKey(
        Digest, models.SET_NULL, null=True, related_name="imports", verbose_name=_("digest")
    )
    path = models.TextField(_("path"))
    # The rest of the report; `digests.importing.run_record` packs it, and `report` unpacks it.
    packed = CompressedJSONField(default=dict, editable=False)
    # Of the report, as columns by which the files of a run are counted and listed.
    status = models.CharField(_("outcome"), max_length=10, editable=False)
    has_conflicts = models.BooleanField(default=False, editable=False)
    has_warnings = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["run", "pk"]
        indexes = [
            models.Index(
                fields=["run", "status", "has_conflicts", "has_warnings"],
                name="imported_file_outcomes",
            )
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def report(self) -> dict[str, Any]:
        """The report in the active language, as `FileReport.as_record` tells it; but errors have no
        codes, and topics that are new or did not change no titles, because their rows bear them."""
        packed = self.packed
        notes = [
            {"line": line, "code": code, "message": _in_active_language(message)}
            for line, code, message in packed.get("warnings", [])
        ]
        error = packed.get("error")
        return {
            "path": self.path,
            "status": self.status,
            "digest": packed.get("digest"),
            "topics": packed.get("topics", {}),
            "warnings": notes,
            "error": error and {"line": error[0], "message": _in_active_language(error[1])},
            "digest_outcome": packed.get("digest_outcome"),
            "changes": [
                {"outcome": outcome, "topic": topic, "title": "".join(title)}
                for outcome, topic, *title in packed.get("changes", [])
            ],
        }


def _in_active_language(message: Mapping[str, str]) -> str:
    """A message of a report; in another language if it was stored without the active one."""
    return message.get(get_language() or settings.LANGUAGE_CODE) or next(iter(message.values()))


class StagedImport(models.Model):
    """Files that an editor has uploaded and must confirm after a preview of their import."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    origin = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("staged import")
        verbose_name_plural = _("staged imports")

    def __str__(self) -> str:
        return self.origin


class StagedFile(models.Model):
    """An uploaded file. ``slug`` is empty for pasted text, which has no file name."""

    staged = models.ForeignKey(StagedImport, models.CASCADE, related_name="files")
    path = models.TextField()
    slug = models.TextField(blank=True)
    content = models.BinaryField()
    modified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("staged file")
        verbose_name_plural = _("staged files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.path
