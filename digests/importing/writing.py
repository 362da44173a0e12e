"""One digest file → its rows, by a three-way merge with what the last import wrote."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.deriving import Derived, derive
from digests.importing.reading import Incoming
from digests.importing.report import FileReport, Status, TopicCounts
from digests.merging import Merged, Outcome, match, merge, merge_names
from digests.models import Digest, ImportedDigest, ImportedTopic, Topic
from digests.parsing import (
    Heading,
    ParsedDigest,
    ParsedTopic,
    ParseWarning,
    with_fields,
    with_heading,
)
from digests.tagging import set_digest_tags, tag_names

TOPIC_FIELDS = ("number", "title", "body")
DIGEST_FIELDS = ("title", "published_at", "preamble")
_TOPICS = "topics"


def write(incoming: Incoming) -> FileReport:
    """Bring the file in. Call it in a `write_transaction`."""
    imported = _imported(incoming.slug)
    return _create(incoming) if imported is None else _Update(imported, incoming).run()


def report_if_known(path: str, slug: str, sha256: str) -> FileReport | None:
    """The report of importing a file again that was the last one imported, without reading it."""
    imported = _imported(slug)
    if imported is None or imported.sha256 != sha256:
        return None
    counts = TopicCounts()
    for base in imported.topics.select_related("topic"):
        if base.topic is None:
            counts.kept += base.position is not None  # else it is gone from both sides
        elif base.position is None or _values(base.topic) != _values(base):
            counts.kept += 1
        else:
            counts.unchanged += 1
    return FileReport(path, Status.UNCHANGED, slug, counts)


def _imported(slug: str) -> ImportedDigest | None:
    return ImportedDigest.objects.select_related("digest").filter(digest__slug=slug).first()


def _create(incoming: Incoming) -> FileReport:
    parsed = incoming.parsed
    digest = Digest.objects.create(
        slug=incoming.slug,
        title=parsed.title,
        published_at=incoming.published_at,
        front_matter=parsed.front_matter,
        preamble=parsed.preamble,
    )
    set_digest_tags(digest, incoming.tags)
    topics = Topic.objects.bulk_create(
        _new_topic(digest, position, topic) for position, topic in enumerate(parsed.topics)
    )
    imported = ImportedDigest(digest=digest)
    _store_base(imported, incoming, clashes=set())
    ImportedTopic.objects.bulk_create(
        ImportedTopic(imported_digest=imported, topic=topic, position=position, **_values(topic))
        for position, topic in enumerate(topics)
    )
    derived = derive(digest, topics)
    return FileReport(
        incoming.source.shown,
        Status.CREATED,
        digest.slug,
        TopicCounts(created=len(topics)),
        (*incoming.warnings, *_in_file(derived, parsed, topics)),
    )


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

    def run(self) -> FileReport:
        self._merge_digest()
        self._merge_topics()
        if self.changed:
            derived = derive(self.digest)
            self.warnings += _in_file(derived, self.incoming.parsed, self.placed)
        _store_base(self.imported, self.incoming, self.clashes)
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
        self.warnings.append(ParseWarning(1, "topic-gone", message))

    def _warn_of_deleted(self, parsed: ParsedTopic) -> None:
        message = format_lazy(
            _("topic “{title}” has another text now, but an editor deleted it; it stays deleted"),
            title=parsed.title,
        )
        self.warnings.append(ParseWarning(parsed.line, "topic-deleted", message))

    def _warn_of_clash(self, line: int, title: str) -> None:
        message = format_lazy(
            _("“{title}”: the file and an editor changed the same text; the editor's was kept"),
            title=title,
        )
        self.warnings.append(ParseWarning(line, "conflict", message))


def _in_file(
    derived: Derived, parsed: ParsedDigest, topics: Sequence[Topic | None]
) -> Iterator[ParseWarning]:
    """The warnings about texts that stand as the file has them, with their lines there."""
    for warning in derived.warnings.get(None, ()):
        yield replace(warning, line=warning.line + parsed.preamble_line - 1)
    for topic, section in zip(topics, parsed.topics, strict=True):
        if topic is not None and topic.body == section.body:
            for warning in derived.warnings.get(topic.pk, ()):
                yield replace(warning, line=warning.line + section.body_line - 1)


def _store_base(imported: ImportedDigest, incoming: Incoming, clashes: Collection[str]) -> None:
    """Remember the file for the next merge. What clashes keeps its old base, so that it is seen
    again until an editor or the file gives way, and so the file does not count as known."""
    imported.path = incoming.source.shown
    imported.encoding = incoming.encoding
    imported.sha256 = "" if clashes else incoming.sha256
    imported.tags = list(incoming.tags)
    _assign(imported, {k: v for k, v in _digest_values(incoming).items() if k not in clashes})
    imported.save()


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
