"""Digest files → their rows, by a three-way merge with what the last import wrote."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from django.db.models import Q, QuerySet

from digests.changes.history import Author, recording
from digests.changes.tagging import tag_new_digests
from digests.deriving import ReadDigest, derive_all, derive_rows, set_derived
from digests.importing.reading import Incoming
from digests.importing.report import FileReport, Status, TopicChange, TopicCounts, TopicOutcome
from digests.importing.updating import (
    DigestUpdate,
    OpenConflicts,
    fill_base,
    new_topic,
    topic_values,
)
from digests.models import (
    Conflict,
    Digest,
    DigestAlias,
    ImportedDigest,
    ImportedTopic,
    Reference,
    Topic,
)
from digests.search import index
from digests.vocabulary import TopicStatus


def write(
    files: Sequence[Incoming], author: Author, *, met: Collection[str] = ()
) -> list[FileReport]:
    """Bring files of different digests in. Call it in a `write_transaction`.

    ``met`` are the slugs of all digests that files of this run are of; none of those that are not
    in ``files`` was renamed.
    """
    renamed = _follow_renamed(files, {*met} - {file.slug for file in files})
    targets = {row.digest.slug: row for row in imported_as(file.slug for file in files)}
    new = [file for file in files if file.slug not in targets]
    old = [file for file in files if file.slug in targets]
    digests = [targets[file.slug].digest_id for file in old]
    cited = {c.key for file in files for body in file.bodies for c in body.citations}
    with recording(author, digests=digests, references=Reference.objects.filter(key__in=cited)):
        reports = _create(new)
        updates = _updates(old, targets, renamed, author)
        for update in updates:
            update.merge()
        derive_all([ReadDigest.from_rows(update.digest) for update in updates if update.changed])
    written = Digest.objects.filter(slug__in=[file.slug for file in files])
    index.refresh(digests=set(written.values_list("pk", flat=True)))
    reports |= {update.incoming.slug: update.report() for update in updates}
    return [reports[file.slug] for file in files]


def _updates(
    files: Sequence[Incoming],
    targets: Mapping[str, ImportedDigest],
    renamed: Mapping[str, str],
    author: Author,
) -> list[DigestUpdate]:
    digests = [targets[file.slug].digest_id for file in files]
    conflicts = {digest: OpenConflicts() for digest in digests}
    of_digests = Q(digest__in=digests) | Q(topic__digest__in=digests)
    for conflict in Conflict.objects.filter(of_digests, settled_at=None).select_related("topic"):
        digest = conflict.topic.digest_id if conflict.topic else conflict.digest_id
        if digest is not None:
            conflicts[digest].add(conflict)
    return [
        DigestUpdate(
            targets[file.slug],
            _dated(file, targets[file.slug]),
            conflicts[targets[file.slug].digest_id],
            author,
            renamed_from=renamed.get(file.slug, ""),
        )
        for file in files
    ]


def _dated(file: Incoming, imported: ImportedDigest) -> Incoming:
    """The file with the date that was guessed for it at first, if it must be guessed again:
    whoever mends a word in an old file, or copies it, changes its modification time."""
    if file.parsed.published_at is not None:
        return file
    return replace(file, published_at=imported.published_at)


def _follow_renamed(files: Sequence[Incoming], taken: Collection[str]) -> dict[str, str]:
    """Give digests the new names of their files; by these, the old ones, which lead there still.

    A file was renamed if its bytes are those of a known digest, the day that it tells is the same,
    and the place that they were read from no longer holds them: else it is a copy, and two days may
    well have the same text. One that is renamed may free its name for the next.
    """
    renamed: dict[str, str] = {}
    while True:
        known = set(
            Digest.objects.filter(slug__in=[f.slug for f in files]).values_list("slug", flat=True)
        )
        by_sha = {file.sha256: file for file in files if file.slug not in known}
        candidates = ImportedDigest.objects.filter(sha256__in=by_sha).exclude(
            digest__slug__in={*taken, *renamed}
        )
        found = next(
            (row for row in candidates.select_related("digest") if _is_of(row, by_sha[row.sha256])),
            None,
        )
        if found is None:
            return renamed
        slug = by_sha[found.sha256].slug
        renamed[slug] = found.digest.slug
        _rename(found.digest, slug)


def _is_of(row: ImportedDigest, file: Incoming) -> bool:
    if file.parsed.published_at not in {None, row.published_at}:
        return False
    before = Path(row.path)
    try:
        there = before.read_bytes() if before.is_absolute() else b""
    except OSError:
        return True
    return hashlib.sha256(there).hexdigest() != row.sha256


def _rename(digest: Digest, slug: str) -> None:
    DigestAlias.objects.filter(slug=slug).delete()
    DigestAlias.objects.create(slug=digest.slug, digest=digest)
    digest.slug = slug
    digest.save(update_fields=["slug", "updated_at"])


def unchanged_files(shas: Mapping[str, str]) -> dict[str, tuple[TopicCounts, int]]:
    """Of the digests whose last import read a file with this hash, by slug: their topics, and the
    open conflicts of the digest's own fields."""
    imported = [row for row in imported_as(shas) if row.sha256 == shas[row.digest.slug]]
    counts = {row.pk: TopicCounts() for row in imported}
    digests = [row.digest_id for row in imported]
    open_conflicts = Conflict.objects.filter(settled_at=None)
    clashing = set(open_conflicts.filter(topic__digest__in=digests).values_list("topic", flat=True))
    of_digests = list(open_conflicts.filter(digest__in=digests).values_list("digest", flat=True))
    bases = ImportedTopic.objects.filter(imported_digest__in=imported).select_related("topic")
    for base in bases.iterator():
        name = _counted_as(base, clashing)
        if name:
            count = counts[base.imported_digest_id]
            setattr(count, name, getattr(count, name) + 1)
    return {row.digest.slug: (counts[row.pk], of_digests.count(row.digest_id)) for row in imported}


def _counted_as(base: ImportedTopic, clashing: Collection[int | None]) -> str:
    """The count for a topic of a file that is known; empty if it is neither there nor shown."""
    topic = base.topic
    if topic is None or topic.status == TopicStatus.DELETED:
        return "kept" if base.position is not None else ""
    if not topic.is_live:
        return ""
    if topic.pk in clashing:
        return "conflicts"
    same = base.position is not None and topic_values(topic) == topic_values(base)
    return "unchanged" if same else "kept"


def imported_as(slugs: Iterable[str]) -> QuerySet[ImportedDigest]:
    return ImportedDigest.objects.select_related("digest").filter(digest__slug__in=list(slugs))


def _create(files: Sequence[Incoming]) -> dict[str, FileReport]:
    """The rows of digests that are new, all at once."""
    new = [_new_digest(file) for file in files]
    for read in new:
        set_derived(read)
    # An old name that a new file takes no longer leads to the digest that had it.
    DigestAlias.objects.filter(slug__in=[file.slug for file in files]).delete()
    digests = Digest.objects.bulk_create(read.digest for read in new)
    Topic.objects.bulk_create(topic for read in new for topic, _ in read.topics)
    tag_new_digests({read.digest: file.tags for read, file in zip(new, files, strict=True)})
    bases = []
    for digest, file in zip(digests, files, strict=True):
        bases.append(ImportedDigest(digest=digest))
        fill_base(bases[-1], file)
    ImportedDigest.objects.bulk_create(bases)
    ImportedTopic.objects.bulk_create(
        ImportedTopic(
            imported_digest=base, topic=topic, position=topic.position, **topic_values(topic)
        )
        for base, read in zip(bases, new, strict=True)
        for topic, _ in read.topics
    )
    derive_rows(new)
    return {file.slug: _created(file, read) for file, read in zip(files, new, strict=True)}


def _created(file: Incoming, read: ReadDigest) -> FileReport:
    changes = tuple(
        TopicChange(topic.title, TopicOutcome.CREATED, topic.pk) for topic, _ in read.topics
    )
    return FileReport(
        file.source.shown,
        Status.CREATED,
        file.slug,
        TopicCounts.of(changes),
        file.warnings,
        changes=changes,
        digest_outcome=TopicOutcome.CREATED,
    )


def _new_digest(file: Incoming) -> ReadDigest:
    parsed = file.parsed
    digest = Digest(
        slug=file.slug,
        title=parsed.title,
        published_at=file.published_at,
        front_matter=parsed.front_matter,
        preamble=parsed.preamble,
    )
    topics = [new_topic(digest, position, topic) for position, topic in enumerate(parsed.topics)]
    preamble, *bodies = file.bodies
    return ReadDigest(digest, preamble, list(zip(topics, bodies, strict=True)))
