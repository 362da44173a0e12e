"""Related topics, and the reasons for which they are related.

Topics are related if they cite the same references, have the same tags, or share words of their
titles. One query finds candidates near in time together with everything that each shares; a second
one fetches the topics that are shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, islice
from math import inf
from typing import Any, TypeVar

from django.db.models import F, FilteredRelation, Q, QuerySet

from digests.models import Citation, Reader, Reference, Tag, TaggedTopic, Topic
from digests.search.results import similar

BEST = 6
# Number of topics shown before and after, in the order of time.
BESIDE = 3
# Maximum number of topics of a tag that is specific enough to relate them.
SUBJECT = 200
_WHOLE = 400
_NEAREST = 30
# Bounds of the candidates, for references and for tags alike.
#
# The rarest references are read completely while they have no more than `_WHOLE` topics together.
# Of `_COMMON` others the `_NEAREST` topics in each direction and the newest are read.
_COMMON = 3

_Shared = TypeVar("_Shared", Reference, Tag)


@dataclass
class _Candidate:
    """A topic, with the references and tags that it shares, and the words that both titles have."""

    pk: int
    title: str
    position: int
    digest: int
    published_at: datetime
    references: set[Reference] = field(default_factory=set)
    tags: set[Tag] = field(default_factory=set)
    words: Sequence[str] = ()

    @property
    def time(self) -> tuple[datetime, int, int]:
        return self.published_at, self.digest, self.position

    @property
    def distance(self) -> tuple[float, ...]:
        """Sort key: references count more than tags, tags more than words, rare ones more than
        common ones."""
        return (
            -len(self.references),
            min((row.topic_count for row in self.references), default=0),
            min((row.topic_count for row in self.tags), default=inf),
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
    """The topics related to this one by these references and tags, or by its title. Two queries, or
    none if it has nothing to share."""
    cited = {row.pk: row for row in references if row.topic_count > 1}
    tagged = {row.pk: row for row in tags if row.topic_count > 1}
    words = similar.telling_words(topic.title)
    near = list(_near(user, topic, cited, tagged, words))
    for found in near:
        found.words = similar.common_words(words, found.title)
    near = [found for found in near if found.references or found.tags or found.words]
    near.sort(key=lambda found: found.time, reverse=True)
    best = sorted(near, key=lambda found: found.distance)[:BEST]
    here = (topic.digest.published_at, topic.digest_id, topic.position)
    subject = [found for found in near if found.is_on_subject and found.digest != here[1]]
    earlier = [found.pk for found in subject if found.time < here][:BESIDE]
    later = [found.pk for found in subject if found.time > here][-BESIDE:]
    shown = {*(found.pk for found in best), *earlier, *later}
    listed = Topic.objects.visible_to(user).select_related("digest")
    topics = listed.only("title", "position", "digest__published_at").in_bulk(shown)
    return Related(
        [
            RelatedTopic(
                topics[of.pk], _rarest_first(of.references), _rarest_first(of.tags), of.words
            )
            for of in best
        ],
        [topics[pk] for pk in reversed(earlier)],
        [topics[pk] for pk in reversed(later)],
    )


def _near(
    user: Reader,
    topic: Topic,
    cited: Mapping[int, Reference],
    tagged: Mapping[int, Tag],
    words: Sequence[str],
) -> Iterable[_Candidate]:
    citations = Citation.objects.visible_to(user).order_by()
    taggings = TaggedTopic.objects.visible_to(user).order_by()
    candidates = [
        *_linked(citations, "reference", cited.values(), "topic", topic),
        *_linked(taggings, "tag", tagged.values(), "content_object", topic),
        *similar.topics_with(words),
    ]
    if not candidates:
        return ()
    # With an empty list Django would skip the whole query as empty.
    cites = Q(citations__reference__in=cited.keys() or [0])
    has = Q(taggings__tag__in=tagged.keys() or [0])
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
    found: dict[int, _Candidate] = {}
    for *columns, reference, tag in topics:
        candidate = found.setdefault(columns[0], _Candidate(*columns))
        if reference:
            candidate.references.add(cited[reference])
        if tag:
            candidate.tags.add(tagged[tag])
    return found.values()


def _linked(
    links: QuerySet[Citation] | QuerySet[TaggedTopic],
    to: str,
    rows: Iterable[_Shared],
    of: str,
    topic: Topic,
) -> Iterator[QuerySet[Any, Any]]:
    """Ids of topics that are linked to these references or tags, a bounded number of them.

    Ids stand for time here, as topics are numbered as they come in.
    """
    rows = _rarest_first(rows)
    totals = accumulate(row.topic_count for row in rows)
    whole = [row.pk for row, total in zip(rows, totals, strict=True) if total <= _WHOLE]
    if whole:
        yield links.filter(**{f"{to}__in": whole, f"{of}__isnull": False}).values_list(of)
    for row in islice(rows, len(whole), len(whole) + _COMMON):
        linked = links.filter(**{to: row, f"{of}__isnull": False})
        for some in (
            linked.filter(**{f"{of}__lt": topic.pk}).order_by(f"-{of}_id"),
            linked.filter(**{f"{of}__gt": topic.pk}).order_by(f"{of}_id"),
            linked.order_by(f"-{of}_id"),
        ):
            # SQLite allows a LIMIT within a UNION only in a subquery.
            nearest: QuerySet[Any, Any] = some.values("pk")[:_NEAREST]
            yield links.filter(pk__in=nearest).values_list(of)


def _rarest_first(rows: Iterable[_Shared]) -> list[_Shared]:
    return sorted(rows, key=lambda row: (row.topic_count, row.pk))
