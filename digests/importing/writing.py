"""Digest files → their rows, by a three-way merge with what the last import wrote."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.deriving import ReadDigest, derive_all, derive_rows, set_html
from digests.importing.reading import Incoming
from digests.importing.report import FileReport, Status, TopicCounts
from digests.merging import Merged, Outcome, match, merge, merge_names
from digests.models import Digest, ImportedDigest, ImportedTopic, Topic
from digests.parsing import (
    Heading,
    ParsedTopic,
    ParseWarning,
    with_fields,
    with_heading,
)
from digests.tagging import set_digest_tags, tag_names, tag_new_digests
from digests.vocabulary import WarningCode

TOPIC_FIELDS = ("number", "title", "body")
DIGEST_FIELDS = ("title", "published_at", "preamble")
_TOPICS = "topics"


def write(files: Sequence[Incoming]) -> list[FileReport]:
    """Bring files of different digests in. Call it in a `write_transaction`."""
    known = {row.digest.slug: row for row in _imported(file.slug for file in files)}
    reports = _create([file for file in files if file.slug not in known])
    updates = [
        _Update(known[file.slug], _dated(file, known[file.slug]))
        for file in files
        if file.slug in known
    ]
    for update in updates:
        update.merge()
    derive_all([ReadDigest.from_rows(update.digest) for update in updates if update.changed])
    reports |= {update.digest.slug: update.report() for update in updates}
    return [reports[file.slug] for file in files]


def _dated(file: Incoming, imported: ImportedDigest) -> Incoming:
    """The file with the date that was guessed for it at first, if it must be guessed again:
    whoever mends a word in an old file, or copies it, changes its modification time."""
    if file.parsed.published_at is not None:
        return file
    return replace(file, published_at=imported.published_at)


def unchanged_topics(shas: Mapping[str, str]) -> dict[str, TopicCounts]:
    """Of the digests whose last import read a file with this hash, by slug: their topics."""
    imported = [row for row in _imported(shas) if row.sha256 == shas[row.digest.slug]]
    counts = {row.pk: TopicCounts() for row in imported}
    bases = ImportedTopic.objects.filter(imported_digest__in=imported).select_related("topic")
    for base in bases.iterator():
        count = counts[base.imported_digest_id]
        if base.topic is None:
            count.kept += base.position is not None  # else it is gone from both sides
        elif base.position is None or _values(base.topic) != _values(base):
            count.kept += 1
        else:
            count.unchanged += 1
    return {row.digest.slug: counts[row.pk] for row in imported}


def _imported(slugs: Iterable[str]) -> QuerySet[ImportedDigest]:
    return ImportedDigest.objects.select_related("digest").filter(digest__slug__in=list(slugs))


def _create(files: Sequence[Incoming]) -> dict[str, FileReport]:
    """The rows of digests that are new, all at once."""
    new = [_new_digest(file) for file in files]
    for read in new:
        set_html(read)
    digests = Digest.objects.bulk_create(read.digest for read in new)
    Topic.objects.bulk_create(topic for read in new for topic, _ in read.topics)
    tag_new_digests({read.digest: file.tags for read, file in zip(new, files, strict=True)})
    bases = []
    for digest, file in zip(digests, files, strict=True):
        bases.append(ImportedDigest(digest=digest))
        _fill_base(bases[-1], file, clashes=set())
    ImportedDigest.objects.bulk_create(bases)
    ImportedTopic.objects.bulk_create(
        ImportedTopic(imported_digest=base, topic=topic, position=topic.position, **_values(topic))
        for base, read in zip(bases, new, strict=True)
        for topic, _ in read.topics
    )
    derive_rows(new)
    return {
        file.slug: FileReport(
            file.source.shown,
            Status.CREATED,
            file.slug,
            TopicCounts(created=len(file.parsed.topics)),
            file.warnings,
        )
        for file in files
    }


def _new_digest(file: Incoming) -> ReadDigest:
    parsed = file.parsed
    digest = Digest(
        slug=file.slug,
        title=parsed.title,
        published_at=file.published_at,
        front_matter=parsed.front_matter,
        preamble=parsed.preamble,
    )
    topics = [_new_topic(digest, position, topic) for position, topic in enumerate(parsed.topics)]
    preamble, *bodies = file.bodies
    return ReadDigest(digest, preamble, list(zip(topics, bodies, strict=True)))


@dataclass
class _Update:
    """A digest that is known meets a newer file of it."""

    imported: ImportedDigest
    incoming: Incoming
    counts: TopicCounts = field(default_factory=TopicCounts)
    warnings: list[ParseWarning] = field(default_factory=list)
    clashes: set[str] = field(default_factory=set)
    changed: bool = False
    placed: list[Topic | None] = field(default_factory=list)
    """The topics of the file's sections, in its order; None where an editor deleted one."""

    @property
    def digest(self) -> Digest:
        return self.imported.digest

    def merge(self) -> None:
        """Write all but what is derived."""
        self._merge_digest()
        self._merge_topics()
        _fill_base(self.imported, self.incoming, self.clashes)
        self.imported.save()

    def report(self) -> FileReport:
        return FileReport(
            self.incoming.source.shown,
            Status.UPDATED if self.changed else Status.UNCHANGED,
            self.digest.slug,
            self.counts,
            (*self.incoming.warnings, *self.warnings),
            digest_conflicts=len(self.clashes - {_TOPICS}),
        )

    def _merge_digest(self) -> None:
        theirs = _digest_values(self.incoming)
        merged = {
            name: merge(getattr(self.imported, name), getattr(self.digest, name), theirs[name])
            for name in DIGEST_FIELDS
        }
        for name, result in merged.items():
            if result.outcome is Outcome.CLASH:
                self.clashes.add(name)
                self._warn_of_clash(1, self.digest.title)
        tags = merge_names(self.imported.tags, tag_names(self.digest), self.incoming.tags)
        values = {name: result.value for name, result in merged.items()}
        values["front_matter"] = self._front_matter(merged, tags)
        if _assign(self.digest, values):
            self.digest.save()
            self.changed = True
        self.changed |= set_digest_tags(self.digest, tags.value)

    def _front_matter(
        self, merged: Mapping[str, Merged[Any]], tags: Merged[tuple[str, ...]]
    ) -> str:
        """The file's front matter, with the editor's values where those stand."""
        raw = self.incoming.parsed.front_matter
        told = {**_digest_values(self.incoming), "tags": list(self.incoming.tags)}
        wanted = {name: result.value for name, result in merged.items()}
        return with_fields(raw, told, {**wanted, "tags": list(tags.value)})

    def _merge_topics(self) -> None:
        bases = list(self.imported.topics.select_related("topic"))
        ours = [base.topic for base in bases]
        matching = match(self.incoming.parsed.topics, bases, ours)
        new_bases: list[ImportedTopic] = []
        for parsed, index in zip(self.incoming.parsed.topics, matching.base_of, strict=True):
            if index is None:
                topic: Topic | None = _new_topic(self.digest, 0, parsed)
                self.counts.created += 1
                base = ImportedTopic(**_values(parsed))
            else:
                topic = bases[index].topic
                base = self._merge_topic(bases[index], parsed)
            self.placed.append(topic)
            base.topic = topic
            new_bases.append(base)
        gone = [bases[index] for index in matching.gone]
        for base in gone:
            if base.topic is not None:
                self._report_gone(base)
        self._place([topic for topic in self.placed if topic is not None])
        self._store_topic_bases(new_bases, gone)

    def _merge_topic(self, base: ImportedTopic, parsed: ParsedTopic) -> ImportedTopic:
        """Write the merged topic; returns what the next import has to compare with."""
        theirs = _values(parsed)
        if base.topic is None:  # an editor deleted it
            self.counts.kept += 1
            if theirs["body"] != base.body:
                self._warn_of_deleted(parsed)
            return ImportedTopic(**theirs)
        topic = base.topic
        merged = {
            name: merge(getattr(base, name), getattr(topic, name), theirs[name])
            for name in TOPIC_FIELDS
        }
        clashes = {name for name, result in merged.items() if result.outcome is Outcome.CLASH}
        values = {name: result.value for name, result in merged.items()}
        # An editor's title keeps the Markdown that it was written in.
        is_ours = merged["title"].outcome in {Outcome.KEPT, Outcome.CLASH}
        spelling = topic.heading if is_ours else parsed.heading
        heading = Heading(values["number"], values["title"])
        if _assign(topic, {**values, "heading": with_heading(spelling, heading)}):
            topic.save()
            self.changed = True
            self.counts.updated += not clashes
        elif not clashes:
            edited = any(result.outcome is Outcome.KEPT for result in merged.values())
            self.counts.kept += edited
            self.counts.unchanged += not edited
        if clashes:
            self.clashes.add(_TOPICS)
            self.counts.conflicts += 1
            self._warn_of_clash(parsed.line, topic.title)
        return ImportedTopic(
            **{name: getattr(base, name) if name in clashes else theirs[name] for name in theirs}
        )

    def _place(self, placed: Sequence[Topic]) -> None:
        """Put the topics in the order of the file, and those that it lacks after them."""
        known = {topic.pk for topic in placed}
        rest = self.digest.topics.exclude(pk__in=known - {None}).order_by("position")
        order = [*placed, *rest]
        moved = [
            topic for position, topic in enumerate(order) if topic.pk and topic.position != position
        ]
        # In two steps, as no two topics of a digest may ever share a position.
        for position, topic in enumerate(order):
            topic.position = -1 - position
        Topic.objects.bulk_update(moved, ["position"])
        for position, topic in enumerate(order):
            topic.position = position
        Topic.objects.bulk_update(moved, ["position"])
        new = Topic.objects.bulk_create(topic for topic in order if topic.pk is None)
        self.changed |= bool(moved or new)

    def _store_topic_bases(
        self, in_file: Sequence[ImportedTopic], gone: Sequence[ImportedTopic]
    ) -> None:
        self.imported.topics.all().delete()
        for position, base in enumerate(in_file):
            base.position = position
        for base in gone:
            base.pk, base.position = None, None
        for base in (all_bases := [*in_file, *gone]):
            base.imported_digest = self.imported
        ImportedTopic.objects.bulk_create(all_bases)

    def _report_gone(self, base: ImportedTopic) -> None:
        self.counts.kept += 1
        message = format_lazy(
            _("topic “{title}” is no longer in the file; it was kept"), title=base.title
        )
        self.warnings.append(ParseWarning(1, WarningCode.TOPIC_GONE, message))

    def _warn_of_deleted(self, parsed: ParsedTopic) -> None:
        message = format_lazy(
            _("topic “{title}” has another text now, but an editor deleted it; it stays deleted"),
            title=parsed.title,
        )
        self.warnings.append(ParseWarning(parsed.line, WarningCode.TOPIC_DELETED, message))

    def _warn_of_clash(self, line: int, title: str) -> None:
        message = format_lazy(
            _("“{title}”: the file and an editor changed the same text; the editor's was kept"),
            title=title,
        )
        self.warnings.append(ParseWarning(line, WarningCode.CONFLICT, message))


def _fill_base(imported: ImportedDigest, incoming: Incoming, clashes: Collection[str]) -> None:
    """Remember the file for the next merge. What clashes keeps its old base, so that it is seen
    again until an editor or the file gives way, and so the file does not count as known."""
    imported.path = incoming.source.shown
    imported.encoding = incoming.encoding
    imported.sha256 = "" if clashes else incoming.sha256
    imported.tags = list(incoming.tags)
    _assign(imported, {k: v for k, v in _digest_values(incoming).items() if k not in clashes})


def _new_topic(digest: Digest, position: int, parsed: ParsedTopic) -> Topic:
    return Topic(digest=digest, position=position, heading=parsed.heading, **_values(parsed))


def _values(topic: Topic | ImportedTopic | ParsedTopic) -> dict[str, Any]:
    """What is merged of a topic."""
    return {name: getattr(topic, name) for name in TOPIC_FIELDS}


def _digest_values(incoming: Incoming) -> dict[str, Any]:
    """What is merged of a digest, but for its tags, which merge as a set."""
    return {
        "title": incoming.parsed.title,
        "published_at": incoming.published_at,
        "preamble": incoming.parsed.preamble,
    }


def _assign(row: Model, values: Mapping[str, Any]) -> bool:
    """Set the fields of a row; whether that changed it."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
