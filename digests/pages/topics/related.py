"""Related topics, and the reasons for which they are related.

Topics are related if they cite the same references, have the same tags, or share words of their
titles. Candidates are found by their ids alone, a bounded number of them, and one query fetches
what a page shows of each. What is rare is asked for first, and nothing else if that is enough.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, chain
from math import inf
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from digests.grouping import grouped
from digests.models import Citation, Reader, Tag, TaggedTopic, Topic
from digests.models.digests import topic_address
from digests.pages.parts.cited import CitedReference
from digests.search.results import similar

BEST = 6
# Number of topics shown before and after, in the order of time.
BESIDE = 3
# Maximum number of topics of a reference or a tag that is specific enough to be a subject. The
# candidates are all topics of the rarest references while these have so many together, and
# likewise of the rarest tags.
SUBJECT = 200
# Number of candidates that a more common reference or tag adds: its newest topics.
_NEWEST = 30
# Number of candidates whose titles are compared with the topic's.
_COMPARED = 30

_Shared = TypeVar("_Shared", CitedReference, Tag)


@dataclass
class RelatedTopic:
    """A topic with what a list shows of it; the references and tags that it shares, the rarest
    first; and the words that both titles have."""

    pk: int
    title: str
    position: int
    digest: int
    published_at: datetime
    references: Sequence[CitedReference] = ()
    tags: Sequence[Tag] = ()
    words: Sequence[str] = ()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return topic_address(self.pk, self.title)

    @property
    def time(self) -> tuple[datetime, int, int]:
        return self.published_at, self.digest, self.position

    @property
    def distance(self) -> tuple[float, ...]:
        """Sort key: references count more than tags, tags more than words, rare ones more than
        common ones."""
        return (
            -len(self.references),
            self.references[0].topic_count if self.references else 0,
            self.tags[0].topic_count if self.tags else inf,
            -len(self.words),
        )

    @property
    def is_on_subject(self) -> bool:
        rarest: Sequence[CitedReference | Tag] = (*self.references[:1], *self.tags[:1])
        return any(row.topic_count <= SUBJECT for row in rarest)


@dataclass(frozen=True)
class Related:
    best: Sequence[RelatedTopic] = ()
    earlier: Sequence[RelatedTopic] = ()
    later: Sequence[RelatedTopic] = ()


def related_to(
    user: Reader, topic: Topic, references: Iterable[CitedReference], tags: Iterable[Tag]
) -> Related:
    """The topics related to this one by these references and tags, or by its title. Three queries;
    up to six if few topics share what is rare, and none if there is nothing to share."""
    words = similar.telling_words(topic.title)
    near = _near(user, topic, references, tags, words)
    near.sort(key=lambda found: found.time, reverse=True)
    here = (topic.digest.published_at, topic.digest_id, topic.position)
    subject = [found for found in near if found.is_on_subject and found.digest != here[1]]
    return Related(
        _best(near, words),
        [found for found in subject if found.time < here][:BESIDE][::-1],
        [found for found in subject if found.time > here][-BESIDE:][::-1],
    )


def _near(
    user: Reader,
    topic: Topic,
    references: Iterable[CitedReference],
    tags: Iterable[Tag],
    words: Sequence[str],
) -> list[RelatedTopic]:
    """The candidates, in no order, each with the references and tags by which it was found."""
    cited = _Links(lambda: Citation.objects.visible_to(user), "topic", "reference", references)
    tagged = _Links(lambda: TaggedTopic.objects.visible_to(user), "content_object", "tag", tags)
    cited.add_rare()
    tagged.add_rare()
    pks = {*cited.found, *tagged.found} - {topic.pk}
    if len(pks) < BEST:
        cited.add_common()
        tagged.add_common()
        pks |= {*cited.found, *tagged.found} - {topic.pk}
    if len(pks) < BEST:
        alike = chain.from_iterable(similar.topics_with(words))
        pks |= {pk for (pk,) in alike} - {topic.pk}
    topics = Topic.objects.visible_to(user).filter(pk__in=pks).order_by()
    columns = topics.values_list("pk", "title", "position", "digest", "digest__published_at")
    return [
        RelatedTopic(*row, cited.found.get(row[0], ()), tagged.found.get(row[0], ()))
        for row in columns
    ]


def _best(near: Sequence[RelatedTopic], words: Sequence[str]) -> list[RelatedTopic]:
    """The candidates that share most; at a tie those that come first in ``near``. Sets their
    words."""
    likely = sorted(near, key=lambda found: found.distance)[:_COMPARED]
    for found in likely:
        found.words = similar.common_words(words, found.title)
    sharing = [found for found in likely if found.references or found.tags or found.words]
    return sorted(sharing, key=lambda found: found.distance)[:BEST]


class _Links(Generic[_Shared]):
    """Links of topics (``of``) to references or tags (``to``).

    ``found`` are the ids of topics found so far, each with what it shares, the rarest first. Ids
    stand for time here, as topics are numbered as they come in.
    """

    def __init__(
        self, links: Callable[[], QuerySet[Any]], of: str, to: str, shared: Iterable[_Shared]
    ) -> None:
        self._links, self._of, self._to = links, of, to
        rows = [row for row in shared if row.topic_count > 1]
        self._shared: list[_Shared] = sorted(rows, key=lambda row: (row.topic_count, row.pk))
        totals = accumulate(row.topic_count for row in self._shared)
        self._rare: int = sum(total <= SUBJECT for total in totals)
        self.found: dict[int, list[_Shared]] = {}

    def add_rare(self) -> None:
        """Find all topics of what is rare. One query, or none."""
        if rare := self._shared[: self._rare]:
            self._add(rare, self._linked(rare).order_by())

    def add_common(self) -> None:
        """Find the newest topics of the rarest among the others. One query, or none."""
        if common := self._shared[self._rare : self._rare + 1]:
            self._add(common, self._linked(common).order_by(f"-{self._of}_id")[:_NEWEST])

    def _linked(self, shared: Sequence[_Shared]) -> QuerySet[Any]:
        in_topics = {f"{self._to}__in": shared, f"{self._of}__isnull": False}
        return self._links().filter(**in_topics)

    def _add(self, shared: Sequence[_Shared], rows: QuerySet[Any]) -> None:
        pairs = set(rows.values_list(self._to, self._of))
        topics: dict[int, list[int]] = grouped(pairs)
        for row in shared:
            for topic in topics[row.pk]:
                self.found.setdefault(topic, []).append(row)
