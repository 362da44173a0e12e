"""Votes on the title, kind and address of references, changed by what a write changes.

A `Tally` counts some citations. The difference between the tallies of a text before and after a
write is all that the stored votes change by, however many other texts cite the same references.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

from django.db.models import F, Min, OuterRef, Subquery

from digests import identity
from digests.deriving.references import DerivedNames, derived_names
from digests.grouping import batched, grouped, grouped_by
from digests.models import Citation, Reference, Vote
from digests.models.bulk import insert_rows, select_rows, set_columns, store_columns
from digests.vocabulary import ReferenceKind, TopicStatus, VotedField

# A place in the order of citing: the id of a topic, or 0 for a preamble, and the position there.
Place: TypeAlias = tuple[int, int]

_BATCH = 500
_COUNTED = ("count", "first_topic", "first_position")
_NAMES = ("cited_title", "kind", "url")
_VOTED = ("voted_title", "voted_kind", "voted_url")
_NOWHERE: Place = (0, 0)
# The columns of a citation that vote.
_COLUMNS = {VotedField.TITLE: "title", VotedField.KIND: "kind", VotedField.URL: "url"}
_CITATION = ("reference", "topic", "position", *_COLUMNS.values())


class Choice(NamedTuple):
    """A value that citations give a field of a reference."""

    reference: int
    field: VotedField
    value: str


@dataclass
class Tally:
    """Votes and topics of some citations.

    ``votes``: by choice the number of citations, and the place of the first one. ``topics``: by
    reference the topics that cite it, 0 for any preamble.
    """

    votes: dict[Choice, tuple[int, Place]] = field(default_factory=dict)
    topics: dict[int, set[int]] = field(default_factory=dict)

    def add_texts(self, owner: str, ids: Collection[int]) -> None:
        """Count the citations of live topics (the ``owner`` is ``topic``) or of preambles
        (``digest``). One query."""
        self.add(select_rows(Citation, _CITATION, owner, ids))

    def add(self, citations: Iterable[tuple[Any, ...]]) -> None:
        """Count citations, of which these are the columns `_CITATION`."""
        for reference, topic, position, title, kind, url in citations:
            place = (topic or 0, position)
            self.topics.setdefault(reference, set()).add(place[0])
            if identity.is_title(title):
                self._vote(Choice(reference, VotedField.TITLE, title), place)
            if kind != ReferenceKind.OTHER:
                self._vote(Choice(reference, VotedField.KIND, kind), place)
            if url:
                self._vote(Choice(reference, VotedField.URL, url), place)

    def _vote(self, choice: Choice, place: Place) -> None:
        count, first = self.votes.get(choice, (0, place))
        self.votes[choice] = count + 1, min(first, place)

    def topic_count(self, reference: int) -> int:
        return len(self.topics.get(reference, set()) - {0})


def change_votes(before: Tally, after: Tally) -> set[int]:
    """Change the stored votes, and what references have by them, by the difference of two tallies
    of the same texts.

    Returns the references whose names, kinds or addresses changed, or that no topic cites before or
    after. Some ten queries for each `_BATCH` of references, none if the tallies are equal.
    """
    choices = before.votes.keys() | after.votes.keys()
    changed = [one for one in choices if before.votes.get(one) != after.votes.get(one)]
    astray = {pk for some in batched(changed, _BATCH) for pk in _change_some(some, before, after)}
    references = before.topics.keys() | after.topics.keys()
    moved = {pk for pk in references if before.topics.get(pk) != after.topics.get(pk)}
    moved |= {choice.reference for choice in changed}
    counts = {pk: after.topic_count(pk) - before.topic_count(pk) for pk in moved}
    touched: set[int] = set()
    for batch in batched(sorted(moved - astray), _BATCH):
        touched |= _store_winners(batch, counts)[1]
    for batch in batched(sorted(astray), _BATCH):
        recount_votes(batch)
    return touched | astray


def recount_votes(references: Sequence[int]) -> int:
    """Count the votes of at most `_BATCH` references anew. Returns the number of votes and of
    references that were wrong."""
    tally = Tally()
    of_references = Citation.objects.shown().filter(reference__in=references)
    tally.add(of_references.values_list(*_CITATION))
    wanted = {row.id: row for row in (_row(choice, *of) for choice, of in tally.votes.items())}
    votes = select_rows(Vote, _VoteRow._fields, "reference", references)
    stored = {row[0]: _VoteRow(*row) for row in votes}
    wrong = [pk for pk in wanted.keys() | stored.keys() if wanted.get(pk) != stored.get(pk)]
    Vote.objects.filter(pk__in=[pk for pk in wrong if pk in stored]).delete()
    insert_rows(Vote, _VoteRow._fields, [wanted[pk] for pk in wrong if pk in wanted])
    counts = Reference.objects.filter(pk__in=references).values_list("pk", "topic_count")
    more = {pk: tally.topic_count(pk) - count for pk, count in counts}
    return len(wrong) + _store_winners(references, more)[0]


def vote_id(choice: Choice) -> int:
    """The primary key of a choice: 63 bits of a hash, which no two choices of a site will share."""
    reference, voted, value = choice
    text = f"{reference} {voted.value} {value}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest()) >> 1


class _VoteRow(NamedTuple):
    id: int
    reference_id: int
    field: str
    value: str
    count: int  # type: ignore[assignment]  # a column; nobody counts the values of a row
    first_topic: int
    first_position: int


def _row(choice: Choice, count: int, first: Place) -> _VoteRow:
    reference, voted, value = choice
    return _VoteRow(vote_id(choice), reference, voted.value, value, count, *first)


def _change_some(choices: Collection[Choice], before: Tally, after: Tally) -> set[int]:
    """Change the votes of choices. Returns the references of which votes are missing, so that they
    must be counted anew."""
    by_id = {vote_id(choice): choice for choice in choices}
    rows_of = select_rows(Vote, ("pk", *_COUNTED), "pk", by_id)
    stored = {pk: (count, (topic, position)) for pk, count, topic, position in rows_of}
    rows: list[_VoteRow] = []
    lost: list[_VoteRow] = []
    gone: list[int] = []
    astray: set[int] = set()
    for pk, choice in by_id.items():
        count_before, first_before = before.votes.get(choice, (0, None))
        count_after, first_after = after.votes.get(choice, (0, None))
        count, first = stored.get(pk, (0, first_after or _NOWHERE))
        if count < count_before:
            astray.add(choice.reference)
            continue
        count += count_after - count_before
        new_first = _first(first, first_before, first_after)
        if count == 0:
            gone.append(pk)
        else:
            (rows if new_first else lost).append(_row(choice, count, new_first or _NOWHERE))
    if gone:
        Vote.objects.filter(pk__in=gone).delete()
    insert_rows(Vote, _VoteRow._fields, [*rows, *_with_first(lost)], update=_COUNTED)
    return astray


def _first(stored: Place, before: Place | None, after: Place | None) -> Place | None:
    """The first place of all citations of a choice, of which those of some texts went from
    ``before`` to ``after``; None if only the citations of other texts can tell."""
    if before != stored:
        return min(stored, after) if after else stored
    is_still_first = after and (after <= stored or after[0] == stored[0] != 0)
    return after if is_still_first else None


def _with_first(votes: Sequence[_VoteRow]) -> Iterator[_VoteRow]:
    """Votes with the places of their first citations, which are sought. A query for each field."""
    for voted, some in grouped_by(votes, lambda vote: vote.field).items():
        same = {"reference": OuterRef("reference"), _COLUMNS[VotedField(voted)]: OuterRef("value")}
        # The index of a reference's citations serves both: no order by position, and no LEFT JOIN.
        in_preambles = Citation.objects.filter(**same, topic=None).order_by().values("reference")
        in_topics = Citation.objects.filter(**same, topic__status=TopicStatus.LIVE)
        in_topics = in_topics.order_by("topic_id", "position")
        found = Vote.objects.filter(pk__in=[vote.id for vote in some]).values_list(
            "pk",
            Subquery(in_preambles.annotate(first=Min("position")).values("first")),
            Subquery(in_topics.values("topic_id")[:1]),
            Subquery(in_topics.values("position")[:1]),
        )
        places = {pk: (topic, at) if in_0 is None else (0, in_0) for pk, in_0, topic, at in found}
        for vote in some:
            topic, position = places[vote.id]
            yield vote._replace(first_topic=topic, first_position=position)


def _store_winners(
    references: Sequence[int], more_topics: Mapping[int, int]
) -> tuple[int, set[int]]:
    """Store what most votes say of references, and ``more_topics`` that cite each of them.

    A reference that nothing cites any more keeps its name. Returns the number of references that
    changed, and those that `change_votes` returns. A query, and one for each number of topics.
    """
    rows = Reference.objects.filter(pk__in=references).with_votes()
    columns = ("pk", "topic_count", "is_cited", *_NAMES, *_VOTED)
    renamed: dict[int, DerivedNames] = {}
    touched: set[int] = set()
    for pk, topics, is_cited, title, kind, url, *voted in rows.values_list(*columns):
        names = derived_names(voted[0] or "", voted[1] or ReferenceKind.OTHER, voted[2] or "")
        if is_cited and (title, kind, url) != names[:3]:
            renamed[pk] = names
        if pk in renamed or 0 in {topics, topics + more_topics[pk]}:
            touched.add(pk)
    for row in (stale := Reference.objects.in_bulk(renamed)).values():
        set_columns(row, renamed[row.pk]._asdict())
    store_columns(list(stale.values()), DerivedNames._fields)
    counts = grouped((more_topics[pk], pk) for pk in references)
    counts.pop(0, None)
    for more, some in counts.items():
        Reference.objects.filter(pk__in=some).update(topic_count=F("topic_count") + more)
    return len(renamed.keys() | {pk for some in counts.values() for pk in some}), touched
