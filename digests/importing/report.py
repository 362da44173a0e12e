"""What an import did, as values. The JSON forms are an interface: keep them stable."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from digests.parsing import Message, ParseWarning


class Status(TextChoices):
    CREATED = "created", pgettext_lazy("a file", "created")
    UPDATED = "updated", pgettext_lazy("a file", "updated")
    UNCHANGED = "unchanged", pgettext_lazy("a file", "unchanged")
    FAILED = "failed", pgettext_lazy("a file", "failed")


@dataclass
class TopicCounts:
    """What became of the topics of one digest.

    ``kept`` are those on which an editor's version stands where the file's is another.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    archived: int = 0
    conflicts: int = 0


@dataclass(frozen=True)
class FileError:
    line: int
    message: Message


@dataclass(frozen=True)
class FileReport:
    path: str
    status: Status
    digest: str | None = None
    topics: TopicCounts = field(default_factory=TopicCounts)
    warnings: tuple[ParseWarning, ...] = ()
    error: FileError | None = None
    digest_conflicts: int = 0
    """Clashes in the digest's own title, date or preamble; the summary counts them too."""

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "status": self.status.value,
            "digest": self.digest,
            "topics": asdict(self.topics),
            "warnings": [
                {"line": w.line, "code": w.code, "message": str(w.message)} for w in self.warnings
            ],
            "error": {"line": self.error.line, "message": str(self.error.message)}
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
        """All but the number of files; the columns of an ImportRun."""
        return {name: count for name, count in asdict(self).items() if name != "files"}
