"""Counts of references and tags, changed by what the texts of a write cite and bear before and
after it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from digests.deriving.votes import Tally, change_votes, recount_votes
from digests.grouping import batched, grouped
from digests.models import Citation, Reference, Tag, TaggedDigest, TaggedTopic, Topic
from digests.models.bulk import set_columns, store_columns
from digests.vocabulary import TopicStatus

_BATCH = 500


@dataclass
class Texts:
    """The texts that a write may change: single ``topics``, and ``digests`` with their preambles
    and all their topics, both by id. A write adds the digests that it creates."""

    topics: set[int] = field(default_factory=set)
    digests: set[int] = field(default_factory=set)


@dataclass
class Counted:
    """References of which the name, kind or address changed, or that no topic cites before or after
    a write; and tags that other texts bear than before."""

    references: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)


@contextmanager
def counting(texts: Texts) -> Iterator[Counted]:
    """Keep names and counts of references and tags right while the body changes these texts.

    Call it inside `write_transaction`. Yields an empty `Counted`, which is filled at the end. It
    reads what the texts cite twice, and of other texts nothing, but where a title loses its first
    citation.
    """
    counted = Counted()
    before = _Uses(texts)
    yield counted
    after = _Uses(texts)
    counted.references = change_votes(before.tally, after.tally)
    counted.tags = _change_tags(before, after)


class _Uses:
    """The references and tags that texts use: votes, and by tag the numbers of live topics and of
    digests. Four queries for each `_BATCH` of digests, two without any."""

    def __init__(self, texts: Texts) -> None:
        self.tally = Tally()
        self.topics: Counter[int] = Counter()
        self.digests: Counter[int] = Counter()
        if texts.topics:
            self._add_topics(Q(pk__in=texts.topics) & ~Q(digest__in=texts.digests))
        for digests in batched(sorted(texts.digests), _BATCH):
            self._add_topics(Q(digest__in=digests))
            self.tally.add(Citation.objects.filter(digest__in=digests))
            self.digests.update(_tags(TaggedDigest.objects.filter(content_object__in=digests)))

    def _add_topics(self, which: Q) -> None:
        live = Topic.objects.live().filter(which).order_by()
        self.tally.add(Citation.objects.filter(topic__in=live))
        self.topics.update(_tags(TaggedTopic.objects.filter(content_object__in=live)))


def _tags(taggings: QuerySet[Any, Any]) -> Iterator[int]:
    return taggings.order_by().values_list("tag", flat=True).iterator()


def _change_tags(before: _Uses, after: _Uses) -> set[int]:
    """Change the numbers of topics of tags. Returns the tags of which other texts bear them."""
    tags = before.topics.keys() | after.topics.keys()
    changes = grouped((after.topics[tag] - before.topics[tag], tag) for tag in tags)
    changes.pop(0, None)
    for more, some in changes.items():
        Tag.objects.filter(pk__in=some).update(topic_count=F("topic_count") + more)
    of_digests = before.digests.keys() | after.digests.keys()
    changed = {tag for tag in of_digests if before.digests[tag] != after.digests[tag]}
    return changed.union(*changes.values())


def recount() -> int:
    """Count all references and tags anew. Returns the number of rows that were wrong."""
    wrong = 0
    for batch in batched(Reference.objects.order_by("pk").values_list("pk", flat=True), _BATCH):
        wrong += recount_votes(batch)
    for batch in batched(Tag.objects.order_by("pk").values_list("pk", flat=True), _BATCH):
        wrong += _recount_tags(batch)
    return wrong


def _recount_tags(tags: Sequence[int]) -> int:
    on_live = TaggedTopic.objects.filter(tag__in=tags, content_object__status=TopicStatus.LIVE)
    counts = dict(on_live.order_by().values_list("tag").annotate(Count("pk")))
    stale = [
        tag
        for tag in Tag.objects.filter(pk__in=tags)
        if set_columns(tag, {"topic_count": counts.get(tag.pk, 0)})
    ]
    return store_columns(stale, ["topic_count"])
