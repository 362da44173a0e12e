"""Topics on the same subject as one, and what makes them so.

The references that the topic cites, its tags and the words of its title are known. One query gives
the topics near by through any of these, with all that each shares; a second one fetches the topics
that are shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db.models import F, FilteredRelation, Q, QuerySet

from digests.models import Citation, Reader, Reference, Tag, TaggedTopic, Topic
from digests.search.results import similar

BEST = 6
BESIDE = 3
"""In the line of time, so many before and after."""
SUBJECT = 200
"""A tag that more topics have is no subject whose course could be told."""
_WHOLE = 400
_NEAREST = 30
_COMMON = 3
"""All topics are read of the rarest references while there are no more than `_WHOLE` together, and
of `_COMMON` others the `_NEAREST` in each direction and the newest; of tags the same."""

_Shared = TypeVar("_Shared", Reference, Tag)


@dataclass
class _Row:
    """A topic near by as it is read; what it shares, by id."""

    pk: int
    title: str
    position: int
    digest: int
    published_at: datetime
    references: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Candidate:
    """A topic near by with the references that both cite and the tags that both have, the rarest
    first, and the words that are in both titles."""

    row: _Row
    references: Sequence[Reference]
    tags: Sequence[Tag]
    words: Sequence[str]

    @property
    def time(self) -> tuple[datetime, int, int]:
        return self.row.published_at, self.row.digest, self.row.position

    @property
    def distance(self) -> tuple[object, ...]:
        """References weigh more than tags, tags more than words, what is rare more than what is
        common."""
        reference, tag = (next(iter(rows), None) for rows in (self.references, self.tags))
        return (
            -len(self.references),
            reference and reference.topic_count,
            tag is None,
            tag and tag.topic_count,
            -len(self.words),
        )

    @property
    def is_on_subject(self) -> bool:
        return bool(self.references) or any(tag.topic_count <= SUBJECT for tag in self.tags)


@dataclass(frozen=True)
class RelatedTopic:
    topic: Topic
    references: Sequence[Reference]
    tags: Sequence[Tag]
    words: Sequence[str]


@dataclass(frozen=True)
class Related:
    best: Sequence[RelatedTopic] = ()
    earlier: Sequence[Topic] = ()
    later: Sequence[Topic] = ()


def related_to(
    user: Reader, topic: Topic, references: Iterable[Reference], tags: Iterable[Tag]
) -> Related:
    """Two queries, or none where the topic has nothing that another could share."""
    cited = {row.pk: row for row in references if row.topic_count > 1}
    tagged = {row.pk: row for row in tags if row.topic_count > 1}
    words = similar.telling_words(topic.title)
    near = [
        _Candidate(
            row,
            _rarest_first(cited[pk] for pk in row.references),
            _rarest_first(tagged[pk] for pk in row.tags),
            similar.common_words(words, row.title),
        )
        for row in _near(user, topic, list(cited.values()), list(tagged.values()), words)
    ]
    near = [found for found in near if found.references or found.tags or found.words]
    near.sort(key=lambda found: found.time, reverse=True)
    best = sorted(near, key=lambda found: found.distance)[:BEST]
    here = (topic.digest.published_at, topic.digest_id, topic.position)
    subject = [found for found in near if found.is_on_subject and found.row.digest != here[1]]
    earlier = [found.row.pk for found in subject if found.time < here][:BESIDE]
    later = [found.row.pk for found in subject if found.time > here][-BESIDE:]
    shown = {*(found.row.pk for found in best), *earlier, *later}
    listed = Topic.objects.visible_to(user).select_related("digest")
    topics = listed.only("title", "position", "digest__published_at").in_bulk(shown)
    return Related(
        [RelatedTopic(topics[of.row.pk], of.references, of.tags, of.words) for of in best],
        [topics[pk] for pk in reversed(earlier)],
        [topics[pk] for pk in reversed(later)],
    )


def _near(
    user: Reader, topic: Topic, references: list[Reference], tags: list[Tag], words: Sequence[str]
) -> Iterable[_Row]:
    candidates = [
        *_linked(
            Citation.objects.visible_to(user).order_by(), "reference", references, "topic", topic
        ),
        *_linked(
            TaggedTopic.objects.visible_to(user).order_by(), "tag", tags, "content_object", topic
        ),
        *similar.topics_with(words),
    ]
    if not candidates:
        return ()
    # An empty list would make Django believe that the whole query finds nothing.
    cites = Q(citations__reference__in=[row.pk for row in references] or [0])
    has = Q(taggings__tag__in=[row.pk for row in tags] or [0])
    shares = {
        "shared_citations": FilteredRelation("citations", condition=cites),
        "shared_taggings": FilteredRelation("taggings", condition=has),
    }
    topics = (
        Topic.objects.visible_to(user)
        .filter(pk__in=candidates[0].union(*candidates[1:], all=True))
        .exclude(pk=topic.pk)
        .order_by()
        .annotate(**shares)
        .values_list("pk", "title", "position", "digest", "digest__published_at")
        .annotate(reference=F("shared_citations__reference"), tag=F("shared_taggings__tag"))
    )
    rows: dict[int, _Row] = {}
    for *columns, reference, tag in topics:
        row = rows.setdefault(columns[0], _Row(*columns))
        row.references |= {reference} - {None}
        row.tags |= {tag} - {None}
    return rows.values()


def _linked(
    links: QuerySet[Citation] | QuerySet[TaggedTopic],
    to: str,
    rows: list[_Shared],
    of: str,
    topic: Topic,
) -> Iterator[QuerySet[Any, Any]]:
    """Ids of topics that have links to these references or tags, a bounded number of them.

    Topics are numbered as they come in: for what is near in time, their ids serve.
    """
    rows = _rarest_first(rows)
    whole, total = [], 0
    for row in rows:
        total += row.topic_count
        if total <= _WHOLE:
            whole.append(row.pk)
    if whole:
        yield links.filter(**{f"{to}__in": whole, f"{of}__isnull": False}).values_list(of)
    for row in islice(rows, len(whole), len(whole) + _COMMON):
        linked = links.filter(**{to: row, f"{of}__isnull": False})
        for some in (
            linked.filter(**{f"{of}__lt": topic.pk}).order_by(f"-{of}_id"),
            linked.filter(**{f"{of}__gt": topic.pk}).order_by(f"{of}_id"),
            linked.order_by(f"-{of}_id"),
        ):
            # SQLite takes a limit within a union only one level deeper.
            nearest: QuerySet[Any, Any] = some.values("pk")[:_NEAREST]
            yield links.filter(pk__in=nearest).values_list(of)


def _rarest_first(rows: Iterable[_Shared]) -> list[_Shared]:
    return sorted(rows, key=lambda row: (row.topic_count, row.pk))
