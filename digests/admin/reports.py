"""Import reports prepared for their templates: of finished runs and of previews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext_lazy as _

from digests.importing import STANDARD_INPUT, Status, TopicOutcome
from digests.models import Digest, ImportRun, Topic
from digests.parsing import Message

# The report of a file, from `FileReport.as_record`. Records of older versions lack "changes".
Record = dict[str, Any]

_OUTCOME_OF_COUNT = {outcome.value: outcome for outcome in TopicOutcome} | {
    "conflicts": TopicOutcome.CONFLICT
}
_OPEN_FILES = 5


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
    digests = {digest.slug: digest for digest in Digest.objects.filter(slug__in=slugs)}
    changes = [change for record in records for change in record.get("changes", [])]
    ids = {
        change["topic"]
        for change in changes
        if not (planned and change["outcome"] == TopicOutcome.CREATED)
    }
    topics = Topic.objects.only("title", "status").in_bulk(ids - {None})
    has_few = len(records) <= _OPEN_FILES
    return [_shown(record, digests, topics, has_few=has_few) for record in records]


def shown_counts(outcomes: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts of files by outcome, each with the verbose name of the field in `ImportRun`."""
    return [(str(label_for_field(name, ImportRun)), count) for name, count in outcomes.items()]


def _shown(
    record: Record, digests: dict[str, Digest], topics: dict[int, Topic], *, has_few: bool
) -> ShownFile:
    shown = [
        ShownTopic(change["title"], TopicOutcome(change["outcome"]), topics.get(change["topic"]))
        for change in record.get("changes", [])
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
        record=record,
        is_open=bool(has_few or has_conflict or record["error"]),
    )
