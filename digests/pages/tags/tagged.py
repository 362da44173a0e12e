"""Which tags an address names, and what has all of them.

One tag has its slug for an address, several have theirs joined by plus signs, which no slug holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from digests.models import Digest, DigestQuerySet, Tag, TaggedDigest, TaggedTopic, Topic
from digests.pages.parts.rows import listed_topics, texts_of_digest
from digests.text import slug_or_hash
from digests.vocabulary import TopicStatus

TAGS_AT_MOST = 3
_PLUSES_AT_MOST = 10
"""An address with more names no tag."""


@dataclass(frozen=True)
class Subject:
    """Some tags in the order of their slugs, which never change, and how much has all of them."""

    tags: list[Tag]
    topic_count: int = 0
    digest_count: int = 0

    @property
    def slug(self) -> str:
        return "+".join(sorted(tag.slug for tag in self.tags))

    @property
    def name(self) -> str:
        return " + ".join(tag.name for tag in self.tags)

    def get_absolute_url(self) -> str:
        return reverse("digests:tag", args=[self.slug])


def subject_at(address: str) -> Subject | None:
    """The tags of an address, with the counts if it is their own. One query."""
    readings = list(_readings(address))
    parts = {part for reading in readings for part in reading}
    slugs = parts | {slug_or_hash(part) for part in parts}
    pieces = address.split("+")
    as_it_should_be = pieces if len(pieces) <= TAGS_AT_MOST else [address]
    rows = _with_counts(Tag.objects.filter(slug__in=slugs), as_it_should_be)
    by_slug = {tag.slug: tag for tag in rows}
    # First what is spelled as it should be: A+B is two tags, though one may be called so.
    spellings = [*readings, *([slug_or_hash(part) for part in parts] for parts in readings)]
    wanted = next((slugs for slugs in spellings if by_slug.keys() >= {*slugs}), None)
    if wanted is None:
        return None
    tags = [by_slug[slug] for slug in sorted({*wanted})]
    return Subject(tags, tags[0].topics_with_all, tags[0].digests_with_all)


def topics_with(tags: Sequence[Tag]) -> QuerySet[Topic]:
    return listed_topics().filter(pk__in=taggings_with(tags).values("content_object"))


def taggings_with(tags: Sequence[Tag]) -> QuerySet[TaggedTopic]:
    """One for each topic, also for those that readers do not meet."""
    return _having(TaggedTopic, [Q(tag=tag) for tag in tags])


def digests_with(tags: Sequence[Tag]) -> DigestQuerySet:
    taggings = _having(TaggedDigest, [Q(tag=tag) for tag in tags])
    digests = Digest.objects.filter(pk__in=taggings.values("content_object"))
    return digests.newest_first().defer(*texts_of_digest())


def _readings(address: str) -> Iterator[list[str]]:
    """The names that an address may mean, the fewest first: ``c+++rag`` is ``c++`` and ``rag``."""
    pieces = address.split("+")
    if len(pieces) > _PLUSES_AT_MOST + 1:
        return
    for cuts in range(TAGS_AT_MOST):
        for places in combinations(range(1, len(pieces)), cuts):
            bounds = pairwise([0, *places, len(pieces)])
            reading = ["+".join(pieces[start:end]) for start, end in bounds]
            if all(reading):
                yield reading


def _with_counts(tags: QuerySet[Tag], slugs: Sequence[str]) -> QuerySet[Tag]:
    """Of what has the tags of all these slugs."""
    digests = _having(TaggedDigest, [Q(tag__slug=slug) for slug in slugs])
    topics = _having(TaggedTopic, [Q(tag__slug=slug) for slug in slugs])
    live = topics.filter(content_object__status=TopicStatus.LIVE)
    counted: QuerySet[Tag] = tags.annotate(
        topics_with_all=F("topic_count") if len(slugs) == 1 else _counted(live),
        digests_with_all=_counted(digests),
    )
    return counted


def _counted(taggings: QuerySet[TaggedTopic] | QuerySet[TaggedDigest]) -> Coalesce:
    """Of taggings of one tag."""
    counts = taggings.order_by().values("tag").annotate(n=Count("pk"))
    return Coalesce(Subquery(counts.values("n")), 0)


def _having(
    model: type[TaggedTopic] | type[TaggedDigest], conditions: Sequence[Q]
) -> QuerySet[TaggedTopic]:
    """The taggings that the first condition meets, of rows with one for each of the others."""
    rows: list[QuerySet[TaggedTopic]]
    rows = [model._default_manager.filter(condition) for condition in conditions]
    first, *others = rows
    for other in others:
        first = first.filter(content_object__in=other.values("content_object"))
    return first
