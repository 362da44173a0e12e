"""A run over many files: a transaction for some of them at a time, a report for each."""

import hashlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from digests.changes.history import Author
from digests.changes.transaction import write_transaction
from digests.importing.reading import Incoming, check_slug, read
from digests.importing.report import FileError, FileReport, Status, Summary
from digests.importing.sources import Source
from digests.importing.writing import unchanged_files, write
from digests.models import Digest, ImportedFile, ImportRun
from digests.parsing import ParseError

BATCH_FILES = 50
BATCH_BYTES = 1024 * 1024
"""What one transaction takes in: enough to share the costs of its queries, not more than a
second's work for which another writer waits."""


def import_sources(
    sources: Iterable[Source],
    *,
    origin: str,
    user: User | None = None,
    dry_run: bool = False,
) -> Generator[FileReport, None, ImportRun | None]:
    """Import each source and yield its report once its transaction is committed; at the end return
    the record of the run, which one that found nothing new has not.

    A file that fails leaves nothing behind and does not stop the others. ``origin`` says in the
    ImportRun where the files came from. A dry run does all the same, and rolls it back.
    """
    importer = _Importer(origin, user, dry_run)
    for files in _batches(sources):
        yield from importer.import_batch(files)
    importer.finish()
    return importer.run


@dataclass
class _File:
    """A file on its way in. It has a report as soon as its fate is known."""

    source: Source
    data: bytes = b""
    sha256: str = ""
    incoming: Incoming | None = None
    report: FileReport | None = None


@dataclass
class _Importer:
    origin: str
    user: User | None
    dry_run: bool
    started_at: datetime = field(default_factory=timezone.now)
    summary: Summary = field(default_factory=Summary)
    run: ImportRun | None = None
    """Stored once there is something to tell."""
    paths: dict[str, str] = field(default_factory=dict)
    """The slugs that this run has met, and the files they came from."""

    def import_batch(self, files: Sequence[_File]) -> Iterator[FileReport]:
        """The reports of these files, in their order, once they are in."""
        self._skip_known(files)
        for file in files:
            if file.report is None:
                self._read(file)
        self._record([file.report for file in files if file.report])
        self._write([file for file in files if file.report is None])
        for file in files:
            if file.report:
                self.summary.add(file.report)
                yield file.report

    def finish(self) -> None:
        if self.run is not None:
            for name, count in self.summary.outcomes.items():
                setattr(self.run, name, count)
            self.run.finished_at = timezone.now()
            self.run.save()

    def _skip_known(self, files: Sequence[_File]) -> None:
        named = {file.source.slug: file.sha256 for file in files if not file.report}
        known = unchanged_files({slug: sha256 for slug, sha256 in named.items() if slug})
        for file in files:
            slug = file.source.slug
            if slug in known and file.sha256 == named[slug] and self._claim(file, slug):
                counts, conflicts = known[slug]
                file.report = FileReport(
                    file.source.shown,
                    Status.UNCHANGED,
                    slug,
                    counts,
                    digest_conflicts=conflicts,
                )

    def _read(self, file: _File) -> None:
        try:
            incoming = read(file.source, file.data, file.sha256)
        except ParseError as error:
            file.report = _failed(file.source, error)
        else:
            if self._claim(file, incoming.slug):
                file.incoming = incoming

    def _claim(self, file: _File, slug: str) -> bool:
        """Two files of one run with one slug would take turns in overwriting one digest."""
        other = self.paths.setdefault(slug, file.source.shown)
        if other == file.source.shown:
            return True
        message = _("its address, {slug}, was already taken by {other} in this run")
        error = ParseError(format_lazy(message, slug=slug, other=other))
        file.report = _failed(file.source, error)
        return False

    def _write(self, files: Sequence[_File]) -> None:
        if not files:
            return
        author = Author(self.user, self._ensure_run(), is_import=True)
        try:
            with write_transaction():
                incoming = [file.incoming for file in files if file.incoming]
                reports = write(incoming, author, met=set(self.paths))
                self._record(reports)
                transaction.set_rollback(self.dry_run)
        except DatabaseError as error:
            if len(files) > 1:  # it is one of them; the others come in
                for file in files:
                    self._write([file])
            else:
                files[0].report = _failed(files[0].source, error)
                self._record([files[0].report])
        else:
            for file, report in zip(files, reports, strict=True):
                file.report = report

    def _ensure_run(self) -> ImportRun | None:
        """The row of this run, which a dry run has none of."""
        if self.run is None and not self.dry_run:
            self.run = ImportRun.objects.create(
                origin=self.origin, user=self.user, started_at=self.started_at
            )
        return self.run

    def _record(self, reports: Sequence[FileReport]) -> None:
        telling = [r for r in reports if r.status is not Status.UNCHANGED or r.warnings]
        run = self._ensure_run() if telling else None
        if run is None:
            return
        slugs = [report.digest for report in telling if report.digest]
        digests = dict(Digest.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        in_languages: list[dict[str, Any]] = [{} for _ in telling]
        for language, _name in settings.LANGUAGES:
            with override(language):
                for texts, report in zip(in_languages, telling, strict=True):
                    texts[language] = report.as_record()
        ImportedFile.objects.bulk_create(
            ImportedFile(
                run=run, digest_id=digests.get(report.digest or ""), path=report.path, reports=texts
            )
            for report, texts in zip(telling, in_languages, strict=True)
        )


def _batches(sources: Iterable[Source]) -> Iterator[list[_File]]:
    batch: list[_File] = []
    size = 0
    for source in sources:
        file = _opened(source)
        batch.append(file)
        size += len(file.data)
        if len(batch) == BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _opened(source: Source) -> _File:
    try:
        if source.slug:
            check_slug(source.slug)
        data = source.read()
    except ParseError as error:
        return _File(source, report=_failed(source, error))
    return _File(source, data, hashlib.sha256(data).hexdigest())


def _failed(source: Source, error: ParseError | DatabaseError) -> FileReport:
    match error:
        case ParseError():
            problem = FileError(error.line, error.message)
        case DatabaseError():
            reason = " ".join(str(error).split())  # PostgreSQL draws an arrow below its statement
            problem = FileError(1, format_lazy(_("the database refused it: {}"), reason))
    return FileReport(source.shown, Status.FAILED, error=problem)
