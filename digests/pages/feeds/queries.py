"""The newest rows with the texts that feeds show."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from digests.models import Citation, Digest, Reader, Topic, TopicQuerySet

ENTRIES = 50
_RECENT = 200
"""Number of the newest digests that are searched for the newest topics. Without this bound SQLite
would sort all topics."""


@dataclass(frozen=True)
class TopicInFeed:
    """A topic of a feed. ``listed`` are the entries of its reference lists, in their order."""

    topic: Topic
    listed: Sequence[Citation]


@dataclass(frozen=True)
class DigestInFeed:
    """A digest of a feed. ``listed`` are the entries of the reference lists before its first
    topic."""

    digest: Digest
    listed: Sequence[Citation]
    topics: Sequence[TopicInFeed]


def recent_topics(user: Reader) -> TopicQuerySet:
    newest = Digest.objects.visible_to(user).newest_first().values("pk")[:_RECENT]
    return Topic.objects.visible_to(user).filter(digest__in=newest)


def in_full(user: Reader, topics: TopicQuerySet) -> list[TopicInFeed]:
    """The newest of these topics with their full texts. Three queries."""
    newest = newest_of(topics)
    listed = list_entries(user, Q(topic__in=newest))
    return [TopicInFeed(topic, listed[None, topic.pk]) for topic in newest]


def newest_of(topics: TopicQuerySet) -> list[Topic]:
    rows = topics.newest_first().with_digest().with_tags().with_points()
    return list(rows.defer("heading", "body", "prose")[:ENTRIES])


def list_entries(user: Reader, of: Q) -> dict[tuple[int | None, int | None], list[Citation]]:
    """The first citation of each entry of a reference list, by the ids of digest and topic."""
    found: dict[tuple[int | None, int | None], list[Citation]] = defaultdict(list)
    citations = Citation.objects.visible_to(user).filter(of).exclude(text="")
    for citation in citations.order_by("position"):
        found[citation.digest_id, citation.topic_id].append(citation)
    return found
