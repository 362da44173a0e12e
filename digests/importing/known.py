"""Stage 1: leaves out the files whose bytes are those of their digest's last import.

Stage 3 asks once more, because another process may have imported them in the meantime.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from digests.changes.merged_fields import topic_values
from digests.grouping import grouped
from digests.importing.opening import Claims, OpenedFile, claim
from digests.importing.reading import Incoming
from digests.importing.report import FileReport, Status, TopicCounts
from digests.importing.sources import Source
from digests.models import Conflict, ImportedDigest, ImportedTopic
from digests.vocabulary import TopicStatus


def skip_known(
    files: Sequence[OpenedFile | FileReport], claims: Claims
) -> list[OpenedFile | FileReport]:
    """Report the files that are unchanged. Four queries."""
    opened = [file for file in files if isinstance(file, OpenedFile)]
    hashes = {file.source.slug: file.sha256 for file in opened if file.source.slug}
    known = _unchanged(hashes)

    def checked(file: OpenedFile) -> OpenedFile | FileReport:
        slug = file.source.slug
        if slug not in known or file.sha256 != hashes[slug]:
            return file
        return claim(claims, slug, file.source) or _report(file.source, slug, *known[slug])

    return [checked(file) if isinstance(file, OpenedFile) else file for file in files]


def report_known(files: Sequence[Incoming]) -> dict[str, FileReport]:
    """The reports by slug of files whose bytes are those of the last import. Four queries if there
    are any."""
    known = _unchanged({file.slug: file.sha256 for file in files}) if files else {}
    return {file.slug: _report(file.source, file.slug, *known[file.slug]) for file in files}


def _report(source: Source, slug: str, counts: TopicCounts, conflicts: int) -> FileReport:
    return FileReport(source.shown, Status.UNCHANGED, slug, counts, digest_conflicts=conflicts)


def _unchanged(hashes: Mapping[str, str]) -> dict[str, tuple[TopicCounts, int]]:
    """The digests whose last import read a file of this hash, by slug: counts of their topics, and
    the number of open conflicts in the digest's own fields."""
    rows = ImportedDigest.objects.select_related("digest").filter(digest__slug__in=list(hashes))
    imported = [row for row in rows if row.sha256 == hashes[row.digest.slug]]
    digests = [row.digest_id for row in imported]
    open_conflicts = Conflict.objects.filter(settled_at=None)
    clashing = set(open_conflicts.filter(topic__digest__in=digests).values_list("topic", flat=True))
    of_digests = list(open_conflicts.filter(digest__in=digests).values_list("digest", flat=True))
    bases = ImportedTopic.objects.filter(imported_digest__in=imported).select_related("topic")
    counted = ((base.imported_digest_id, _counted_as(base, clashing)) for base in bases.iterator())
    names = grouped((digest, name) for digest, name in counted if name)
    return {
        row.digest.slug: (TopicCounts(**Counter(names[row.pk])), of_digests.count(row.digest_id))
        for row in imported
    }


def _counted_as(base: ImportedTopic, clashing: Collection[int | None]) -> str:
    """Name the count of `TopicCounts` to which a topic adds; empty for one that neither the file
    has nor a page shows."""
    topic = base.topic
    if topic is None or topic.status == TopicStatus.DELETED:
        return "kept" if base.position is not None else ""
    if not topic.is_live:
        return ""
    if topic.pk in clashing:
        return "conflicts"
    same = base.position is not None and topic_values(topic) == topic_values(base)
    return "unchanged" if same else "kept"
