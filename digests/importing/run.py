"""A run over many files: one transaction a digest, one report a file, one ImportRun in all."""

import errno
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from digests.importing.reading import check_slug, read
from digests.importing.report import FileError, FileReport, Status, Summary
from digests.importing.sources import Source
from digests.importing.writing import report_if_known, write
from digests.models import Digest, ImportedFile, ImportRun
from digests.parsing import Message, ParseError
from digests.writing import write_transaction


def import_sources(
    sources: Iterable[Source],
    *,
    origin: str,
    user: User | None = None,
    dry_run: bool = False,
) -> Iterator[FileReport]:
    """Import each source and yield its report once its transaction is committed.

    A file that fails leaves nothing behind and does not stop the others. ``origin`` says in the
    ImportRun where the files came from. A dry run does all the same, and rolls it back.
    """
    importer = _Importer(None if dry_run else ImportRun.objects.create(origin=origin, user=user))
    reports = []
    for source in sources:
        reports.append(report := importer.import_source(source))
        yield report
    importer.finish(Summary.of(reports))


@dataclass
class _Importer:
    """``run`` is None for a dry run."""

    run: ImportRun | None
    paths: dict[str, str] = field(default_factory=dict)
    """The slugs that this run has met, and the files they came from."""

    def import_source(self, source: Source) -> FileReport:
        try:
            return self._import(source)
        except ParseError as error:
            problem = FileError(error.line, error.message)
        except OSError as error:
            problem = FileError(1, _reason(error))
        except DatabaseError as error:
            problem = FileError(1, format_lazy(_("the database refused it: {}"), str(error)))
        report = FileReport(source.shown, Status.FAILED, error=problem)
        self._record(report)
        return report

    def finish(self, summary: Summary) -> None:
        if self.run is not None:
            for name, count in summary.outcomes.items():
                setattr(self.run, name, count)
            self.run.finished_at = timezone.now()
            self.run.save()

    def _import(self, source: Source) -> FileReport:
        if source.slug:
            check_slug(source.slug)
        data = source.read()
        sha256 = hashlib.sha256(data).hexdigest()
        if source.slug and (known := report_if_known(source.shown, source.slug, sha256)):
            self._claim(source.slug, source.shown)
            return known
        incoming = read(source, data, sha256)
        self._claim(incoming.slug, source.shown)
        with write_transaction():
            report = write(incoming)
            self._record(report)
            transaction.set_rollback(self.run is None)
        return report

    def _claim(self, slug: str, path: str) -> None:
        """Two files of one run with one slug would take turns in overwriting one digest."""
        other = self.paths.setdefault(slug, path)
        if other != path:
            message = _("its address, {slug}, was already taken by {other} in this run")
            raise ParseError(format_lazy(message, slug=slug, other=other))

    def _record(self, report: FileReport) -> None:
        if self.run is not None and (report.status is not Status.UNCHANGED or report.warnings):
            digest = Digest.objects.filter(slug=report.digest).first() if report.digest else None
            reports = {}
            for language, _name in settings.LANGUAGES:
                with override(language):
                    reports[language] = report.as_json()
            ImportedFile.objects.create(
                run=self.run, digest=digest, path=report.path, reports=reports
            )


def _reason(error: OSError) -> Message:
    match error.errno:
        case errno.ENOENT:
            return _("there is no such file")
        case errno.EACCES | errno.EPERM:
            return _("the file may not be read")
        case errno.ELOOP:
            return _("its links lead in a circle")
        case errno.ENAMETOOLONG:
            return _("its path is too long")
        case errno.ENOTDIR:
            return _("a part of its path is not a folder")
        case _other:
            return format_lazy(_("the file cannot be read: {}"), error.strerror or str(error))
