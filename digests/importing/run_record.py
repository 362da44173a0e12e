"""Record of a run: an ImportRun, and a row for each file that changed, failed or was doubtful."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import override

from digests.importing.opening import Claims
from digests.importing.report import FileReport, Status, Summary, TopicChange, TopicOutcome
from digests.importing.sources import Source
from digests.models import Digest, ImportedFile, ImportRun
from digests.parsing import Message


@dataclass
class RunRecord:
    """Stores nothing of a dry run, nothing before a file changed, failed or has warnings, and
    nothing for good if another process imported the same files first."""

    origin: str
    user: User | None
    dry_run: bool
    may_shrink: Callable[[Source], bool]
    started_at: datetime = field(default_factory=timezone.now)
    summary: Summary = field(default_factory=Summary)
    run: ImportRun | None = None
    has_news: bool = False
    claims: Claims = field(default_factory=dict)

    def ensure_run(self) -> ImportRun | None:
        """Store the row of this run, if it is not yet there; None in a dry run."""
        if self.run is None and not self.dry_run:
            self.run = ImportRun.objects.create(
                origin=self.origin, user=self.user, started_at=self.started_at
            )
        return self.run

    def add_files(self, reports: Sequence[FileReport]) -> None:
        """Store these reports, but for unchanged files without warnings."""
        self.has_news |= any(report.is_news for report in reports)
        telling = [r for r in reports if r.status is not Status.UNCHANGED or r.warnings]
        run = self.ensure_run() if telling else None
        if run is None:
            return
        slugs = [report.digest for report in telling if report.digest]
        digests = dict(Digest.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        ImportedFile.objects.bulk_create(
            ImportedFile(
                run=run,
                digest_id=digests.get(report.digest or ""),
                path=report.path,
                packed=_packed(report),
                status=report.status.value,
                has_conflicts=report.has_conflicts,
                has_warnings=bool(report.warnings),
            )
            for report in telling
        )

    def finish(self) -> ImportRun | None:
        """Store the counts of the run and return its row, if it found anything new."""
        if self.run is not None and not self.has_news:
            self.run.delete()
            self.run = None
        if self.run is not None:
            for name, count in self.summary.outcomes.items():
                setattr(self.run, name, count)
            self.run.finished_at = timezone.now()
            self.run.save()
        return self.run


def _packed(report: FileReport) -> dict[str, Any]:
    """The parts of a report that are no columns, without those that say nothing."""
    error = report.error
    packed = {
        "digest": report.digest,
        "topics": {name: count for name, count in asdict(report.topics).items() if count},
        "warnings": [[w.line, w.code, _in_languages(w.message)] for w in report.warnings],
        "error": error and [error.line, _in_languages(error.message)],
        "digest_outcome": report.digest_outcome,
        "changes": [_packed_change(change) for change in report.changes],
    }
    return {name: value for name, value in packed.items() if value}


def _packed_change(change: TopicChange) -> list[Any]:
    outcome = change.outcome.value
    if change.topic and change.outcome in {TopicOutcome.CREATED, TopicOutcome.UNCHANGED}:
        return [outcome, change.topic]
    return [outcome, change.topic, change.title]


def _in_languages(message: Message) -> dict[str, str]:
    """A message in each language of the site, because nothing else of it is kept."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = str(message)
    return texts
