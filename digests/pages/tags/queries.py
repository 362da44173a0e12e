"""Subjects: one to three tags that an address names, and the rows that have all of them.

The address of one tag is its slug. Several slugs are joined by plus signs, which no slug contains.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from digests.models import (
    Digest,
    DigestQuerySet,
    Reader,
    Tag,
    TaggedDigest,
    TaggedTopic,
    Topic,
    TopicQuerySet,
)
from digests.models.reversing import row_address
from digests.models.statements import Slot
from digests.pages.parts.listed import ListedTopic
from digests.pages.parts.newest import NewestTopics, latest_topics, newest_topics
from digests.text import slug_or_hash

TAGS_AT_MOST = 3
# Plus signs of an address; one with more names no tag.
_PLUSES_AT_MOST = 10
# Number of digests that are sorted to find the newest of them.
_SORTED = 300
_Tagging = TypeVar("_Tagging", TaggedDigest, TaggedTopic)


@dataclass(frozen=True)
class Subject:
    """Up to three tags, ordered by their slugs because these never change, with the number of rows
    that have all of them."""

    tags: Sequence[Tag]
    topic_count: int = 0
    digest_count: int = 0

    @property
    def slug(self) -> str:
        return _joined(tag.slug for tag in self.tags)

    @property
    def single_slug(self) -> str:
        """The slug of a single tag; empty if there are several."""
        return self.slug if len(self.tags) == 1 else ""

    @property
    def name(self) -> str:
        return " + ".join(tag.name for tag in self.tags)

    def get_absolute_url(self) -> str:
        return row_address("digests:tag", self.slug)

    def address_with(self, slug: str) -> str:
        """The address of the subject with one more tag; empty if that would be too many."""
        if len(self.tags) == TAGS_AT_MOST:
            return ""
        return row_address("digests:tag", _joined([*(tag.slug for tag in self.tags), slug]))


def _joined(slugs: Iterable[str]) -> str:
    return "+".join(sorted(slugs))


def subject_at(user: Reader, address: str) -> Subject:
    """The subject that an address names, with its counts. At most three queries. Raises Http404 if
    a tag is missing."""
    readings = list(_readings(address))
    parts = {part for reading in readings for part in reading}
    slugs = parts | {slug_or_hash(part) for part in parts}
    by_slug = {tag.slug: tag for tag in Tag.objects.visible_to(user).filter(slug__in=slugs)}
    # Exact slugs go first: A+B is two tags even if one tag has the name A+B.
    spellings = [*readings, *([slug_or_hash(part) for part in parts] for parts in readings)]
    wanted = next((slugs for slugs in spellings if by_slug.keys() >= {*slugs}), None)
    if wanted is None:
        raise Http404
    tags = [by_slug[slug] for slug in sorted({*wanted})]
    is_single = len(tags) == 1
    topic_count = tags[0].topic_count if is_single else taggings_with(user, tags).count()
    return Subject(tags, topic_count, _of_digests(user, tags).count())


def subject_with_suffix(user: Reader, address: str, suffix: str) -> Subject | Tag:
    """The subject of an address without its ``suffix``; without one, the tag whose slug ends in the
    suffix. Raises Http404 if there is neither."""
    try:
        return subject_at(user, address)
    except Http404:
        found = Tag.objects.visible_to(user).filter(slug=address + suffix).first()
        if found is None:
            raise
        return found


def topics_with(user: Reader, tags: Sequence[Tag]) -> TopicQuerySet:
    topics = taggings_with(user, tags).values("content_object")
    return Topic.objects.visible_to(user).filter(pk__in=topics)


def digests_with(user: Reader, subject: Subject) -> DigestQuerySet:
    """The digests that have all tags of a subject, newest first."""
    digests = Digest.objects.visible_to(user).newest_first()
    taggings = _of_digests(user, subject.tags)
    if subject.digest_count <= _SORTED:
        return digests.filter(pk__in=taggings.values("content_object"))
    # By ids as before, SQLite would sort all of these digests for the ten that a page shows.
    return digests.filter(Exists(taggings.filter(content_object=OuterRef("pk"))))


def taggings_with(user: Reader, tags: Sequence[Tag]) -> QuerySet[TaggedTopic]:
    """A tagging for each topic with all of these tags."""
    return _with_all(TaggedTopic.objects.visible_to(user), tags)


def latest_with(user: Reader, tags: Sequence[Tag]) -> dict[int, datetime]:
    """The topics with all of these tags that came in last, at most `LATEST`, each with the time of
    its digest. One query."""
    if len(tags) == 1:
        return _newest_of.latest(user, tags[0])
    return dict(latest_topics(user, taggings_with(user, tags), "content_object"))


def newest_with(
    user: Reader, subject: Subject, shown: slice, latest: Iterable[datetime]
) -> list[ListedTopic]:
    """The topics of a subject that a page shows. ``latest``: the times of those that
    `latest_with` found."""
    if len(subject.tags) == 1:
        return _newest_of.page(user, subject.tags[0], subject.topic_count, shown, latest)
    taggings = taggings_with(user, subject.tags)
    return newest_topics(user, taggings, "content_object", subject.topic_count, shown)


def _of_tag(user: Reader, tag: Tag | Slot) -> QuerySet[TaggedTopic]:
    return TaggedTopic.objects.visible_to(user).filter(tag=tag)


_newest_of = NewestTopics(_of_tag, "content_object")


def _of_digests(user: Reader, tags: Sequence[Tag]) -> QuerySet[TaggedDigest]:
    return _with_all(TaggedDigest.objects.visible_to(user), tags)


def _with_all(taggings: QuerySet[_Tagging], tags: Sequence[Tag]) -> QuerySet[_Tagging]:
    """Taggings with the first tag, of rows that have all the other tags as well."""
    first, *others = tags
    found = taggings.filter(tag=first)
    for tag in others:
        found = found.filter(content_object__in=taggings.filter(tag=tag).values("content_object"))
    return found


def _readings(address: str) -> Iterator[list[str]]:
    """Lists of names that an address may mean, the shortest first: ``c+++rag`` is ``c++`` and
    ``rag``."""
    pieces = address.split("+")
    if len(pieces) > _PLUSES_AT_MOST + 1:
        return
    for cuts in range(TAGS_AT_MOST):
        for places in combinations(range(1, len(pieces)), cuts):
            bounds = pairwise([0, *places, len(pieces)])
            reading = ["+".join(pieces[start:end]) for start, end in bounds]
            if all(reading):
                yield reading
