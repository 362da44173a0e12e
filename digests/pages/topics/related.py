"""Related topics, and the reasons for which they are related.

Topics are related if they cite the same references, have the same tags, or share words of their
titles. Candidates are found by their ids alone, a bounded number of them, and one query fetches
what a page shows of each. What is rare is asked for first, and nothing else if that is enough.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import accumulate, chain
from math import inf
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from digests.grouping import grouped
from digests.models import Citation, Reader, Tag, TaggedTopic, Topic
from digests.models.digests import topic_address
from digests.models.kept import kept_query
from digests.models.statements import Slot
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
    cited = _Links(partial(_citing, user), partial(_newest_citing, user), references)
    tagged = _Links(partial(_bearing, user), partial(_newest_bearing, user), tags)
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
    return [
        RelatedTopic(
            *(pk, title, position, digest, published_at),
            references=cited.found.get(pk, ()),
            tags=tagged.found.get(pk, ()),
        )
        for pk, title, position, digest, published_at in _topics(user, list(pks))
    ]


@kept_query
def _topics(user: Reader, pks: Slot) -> QuerySet[Any, Any]:
    topics = Topic.objects.visible_to(user).filter(pk__one_of=pks).order_by()
    return topics.values_list("pk", "title", "position", "digest", "digest__published_at")


def _best(near: Sequence[RelatedTopic], words: Sequence[str]) -> list[RelatedTopic]:
    """The candidates that share most; at a tie those that come first in ``near``. Sets their
    words."""
    likely = sorted(near, key=lambda found: found.distance)[:_COMPARED]
    for found in likely:
        found.words = similar.common_words(words, found.title)
    sharing = [found for found in likely if found.references or found.tags or found.words]
    return sorted(sharing, key=lambda found: found.distance)[:BEST]


# Links of topics to these references or tags: the ids of what is shared, and of the topics. Ids
# stand for time here, as topics are numbered as they come in.


@kept_query
def _citing(user: Reader, references: Slot) -> QuerySet[Any, Any]:
    citations = Citation.objects.visible_to(user).filter(reference__one_of=references)
    return citations.filter(topic__isnull=False).order_by().values_list("reference", "topic")


@kept_query
def _newest_citing(user: Reader, reference: Slot) -> QuerySet[Any, Any]:
    citations = Citation.objects.visible_to(user).filter(reference=reference)
    rows = citations.filter(topic__isnull=False).values_list("reference", "topic")
    return rows.order_by("-topic_id")[:_NEWEST]


@kept_query
def _bearing(user: Reader, tags: Slot) -> QuerySet[Any, Any]:
    taggings = TaggedTopic.objects.visible_to(user).filter(tag__one_of=tags)
    return taggings.order_by().values_list("tag", "content_object")


@kept_query
def _newest_bearing(user: Reader, tag: Slot) -> QuerySet[Any, Any]:
    taggings = TaggedTopic.objects.visible_to(user).filter(tag=tag)
    return taggings.order_by("-content_object_id").values_list("tag", "content_object")[:_NEWEST]


class _Links(Generic[_Shared]):
    """Links of topics to references or tags.

    ``found`` are the ids of topics found so far, each with what it shares, the rarest first.
    """

    def __init__(
        self,
        links: Callable[[list[int]], list[tuple[Any, ...]]],
        newest_links: Callable[[int], list[tuple[Any, ...]]],
        shared: Iterable[_Shared],
    ) -> None:
        self._links, self._newest_links = links, newest_links
        rows = [row for row in shared if row.topic_count > 1]
        self._shared: list[_Shared] = sorted(rows, key=lambda row: (row.topic_count, row.pk))
        totals = accumulate(row.topic_count for row in self._shared)
        self._rare: int = sum(total <= SUBJECT for total in totals)
        self.found: dict[int, list[_Shared]] = {}

    def add_rare(self) -> None:
        """Find all topics of what is rare. One query, or none."""
        rare = self._shared[: self._rare]
        self._add(rare, self._links([row.pk for row in rare]))

    def add_common(self) -> None:
        """Find the newest topics of the rarest among the others. One query, or none."""
        for row in self._shared[self._rare : self._rare + 1]:
            self._add([row], self._newest_links(row.pk))

    def _add(self, shared: Sequence[_Shared], links: Iterable[tuple[Any, ...]]) -> None:
        topics: dict[int, list[int]] = grouped(set(links))
        for row in shared:
            for topic in topics[row.pk]:
                self.found.setdefault(topic, []).append(row)
