"""What feeds hold: the newest, in full."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from digests.models import (
    Citation,
    Digest,
    Point,
    Reference,
    Tag,
    Topic,
    TopicQuerySet,
)
from digests.pages.parts.rows import own_tags, texts_of_digest
from digests.search import results as searching
from digests.vocabulary import PointKind

ENTRIES = 50
_RECENT = 200
"""Digests that are looked at for the newest topics: SQLite would sort all topics there are."""


@dataclass(frozen=True)
class TopicInFeed:
    """``listed`` are the entries of its reference lists, in their order."""

    topic: Topic
    listed: Sequence[Citation]


@dataclass(frozen=True)
class DigestInFeed:
    """``listed`` are the entries of the reference lists before its first topic."""

    digest: Digest
    listed: Sequence[Citation]
    topics: Sequence[TopicInFeed]


def newest_topics() -> list[TopicInFeed]:
    return _in_full(_recent())


def topics_with_tag(tag: Tag) -> list[TopicInFeed]:
    return _in_full(Topic.objects.tagged(tag))


def topics_citing(reference: Reference) -> list[TopicInFeed]:
    cites = reference.citations.filter(topic__isnull=False)
    return _in_full(Topic.objects.filter(pk__in=cites.values("topic")))


def open_questions() -> list[TopicInFeed]:
    return _in_full(Topic.objects.open())


def topics_found(text: str, chosen: Mapping[str, Sequence[str]]) -> list[TopicInFeed]:
    """Those that have all that was typed and chosen. One query more than the others."""
    found = searching.newest(text, chosen=chosen, limit=ENTRIES)
    return _in_full(Topic.objects.filter(pk__in=found))


def topics_with_point(kind: PointKind) -> Sequence[Topic]:
    """So many that they have `ENTRIES` points of this kind, if there are. Two queries, or four for
    a kind that is rare."""
    points = Point.objects.filter(kind=kind)
    recent = _newest(_recent().filter(Exists(points.filter(topic=OuterRef("pk")))))
    if len(recent) == ENTRIES:
        return recent
    return _newest(Topic.objects.filter(pk__in=points.values("topic")))


def newest_digests() -> list[DigestInFeed]:
    """Four queries."""
    digests = list(
        Digest.objects.newest_first().with_tags().defer("front_matter", "preamble")[:ENTRIES]
    )
    topics: dict[int, list[Topic]] = defaultdict(list)
    live = Topic.objects.live().filter(digest__in=digests).order_by("position")
    for topic in live.defer("body"):
        topics[topic.digest_id].append(topic)
    within = [topic for some in topics.values() for topic in some]
    listed = _listed(Q(digest__in=digests) | Q(topic__in=within))
    return [
        DigestInFeed(
            digest,
            listed[digest.pk, None],
            [TopicInFeed(topic, listed[None, topic.pk]) for topic in topics[digest.pk]],
        )
        for digest in digests
    ]


def _recent() -> TopicQuerySet:
    newest = Digest.objects.newest_first().values("pk")[:_RECENT]
    return Topic.objects.filter(digest__in=newest)


def _in_full(topics: TopicQuerySet) -> list[TopicInFeed]:
    """The newest ones. Three queries."""
    newest = _newest(topics)
    listed = _listed(Q(topic__in=newest))
    return [TopicInFeed(topic, listed[None, topic.pk]) for topic in newest]


def _newest(topics: TopicQuerySet) -> list[Topic]:
    rows = topics.live().newest_first().select_related("digest")
    rows = rows.defer("heading", "body", *texts_of_digest("digest__"))
    return list(rows.prefetch_related(own_tags())[:ENTRIES])


def _listed(of: Q) -> dict[tuple[int | None, int | None], list[Citation]]:
    """Those citations that begin an entry of a list, by the ids of digest and topic."""
    found: dict[tuple[int | None, int | None], list[Citation]] = defaultdict(list)
    for citation in Citation.objects.filter(of).exclude(html="").order_by("position"):
        found[citation.digest_id, citation.topic_id].append(citation)
    return found
