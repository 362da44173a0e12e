"""Import reports prepared for their templates: of finished runs and of previews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext_lazy as _

from digests.importing import STANDARD_INPUT, Status, TopicOutcome
from digests.models import Digest, ImportRun, Topic
from digests.parsing import Message

# The report of a file, from `FileReport.as_record` or `ImportedFile.report`.
Record = dict[str, Any]

_OUTCOME_OF_COUNT = {outcome.value: outcome for outcome in TopicOutcome} | {
    "conflicts": TopicOutcome.CONFLICT
}
_OPEN_FILES = 5
# Topics that are named of a file among up to `_OPEN_FILES`, and among more.
_TOPICS_NAMED, _TOPICS_NAMED_AMONG_MANY = 200, 5


@dataclass(frozen=True)
class ShownTopic:
    title: str
    outcome: TopicOutcome
    # None if the topic does not exist, or not yet.
    row: Topic | None


@dataclass(frozen=True)
class ShownFile:
    path: Message
    status: Status
    counts: list[tuple[TopicOutcome, int]]
    topics: list[ShownTopic]
    digest: Digest | None
    # The number of topics that are not named.
    more: int
    # None if the digest itself was not changed, or is new, which ``status`` says.
    digest_outcome: TopicOutcome | None
    record: Record
    # True if the page shows the details unfolded.
    is_open: bool


def shown_files(records: Sequence[Record], *, planned: bool = False) -> list[ShownFile]:
    """Attach the digests and topics to reports, in two queries.

    With ``planned``, new topics get no row: a dry run gave them ids that were rolled back.
    """
    slugs = {record["digest"] for record in records if record["digest"]}
    rows = Digest.objects.filter(slug__in=slugs).only("slug", "title")
    digests = {digest.slug: digest for digest in rows}
    has_few = len(records) <= _OPEN_FILES
    most = _TOPICS_NAMED if has_few else _TOPICS_NAMED_AMONG_MANY
    named = [_named(record["changes"], most) for record in records]
    ids = {
        change["topic"]
        for changes in named
        for change in changes
        if not (planned and change["outcome"] == TopicOutcome.CREATED)
    }
    topics = Topic.objects.order_by().only("title", "status").in_bulk(ids - {None})
    return [
        _shown(record, changes, digests, topics, has_few=has_few)
        for record, changes in zip(records, named, strict=True)
    ]


def _shown_topic(change: Record, row: Topic | None) -> ShownTopic:
    title = change["title"] or (row.title if row else "")
    return ShownTopic(title, TopicOutcome(change["outcome"]), row)


def shown_counts(outcomes: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts of files by outcome, each with the verbose name of the field in `ImportRun`."""
    return [(str(label_for_field(name, ImportRun)), count) for name, count in outcomes.items()]


def _named(changes: Sequence[Record], most: int) -> Sequence[Record]:
    """The changes to name, in the order of the file: conflicts rather than others, and these rather
    than topics that did not change."""
    by_interest = sorted(enumerate(changes), key=lambda item: _interest(item[1]["outcome"]))
    return [change for _, change in sorted(by_interest[:most], key=itemgetter(0))]


def _interest(outcome: str) -> int:
    """Sort key: the lower, the rather an editor looks at it."""
    return {TopicOutcome.CONFLICT.value: 0, TopicOutcome.UNCHANGED.value: 2}.get(outcome, 1)


def _shown(
    record: Record,
    changes: Sequence[Record],
    digests: dict[str, Digest],
    topics: dict[int, Topic],
    *,
    has_few: bool,
) -> ShownFile:
    """A report with the rows that it names. ``changes``: those of its topics that are named."""
    shown = [_shown_topic(change, topics.get(change["topic"])) for change in changes]
    counts = [(_OUTCOME_OF_COUNT[name], n) for name, n in record["topics"].items() if n]
    own = record["digest_outcome"] or TopicOutcome.UNCHANGED
    is_quiet = own in {TopicOutcome.UNCHANGED, TopicOutcome.CREATED}
    has_conflict = own == TopicOutcome.CONFLICT or record["topics"].get("conflicts")
    return ShownFile(
        path=_("pasted text") if record["path"] == STANDARD_INPUT else record["path"],
        status=Status(record["status"]),
        counts=counts,
        topics=shown,
        more=len(record["changes"]) - len(changes),
        digest=digests.get(record["digest"] or ""),
        digest_outcome=None if is_quiet else TopicOutcome(own),
        record=record,
        is_open=bool(has_few or has_conflict or record["error"]),
    )
