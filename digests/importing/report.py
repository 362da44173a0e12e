"""Reports of an import, as values. Their JSON forms are an interface: keep them stable."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from digests.parsing import Message, ParseWarning
from digests.vocabulary import ErrorCode, WarningCode


class Status(TextChoices):
    CREATED = "created", pgettext_lazy("a file", "created")
    UPDATED = "updated", pgettext_lazy("a file", "updated")
    UNCHANGED = "unchanged", pgettext_lazy("a file", "unchanged")
    FAILED = "failed", pgettext_lazy("a file", "failed")


class TopicOutcome(TextChoices):
    """The outcome of an import for one topic."""

    CREATED = "created", pgettext_lazy("a topic", "new")
    UPDATED = "updated", pgettext_lazy("a topic", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("a topic", "unchanged")
    KEPT = "kept", pgettext_lazy("a topic", "kept as edited")
    GONE = "gone", pgettext_lazy("a topic", "kept as edited, though gone from the file")
    DELETED = "deleted", pgettext_lazy("a topic", "stays deleted")
    ARCHIVED = "archived", pgettext_lazy("a topic", "archived, as it is gone from the file")
    CONFLICT = "conflict", pgettext_lazy("a topic", "in conflict")


@dataclass(frozen=True)
class TopicChange:
    """The outcome for one topic. ``topic`` is its id, which after a dry run names no row."""

    title: str
    outcome: TopicOutcome
    topic: int | None = None


@dataclass
class TopicCounts:
    """The topics of one digest, counted by their outcome.

    ``kept`` counts topics on which an editor's version stands where the file has another.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    archived: int = 0
    conflicts: int = 0

    @classmethod
    def of(cls, changes: Iterable[TopicChange]) -> "TopicCounts":
        counts = Counter(_COUNTED_AS[change.outcome] for change in changes)
        return cls(**counts)


_COUNTED_AS = {outcome: outcome.value for outcome in TopicOutcome} | {
    TopicOutcome.GONE: "kept",
    TopicOutcome.DELETED: "kept",
    TopicOutcome.CONFLICT: "conflicts",
}


@dataclass(frozen=True)
class FileError:
    line: int
    message: Message
    # None for all errors that no program treats in a way of its own.
    code: ErrorCode | None = None


@dataclass(frozen=True)
class FileReport:
    path: str
    status: Status
    digest: str | None = None
    topics: TopicCounts = field(default_factory=TopicCounts)
    warnings: tuple[ParseWarning, ...] = ()
    error: FileError | None = None
    # One for each topic, in the order of the file; none where the file was known already.
    changes: tuple[TopicChange, ...] = ()
    # The outcome for the digest's own title, date, tags and preamble.
    digest_outcome: TopicOutcome | None = None
    # Clashes in the digest's own title, date or preamble; the summary counts them too.
    digest_conflicts: int = 0

    @classmethod
    def failed(
        cls, path: str, line: int, message: Message, code: ErrorCode | None = None
    ) -> "FileReport":
        return cls(path, Status.FAILED, error=FileError(line, message, code))

    @classmethod
    def left_out(cls, path: str, message: Message) -> "FileReport":
        """The report of a link that is not followed."""
        warning = ParseWarning(1, WarningCode.LINK_LEFT_OUT, message)
        return cls(path, Status.UNCHANGED, warnings=(warning,))

    @property
    def has_conflicts(self) -> bool:
        """True if an open conflict of this digest or of one of its topics is among the outcomes."""
        return bool(self.topics.conflicts) or self.digest_outcome is TopicOutcome.CONFLICT

    @property
    def is_news(self) -> bool:
        """True unless these bytes were imported before."""
        return not (
            self.status is Status.UNCHANGED and self.digest_outcome is None and not self.warnings
        )

    def as_record(self) -> dict[str, Any]:
        """The values that the record of imports keeps, its texts in the active language."""
        return {
            **self.as_json(),
            "digest_outcome": self.digest_outcome,
            "changes": [asdict(change) for change in self.changes],
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "status": self.status.value,
            "digest": self.digest,
            "topics": asdict(self.topics),
            "warnings": [
                {"line": w.line, "code": w.code, "message": str(w.message)} for w in self.warnings
            ],
            "error": {
                "line": self.error.line,
                "code": self.error.code,
                "message": str(self.error.message),
            }
            if self.error
            else None,
        }


@dataclass
class Summary:
    files: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    conflicts: int = 0

    def add(self, report: FileReport) -> None:
        self.files += 1
        self.conflicts += report.topics.conflicts + report.digest_conflicts
        name = report.status.value
        setattr(self, name, getattr(self, name) + 1)

    def as_json(self) -> dict[str, Any]:
        return {"summary": asdict(self)}

    @property
    def outcomes(self) -> dict[str, int]:
        """The counts that are columns of an ImportRun: all but the number of files."""
        return {name: count for name, count in asdict(self).items() if name != "files"}
