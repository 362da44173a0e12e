"""Update of a known digest from a newer file: a three-way merge, topic by topic."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests import parsing
from digests.changes.conflicts import from_text, settle
from digests.changes.history import Author
from digests.changes.merged_fields import digest_values, topic_values
from digests.changes.ordering import place_topics
from digests.changes.tagging import set_digest_tags, tag_names
from digests.importing.reading import Incoming
from digests.importing.report import FileReport, Status, TopicChange, TopicCounts, TopicOutcome
from digests.importing.rereading import reread_titles, reread_values
from digests.importing.row_merge import MergedRow, assign, merge_row
from digests.merging import Matching, Merged, Outcome, match, merge_names, merge_order
from digests.models import Conflict, Digest, ImportedDigest, ImportedTopic, Topic
from digests.parsing import Message, ParsedTopic, ParseWarning
from digests.parsing.headings import Heading, heading_content, is_same_level, with_heading
from digests.vocabulary import ConflictField, ErrorCode, Settlement, TopicStatus, WarningCode

# The least number of topics that a file has to lack before an import asks whether that is meant.
_FEWEST_LACKING = 3


@dataclass
class DigestUpdate:
    """The update of one digest from one file.

    `match_topics` comes first and writes nothing; `merge` writes everything that is not derived.
    """

    imported: ImportedDigest
    incoming: Incoming
    # The open ones of the digest and of its topics.
    conflicts: Sequence[Conflict]
    author: Author
    # The slug that the digest had before its file was renamed.
    renamed_from: str = ""
    changed: bool = False
    digest_outcome: TopicOutcome = TopicOutcome.UNCHANGED
    digest_conflicts: int = 0
    warnings: list[ParseWarning] = field(default_factory=list)
    # Ids of topics whose titles are read otherwise than at the last import.
    reread: set[int] = field(default_factory=set)
    # The topics of the last import, and which of them the sections of the file are.
    bases: list[ImportedTopic] = field(default_factory=list)
    matching: Matching = field(default_factory=lambda: Matching((), ()))
    opened: list[Conflict] = field(default_factory=list)
    outcomes: list[tuple[ParsedTopic | ImportedTopic, Topic | None, TopicOutcome]] = field(
        default_factory=list
    )

    @property
    def digest(self) -> Digest:
        return self.imported.digest

    def match_topics(self) -> None:
        self.bases = list(self.imported.topics.select_related("topic"))
        self.reread = reread_titles(self.bases, self.incoming)
        ours = [_if_not_deleted(base.topic) for base in self.bases]
        self.matching = match(self.incoming.parsed.topics, self.bases, ours)

    def refusal(self) -> FileReport | None:
        """Report a failure if the merge would archive more than half of the digest's live topics,
        and at least three: most likely the file is not whole. A file that was only renamed is."""
        live = sum(base.topic is not None and base.topic.is_live for base in self.bases)
        gone = sum(_is_to_archive(self.bases[index]) for index in self.matching.gone)
        if self.renamed_from or gone < _FEWEST_LACKING or 2 * gone <= live:
            return None
        message = format_lazy(_SHRINKS, gone=gone, live=live)
        return FileReport.failed(self.incoming.source.shown, 1, message, ErrorCode.SHRINKS)

    def merge(self) -> None:
        self._merge_digest()
        self._merge_topics()
        Conflict.objects.bulk_create(self.opened)
        fill_base(self.imported, self.incoming)
        self.imported.save()

    def report(self) -> FileReport:
        changes = tuple(
            TopicChange(section.title, outcome, topic.pk if topic else None)
            for section, topic, outcome in self.outcomes
        )
        return FileReport(
            self.incoming.source.shown,
            Status.UPDATED if self.changed else Status.UNCHANGED,
            self.digest.slug,
            TopicCounts.of(changes),
            (*self.incoming.warnings, *self.warnings),
            changes=changes,
            digest_outcome=self.digest_outcome,
            digest_conflicts=self.digest_conflicts,
        )

    def _merge_digest(self) -> None:
        last, theirs = digest_values(self.imported), file_values(self.incoming)
        last = reread_values(last, theirs, self.imported, self.incoming)
        merged = merge_row(self.digest, last, theirs, self._conflicts_of(None), self.author)
        ours = tag_names(self.digest)
        tags = merge_names(self.imported.tags, ours, self.incoming.tags)
        front_matter = self._front_matter(merged, tags)
        skipped = {"front_matter": front_matter, "ending": self.incoming.parsed.ending}
        changed = assign(self.digest, {**merged.values, **skipped})
        if changed:
            self.digest.save()
        changed |= set_digest_tags(self.digest, tags.value)
        if self.renamed_from:
            changed = True
            self._warn(1, WarningCode.FILE_RENAMED, _RENAMED, slug=self.renamed_from)
        self.changed |= changed
        self.opened += merged.opened
        self.digest_conflicts = len(merged.clashes)
        self._warn_of_clashes(1, self.digest.title, merged)
        kept = merged.is_kept or tags.outcome is Outcome.KEPT
        self.digest_outcome = _outcome(merged, changed=changed, kept=kept)

    def _front_matter(self, merged: MergedRow, tags: Merged[tuple[str, ...]]) -> str:
        """The file's front matter, with the editor's values where those stand."""
        raw = self.incoming.parsed.front_matter
        told = {**file_values(self.incoming), "tags": list(self.incoming.tags)}
        return parsing.with_fields(raw, told, {**merged.values, "tags": list(tags.value)})

    def _merge_topics(self) -> None:
        bases, matching = self.bases, self.matching
        before = [base.topic_id for base in bases if base.position is not None and base.topic_id]
        new_bases: list[ImportedTopic] = []
        placed: list[Topic] = []
        for parsed, index in zip(self.incoming.parsed.topics, matching.base_of, strict=True):
            topic, outcome = self._merge_topic(None if index is None else bases[index], parsed)
            self.outcomes.append((parsed, topic, outcome))
            if topic is not None and outcome is not TopicOutcome.DELETED:
                placed.append(topic)
            new_bases.append(
                ImportedTopic(
                    imported_digest=self.imported,
                    topic=topic,
                    position=len(new_bases),
                    **topic_values(parsed),
                )
            )
        gone = [bases[index] for index in matching.gone]
        for base in gone:
            self._part_with(base)
            base.pk, base.position = None, None
        self._place(before, placed)
        self.imported.topics.all().delete()
        ImportedTopic.objects.bulk_create([*new_bases, *gone])

    def _merge_topic(
        self, base: ImportedTopic | None, parsed: ParsedTopic
    ) -> tuple[Topic | None, TopicOutcome]:
        """Merge a section of the file into its topic, which is None if its row is gone."""
        if base is None:
            return new_topic(self.digest, 0, parsed), TopicOutcome.CREATED
        topic = base.topic
        is_news = topic_values(parsed) != topic_values(base)  # asked before the topic changes
        outcome = TopicOutcome.DELETED if topic is None else self._update_topic(topic, base, parsed)
        if outcome is TopicOutcome.DELETED and is_news:
            self._warn(parsed.line, WarningCode.TOPIC_DELETED, _DELETED, title=parsed.title)
        return topic, outcome

    def _update_topic(self, topic: Topic, base: ImportedTopic, parsed: ParsedTopic) -> TopicOutcome:
        """Merge a section of the file into its topic, also into a deleted one, so that an editor
        who restores it misses no correction."""
        conflicts = self._conflicts_of(topic.pk)
        merged = merge_row(topic, topic_values(base), topic_values(parsed), conflicts, self.author)
        # An editor's title keeps the Markdown that it was written in.
        is_ours = merged.outcomes["title"] in {Outcome.KEPT, Outcome.CLASH}
        title = heading_content(topic.heading) if is_ours else merged.values["title"]
        heading = with_heading(parsed.heading, Heading(merged.values["number"], title))
        values = {**merged.values, "heading": heading}
        is_back = topic.status == TopicStatus.ARCHIVED
        if is_back:
            values |= {"status": TopicStatus.LIVE, "archived_at": None}
        changed = assign(topic, values) or topic.pk in self.reread
        if changed:
            topic.save()
            self.changed = True
        self.opened += merged.opened
        if topic.status == TopicStatus.DELETED:
            return TopicOutcome.DELETED
        self._warn_of_clashes(parsed.line, topic.title, merged)
        return _outcome(merged, changed=changed, kept=merged.is_kept)

    def _part_with(self, base: ImportedTopic) -> None:
        """Archive the topic of a section that the file no longer has, unless it was edited."""
        topic = _if_not_deleted(base.topic)
        if topic is None or not topic.is_live:
            return
        if _is_to_archive(base):
            topic.status, topic.archived_at = TopicStatus.ARCHIVED, timezone.now()
            topic.save(update_fields=["status", "archived_at", "updated_at"])
            self.changed = True
            self._warn(1, WarningCode.TOPIC_ARCHIVED, _ARCHIVED, title=topic.title)
            self.outcomes.append((base, topic, TopicOutcome.ARCHIVED))
            return
        for name, conflict in self._conflicts_of(topic.pk).items():
            # The file gave way. If it says the same again one day, that is news.
            setattr(base, name, from_text(name, conflict.base))
            settle(conflict, Settlement.ITSELF, self.author.user)
        self._spell_as_in_file(topic)
        self._warn(1, WarningCode.TOPIC_GONE, _GONE, title=topic.title)
        self.outcomes.append((base, topic, TopicOutcome.GONE))

    def _spell_as_in_file(self, topic: Topic) -> None:
        """Give a topic a heading of the file's level: one of another level would open no topic."""
        others = self.incoming.parsed.topics
        if others and not is_same_level(topic.heading, others[0].heading):
            heading = Heading(topic.number, heading_content(topic.heading))
            if assign(topic, {"heading": with_heading(others[0].heading, heading)}):
                topic.save(update_fields=["heading", "updated_at"])
                self.changed = True

    def _place(self, before: Sequence[int], placed: Sequence[Topic]) -> None:
        """Merge the order of the file with that of the editors."""
        live = {topic.pk: topic for topic in self.digest.topics.live().order_by("position")}
        # What is new has no id yet.
        theirs = {topic.pk or -1 - index: topic for index, topic in enumerate(placed)}
        # What is in the file again has its place there, wherever it was kept in the meantime.
        ours = [pk for pk in live if pk in before or pk not in theirs]
        order = merge_order(before, ours, list(theirs), keep=ours)
        topics = live | theirs
        self.changed |= place_topics(self.digest, [topics[pk] for pk in order])

    def _conflicts_of(self, topic: int | None) -> dict[str, Conflict]:
        """The open conflicts by field, of a topic by its id, or of the digest itself."""
        return {each.field: each for each in self.conflicts if each.topic_id == topic}

    def _warn_of_clashes(self, line: int, title: str, merged: MergedRow) -> None:
        for name in merged.clashes:
            field = ConflictField(name).label
            self._warn(line, WarningCode.CONFLICT, _CONFLICT, title=title, field=field)

    def _warn(self, line: int, code: WarningCode, message: Message, **values: object) -> None:
        self.warnings.append(ParseWarning(line, code, format_lazy(message, **values)))


_RENAMED = _("the file was renamed; the digest's old address, {slug}, leads to the new one")
_CONFLICT = _("“{title}”, {field}: file and editor changed the same place; the editor's stays")
_DELETED = _("topic “{title}” has another text now, but an editor deleted it; it stays deleted")
_ARCHIVED = _("topic “{title}” is no longer in the file; it was archived")
_GONE = _("topic “{title}” is no longer in the file; it was kept, as an editor wanted it")
_SHRINKS = _(
    "{gone} of the {live} topics are no longer in the file, so nothing of it was imported; if they "
    "are to be archived, allow it by --allow-shrink"
)


def fill_base(imported: ImportedDigest, incoming: Incoming) -> None:
    """Remember the file for the next merge."""
    imported.path = incoming.source.place or incoming.source.shown
    imported.encoding = incoming.encoding
    imported.sha256 = incoming.sha256
    imported.tags = list(incoming.tags)
    assign(imported, file_values(incoming))


def new_topic(digest: Digest, position: int, parsed: ParsedTopic) -> Topic:
    return Topic(digest=digest, position=position, heading=parsed.heading, **topic_values(parsed))


def file_values(incoming: Incoming) -> dict[str, Any]:
    """The merged fields of a digest as its file says them, in the order of `DIGEST_FIELDS`."""
    return {
        "title": incoming.parsed.title,
        "published_at": incoming.published_at,
        "preamble": incoming.parsed.preamble,
    }


def _if_not_deleted(topic: Topic | None) -> Topic | None:
    """The topic, or None if it is deleted or its row is gone."""
    return None if topic is None or topic.status == TopicStatus.DELETED else topic


def _is_to_archive(base: ImportedTopic) -> bool:
    """True if a topic is archived once the file has its section no longer: it is live, stood in the
    last file, and nobody edited it."""
    topic = base.topic
    if topic is None or not topic.is_live:
        return False
    return base.position is not None and topic.edited_at is None


def _outcome(merged: MergedRow, *, changed: bool, kept: bool) -> TopicOutcome:
    if merged.clashes:
        return TopicOutcome.CONFLICT
    if changed:
        return TopicOutcome.UPDATED
    return TopicOutcome.KEPT if kept else TopicOutcome.UNCHANGED
