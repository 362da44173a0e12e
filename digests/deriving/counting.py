"""Counts of references, tags and points, changed by what the texts of a write hold before and after
it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db.models import Count, F

from digests.deriving.votes import Tally, change_votes, recount_votes
from digests.grouping import batched, grouped
from digests.models import Point, PointCount, Reference, Tag, TaggedDigest, TaggedTopic, Topic
from digests.models.bulk import select_rows, set_columns, store_columns
from digests.vocabulary import TopicStatus

_BATCH = 500


@dataclass
class Uses:
    """The citations of texts, by tag the numbers of live topics and of digests that bear it, and by
    kind the number of points in live topics."""

    tally: Tally = field(default_factory=Tally)
    topics: Counter[int] = field(default_factory=Counter)
    digests: Counter[int] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)

    def add_digests(self, digests: Collection[int]) -> None:
        """Add what digests cite and bear, with all their topics. Five queries for each `_BATCH`."""
        for some in batched(sorted(digests), _BATCH):
            topics = select_rows(Topic, ["pk"], "digest", some, status=TopicStatus.LIVE.value)
            live = [pk for (pk,) in topics]
            borne = select_rows(TaggedTopic, ["tag"], "content_object", live)
            self.topics.update(tag for (tag,) in borne)
            self.add_topics(live)
            of_digests = select_rows(TaggedDigest, ["tag"], "content_object", some)
            self.digests.update(tag for (tag,) in of_digests)
            self.tally.add_texts("digest", some)

    def add_topics(self, live: Collection[int]) -> None:
        """Add what live topics cite, and their points. Two queries."""
        self.tally.add_texts("topic", live)
        self.points.update(kind for (kind,) in select_rows(Point, ["kind"], "topic", live))


@dataclass
class Counted:
    """References of which the name, kind or address changed, or that no topic cites before or after
    a write; and tags that other texts bear than before."""

    references: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)


@contextmanager
def counting(digests: Collection[int]) -> Iterator[Counted]:
    """Keep counts right while the body changes or deletes these digests and their topics. Yields an
    empty `Counted`, which is filled at the end."""
    counted, before, after = Counted(), Uses(), Uses()
    before.add_digests(digests)
    yield counted
    after.add_digests(digests)
    done = change_counts(before, after)
    counted.references, counted.tags = done.references, done.tags


def change_counts(before: Uses, after: Uses) -> Counted:
    """Change names and counts of references and tags, and counts of points, by what the same texts
    hold before and after a write.

    Of other texts nothing is read, but where a name loses its first citation.
    """
    _change_points(before, after)
    return Counted(change_votes(before.tally, after.tally), _change_tags(before, after))


def _change_points(before: Uses, after: Uses) -> None:
    kinds = before.points.keys() | after.points.keys()
    more = {kind: after.points[kind] - before.points[kind] for kind in kinds}
    if any(more.values()):
        counts = Counter(PointCount.objects.all().by_kind())
        _store_points({kind: counts[kind] + more[kind] for kind in kinds if more[kind]})


def _store_points(counts: Mapping[str, int]) -> None:
    PointCount.objects.bulk_create(
        [PointCount(kind=kind, count=count) for kind, count in counts.items()],
        update_conflicts=True,
        unique_fields=["kind"],
        update_fields=["count"],
    )


def _change_tags(before: Uses, after: Uses) -> set[int]:
    """Change the numbers of topics of tags. Returns the tags that other texts bear."""
    tags = before.topics.keys() | after.topics.keys()
    changes = grouped((after.topics[tag] - before.topics[tag], tag) for tag in tags)
    changes.pop(0, None)
    for more, some in changes.items():
        Tag.objects.filter(pk__in=some).update(topic_count=F("topic_count") + more)
    of_digests = before.digests.keys() | after.digests.keys()
    changed = {tag for tag in of_digests if before.digests[tag] != after.digests[tag]}
    return changed.union(*changes.values())


def recount() -> int:
    """Count all references, tags and points anew. Returns the number of rows that were wrong."""
    wrong = _recount_points()
    for batch in batched(Reference.objects.order_by("pk").values_list("pk", flat=True), _BATCH):
        wrong += recount_votes(batch)
    for batch in batched(Tag.objects.order_by("pk").values_list("pk", flat=True), _BATCH):
        wrong += _recount_tags(batch)
    return wrong


def _recount_points() -> int:
    counted = Point.objects.live().counts_by_kind()
    stored = PointCount.objects.all().by_kind()
    kinds = counted.keys() | stored.keys()
    wrong = {kind: counted.get(kind, 0) for kind in kinds if counted.get(kind) != stored.get(kind)}
    _store_points(wrong)
    return len(wrong)


def _recount_tags(tags: Sequence[int]) -> int:
    on_live = TaggedTopic.objects.filter(tag__in=tags, content_object__status=TopicStatus.LIVE)
    counts = dict(on_live.order_by().values_list("tag").annotate(Count("pk")))
    stale = [
        tag
        for tag in Tag.objects.filter(pk__in=tags)
        if set_columns(tag, {"topic_count": counts.get(tag.pk, 0)})
    ]
    return store_columns(stale, ["topic_count"])
