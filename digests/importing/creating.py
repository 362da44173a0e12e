"""The rows of digests that are new, all at once."""

from collections.abc import Sequence

from digests.changes.tagging import tag_new_digests
from digests.deriving import ReadDigest, derive_rows, set_derived
from digests.importing.reading import Incoming
from digests.importing.report import FileReport, Status, TopicChange, TopicCounts, TopicOutcome
from digests.importing.updating import file_values, fill_base, new_topic
from digests.models import Digest, DigestAlias, ImportedDigest, ImportedTopic, Topic
from digests.models.bulk import insert_rows


def create_digests(files: Sequence[Incoming], created: set[int]) -> dict[str, FileReport]:
    """Store the digests of files that were never imported, and add their ids to ``created``.
    Returns the reports by slug."""
    new = [_new_digest(file) for file in files]
    for read in new:
        set_derived(read)
    # An old name that a new file takes no longer leads to the digest that had it.
    DigestAlias.objects.filter(slug__in=[file.slug for file in files]).delete()
    digests = Digest.objects.bulk_create(read.digest for read in new)
    Topic.objects.bulk_create(topic for read in new for topic, _ in read.topics)
    tag_new_digests({read.digest: file.tags for read, file in zip(new, files, strict=True)})
    bases = [ImportedDigest(digest=digest) for digest in digests]
    for base, file in zip(bases, files, strict=True):
        fill_base(base, file)
    ImportedDigest.objects.bulk_create(bases)
    sections = (
        (base.pk, topic.pk, topic.position, topic.number, topic.title)
        for base, read in zip(bases, new, strict=True)
        for topic, _ in read.topics
    )
    columns = ("imported_digest", "topic", "position", "number", "title")
    insert_rows(ImportedTopic, columns, sections)
    derive_rows(new)
    created.update(digest.pk for digest in digests)
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
    skipped = {"front_matter": parsed.front_matter, "ending": parsed.ending}
    digest = Digest(slug=file.slug, **skipped, **file_values(file))
    topics = [new_topic(digest, position, topic) for position, topic in enumerate(parsed.topics)]
    preamble, *bodies = file.bodies
    return ReadDigest(digest, preamble, list(zip(topics, bodies, strict=True)))
