"""Stage 3: files → their rows, by a three-way merge with what the last import wrote."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from django.db.models import Q, QuerySet

from digests.changes.history import Author
from digests.changes.writing import writing
from digests.deriving import ReadDigest, derive
from digests.grouping import grouped_by
from digests.importing.creating import create_digests
from digests.importing.known import report_known
from digests.importing.reading import Incoming
from digests.importing.renaming import follow_renamed
from digests.importing.report import FileReport
from digests.importing.sources import Source
from digests.importing.updating import DigestUpdate
from digests.models import Conflict, ImportedDigest


def write(
    files: Sequence[Incoming],
    author: Author,
    *,
    met: Collection[str],
    may_shrink: Callable[[Source], bool],
) -> list[FileReport]:
    """Create or update the digests of ``files``, each of another one. Call it inside
    `write_transaction`.

    ``met``: the slugs that files of this run have, also of earlier batches. A digest among them
    still has its file, so it cannot be the former name of another. ``may_shrink``: whether a source
    may archive most topics of its digest; one that may not fails, and its digest stays as it is.
    """
    renamed = follow_renamed(files, {*met} - {file.slug for file in files})
    targets = {row.digest.slug: row for row in _imported(files)}
    known = report_known(
        [file for file in files if file.slug not in renamed and _is_known(file, targets)]
    )
    new = [file for file in files if file.slug not in targets]
    old = [file for file in files if file.slug in targets and file.slug not in known]
    with writing(author, digests=[targets[file.slug].digest_id for file in old]) as created:
        reports = known | create_digests(new, created)
        updates = _updates(old, targets, renamed, author)
        reports |= {update.incoming.slug: _merged(update, may_shrink) for update in updates}
        derive([ReadDigest.from_rows(update.digest) for update in updates if update.changed])
    return [reports[file.slug] for file in files]


def _is_known(file: Incoming, targets: Mapping[str, ImportedDigest]) -> bool:
    """True if these bytes are in: another process has imported them since this run looked, or the
    text has no file name, so that only its content told of which digest it is."""
    return file.slug in targets and targets[file.slug].sha256 == file.sha256


def _merged(update: DigestUpdate, may_shrink: Callable[[Source], bool]) -> FileReport:
    """Merge a file into its digest, unless it may not. Returns its report."""
    update.match_topics()
    if not may_shrink(update.incoming.source) and (refusal := update.refusal()):
        return refusal
    update.merge()
    return update.report()


def _updates(
    files: Sequence[Incoming],
    targets: Mapping[str, ImportedDigest],
    renamed: Mapping[str, str],
    author: Author,
) -> list[DigestUpdate]:
    digests = [targets[file.slug].digest_id for file in files]
    of_digests = Q(digest__in=digests) | Q(topic__digest__in=digests)
    rows = Conflict.objects.filter(of_digests, settled_at=None).select_related("topic")
    conflicts = grouped_by(rows, lambda row: row.topic.digest_id if row.topic else row.digest_id)
    updates = []
    for file in files:
        imported = targets[file.slug]
        if file.parsed.published_at is None:
            # A guessed date stays as it was guessed at first: whoever mends a word in an old file,
            # or copies it, changes its modification time.
            file = replace(file, published_at=imported.published_at)
        renamed_from = renamed.get(file.slug, "")
        of_digest = conflicts[imported.digest_id]
        updates.append(DigestUpdate(imported, file, of_digest, author, renamed_from))
    return updates


def _imported(files: Sequence[Incoming]) -> QuerySet[ImportedDigest]:
    slugs = [file.slug for file in files]
    return ImportedDigest.objects.select_related("digest").filter(digest__slug__in=slugs)
