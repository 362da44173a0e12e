"""Uploads that wait for confirmation.

They wait in the database, because the web processes of several hosts share nothing else.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from digests.importing.report import FileReport
from digests.importing.run import import_sources
from digests.importing.sources import MemorySource, Source
from digests.models import ImportRun, StagedFile, StagedImport

STAGED_FOR = timedelta(days=1)


def stage(sources: Iterable[MemorySource], *, origin: str, user: User) -> StagedImport:
    """Store sources until they are confirmed or discarded; drop what was staged a day ago."""
    with transaction.atomic():
        StagedImport.objects.filter(created_at__lt=timezone.now() - STAGED_FOR).delete()
        staged = StagedImport.objects.create(user=user, origin=origin)
        StagedFile.objects.bulk_create(
            StagedFile(
                staged=staged,
                path=source.shown,
                slug=source.slug or "",
                content=source.content,
                modified_at=source.modified,
            )
            for source in sources
        )
    return staged


def preview_staged(staged: StagedImport) -> list[FileReport]:
    """Report what an import would do now. Nothing is written."""
    reports = import_sources(_sources(staged), origin=staged.origin, user=staged.user, dry_run=True)
    return list(reports)


def import_staged(staged: StagedImport, *, may_shrink: Collection[str]) -> ImportRun | None:
    """Import for good. Returns the run, or None if there was nothing new to record.
    ``may_shrink``: the paths of files that may archive most topics of their digests.

    The staged rows are deleted last, so that after a crash they can be confirmed again; a second
    import of the same files changes nothing.
    """
    reports = import_sources(
        _sources(staged),
        origin=staged.origin,
        user=staged.user,
        may_shrink=lambda source: source.shown in may_shrink,
    )
    while True:
        try:
            next(reports)
        except StopIteration as end:
            discard(staged)
            run: ImportRun | None = end.value
            return run


def discard(staged: StagedImport) -> None:
    StagedImport.objects.filter(pk=staged.pk).delete()


def _sources(staged: StagedImport) -> Iterator[Source]:
    for file in staged.files.all():
        yield MemorySource(file.path, file.slug or None, bytes(file.content), file.modified_at)
