"""An import of many files in four stages: known, read, write, record.

A stage takes a batch and gives it back, in its order. A file whose fate is known is a `FileReport`
from there on, and passes the stages that follow.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.changes.history import Author
from digests.changes.transaction import write_transaction
from digests.failures import known_reason
from digests.importing.known import skip_known
from digests.importing.opening import opened_batches
from digests.importing.reading import Incoming, read_files
from digests.importing.report import FileReport
from digests.importing.run_record import RunRecord
from digests.importing.sources import Source
from digests.importing.writing import write
from digests.models import ImportRun


def import_sources(
    sources: Iterable[Source],
    *,
    origin: str,
    user: User | None = None,
    dry_run: bool = False,
    may_shrink: Callable[[Source], bool] = lambda _source: False,
) -> Generator[FileReport, None, ImportRun | None]:
    """Import each source and yield its report once its transaction is committed; at the end return
    the record of the run, or None where it found nothing new.

    A file that fails leaves nothing behind and does not stop the others. ``origin`` says in the
    ImportRun where the files came from. A dry run does all the same, and rolls it back.
    ``may_shrink`` says which sources may archive most topics of their digests; others fail then.
    """
    record = RunRecord(origin, user, dry_run, may_shrink)
    for batch in opened_batches(sources):
        files = read_files(skip_known(batch, record.claims), record.claims)
        record.add_files([file for file in files if isinstance(file, FileReport)])
        for report in _write(files, record):
            record.summary.add(report)
            yield report
    return record.finish()


def _write(files: Sequence[Incoming | FileReport], record: RunRecord) -> Iterator[FileReport]:
    """Write a batch, and yield its reports in its order."""
    written = _written([file for file in files if isinstance(file, Incoming)], record)
    for file in files:
        yield next(written) if isinstance(file, Incoming) else file


def _written(files: Sequence[Incoming], record: RunRecord) -> Iterator[FileReport]:
    """Write files in one transaction; where the database refuses it, each in its own, so that what
    is in was reported before the next one may fail."""
    try:
        reports = _write_together(files, record) if files else []
    except DatabaseError as error:
        yield from _write_apart(files, error, record)
    else:
        yield from reports


def _write_together(files: Sequence[Incoming], record: RunRecord) -> list[FileReport]:
    author = Author(record.user, record.ensure_run(), is_import=True)
    with write_transaction():
        reports = write(files, author, met=record.claims.keys(), may_shrink=record.may_shrink)
        record.add_files(reports)
        transaction.set_rollback(record.dry_run)
    return reports


def _write_apart(
    files: Sequence[Incoming], error: DatabaseError, record: RunRecord
) -> Iterator[FileReport]:
    """Write the files one by one after ``error``, which one of them has caused. Raises it if the
    database itself has failed, as every other file would meet it too."""
    if len(files) > 1:
        for file in files:
            yield from _written([file], record)
        return
    if known_reason(error) is not None:
        raise error
    reason = " ".join(str(error).split())  # PostgreSQL draws an arrow below its statement
    message = format_lazy(_("the database refused it: {}"), reason)
    report = FileReport.failed(files[0].source.shown, 1, message)
    record.add_files([report])
    yield report
