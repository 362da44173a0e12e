"""Queries for the page of a topic."""

from dataclasses import dataclass

from django.db.models import Q

from digests.models import Reader, Topic
from digests.pages.parts.cited import Cited
from digests.pages.parts.rows import citations_of, contents
from digests.pages.topics.related import Related, related_to


@dataclass(frozen=True)
class TopicInPlace:
    """Position of a topic among the topics of its digest; empty for an archived one."""

    contents: list[Topic]
    ordinal: int | None = None
    previous: Topic | None = None
    next: Topic | None = None


def topic_with_tags(user: Reader, pk: int) -> Topic | None:
    """The topic, live or archived, with its digest, its points, and the tags of both. Four
    queries."""
    topics = Topic.objects.visible_to(user, archived=True).with_digest().with_points()
    return topics.defer("body").with_tags().with_tags_of_digest().filter(pk=pk).first()


def place_of(user: Reader, topic: Topic) -> TopicInPlace:
    """The position of a topic in its digest. One query."""
    topics = list(contents(user, [topic.digest]))
    if topic not in topics:
        return TopicInPlace(topics)
    ordinal = topics.index(topic) + 1
    before, after = topics[: ordinal - 1], topics[ordinal:]
    return TopicInPlace(topics, ordinal, next(reversed(before), None), next(iter(after), None))


def surroundings(user: Reader, topic: Topic) -> tuple[Cited, Related]:
    """Citations of a topic, and related topics. Three queries."""
    citations = list(citations_of(user, Q(topic=topic)))
    references = {citation.reference_id: citation.reference for citation in citations}
    related = related_to(user, topic, references.values(), topic.own_tags)
    return Cited.by(citations), related
