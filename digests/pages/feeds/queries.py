"""What feeds hold: the newest, in full."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from digests.models import (
    Citation,
    Digest,
    Topic,
    TopicQuerySet,
)
from digests.pages.parts.rows import own_tags, points_in_order, texts_of_digest

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


def recent_topics() -> TopicQuerySet:
    newest = Digest.objects.newest_first().values("pk")[:_RECENT]
    return Topic.objects.filter(digest__in=newest)


def in_full(topics: TopicQuerySet) -> list[TopicInFeed]:
    """The newest ones. Three queries."""
    newest = newest_of(topics)
    listed = list_entries(Q(topic__in=newest))
    return [TopicInFeed(topic, listed[None, topic.pk]) for topic in newest]


def newest_of(topics: TopicQuerySet) -> list[Topic]:
    rows = topics.live().newest_first().select_related("digest")
    rows = rows.defer("heading", "body", "prose", *texts_of_digest("digest__"))
    return list(rows.prefetch_related(own_tags(), points_in_order())[:ENTRIES])


def list_entries(of: Q) -> dict[tuple[int | None, int | None], list[Citation]]:
    """Those citations that begin an entry of a list, by the ids of digest and topic."""
    found: dict[tuple[int | None, int | None], list[Citation]] = defaultdict(list)
    for citation in Citation.objects.filter(of).exclude(text="").order_by("position"):
        found[citation.digest_id, citation.topic_id].append(citation)
    return found
