"""What an import did or would do, as its pages show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext_lazy as _

from digests.importing import STANDARD_INPUT, Status, TopicOutcome
from digests.models import Digest, ImportRun, Topic
from digests.parsing import Message

Record = dict[str, Any]
"""As `FileReport.as_record` makes it. What older versions recorded lacks the changes."""

_OUTCOME_OF_COUNT = {outcome.value: outcome for outcome in TopicOutcome} | {
    "conflicts": TopicOutcome.CONFLICT
}
_OPEN_FILES = 5


@dataclass(frozen=True)
class ShownTopic:
    title: str
    outcome: TopicOutcome
    row: Topic | None
    """None where there is none (yet)."""


@dataclass(frozen=True)
class ShownFile:
    path: Message
    status: Status
    counts: list[tuple[TopicOutcome, int]]
    topics: list[ShownTopic]
    digest: Digest | None
    digest_outcome: TopicOutcome | None
    """None where nothing is to be told of the digest itself."""
    warnings: list[Record]
    error: Record | None
    is_open: bool
    """Whether to show it in full without being asked."""


def shown_files(records: Sequence[Record], *, planned: bool = False) -> list[ShownFile]:
    """With the rows that they are of, in two queries. Those that an import only plans to create
    have none, though a dry run gave them ids."""
    slugs = {record["digest"] for record in records if record["digest"]}
    digests = {digest.slug: digest for digest in Digest.objects.filter(slug__in=slugs)}
    ids = {
        change["topic"]
        for change in _changes(records)
        if not (planned and change["outcome"] == TopicOutcome.CREATED)
    }
    topics = Topic.objects.only("title", "status").in_bulk(ids - {None})
    has_few = len(records) <= _OPEN_FILES
    return [_shown(record, digests, topics, has_few=has_few) for record in records]


def shown_counts(outcomes: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many files ended how, each with the name that the column of `ImportRun` has."""
    return [(str(label_for_field(name, ImportRun)), count) for name, count in outcomes.items()]


def _changes(records: Iterable[Record]) -> list[Record]:
    return [change for record in records for change in record.get("changes", [])]


def _shown(
    record: Record, digests: dict[str, Digest], topics: dict[int, Topic], *, has_few: bool
) -> ShownFile:
    shown = [
        ShownTopic(change["title"], TopicOutcome(change["outcome"]), topics.get(change["topic"]))
        for change in _changes([record])
    ]
    counts = [(_OUTCOME_OF_COUNT[name], n) for name, n in record["topics"].items() if n]
    own = record.get("digest_outcome") or TopicOutcome.UNCHANGED
    is_quiet = own in {TopicOutcome.UNCHANGED, TopicOutcome.CREATED}
    has_conflict = own == TopicOutcome.CONFLICT or record["topics"]["conflicts"]
    return ShownFile(
        path=_("pasted text") if record["path"] == STANDARD_INPUT else record["path"],
        status=Status(record["status"]),
        counts=counts,
        topics=shown,
        digest=digests.get(record["digest"] or ""),
        digest_outcome=None if is_quiet else TopicOutcome(own),
        warnings=record["warnings"],
        error=record["error"],
        is_open=bool(has_few or has_conflict or record["error"]),
    )
