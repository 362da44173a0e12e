"""Queries for the page of a topic."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from digests.models import Digest, Reader, Tag, Topic
from digests.models.kept import kept_models
from digests.models.statements import Slot
from digests.pages.parts.cited import NOTHING, Cited, cited_in_topics
from digests.pages.parts.rows import contents
from digests.pages.topics.related import Related, related_to

# Columns that the page of a topic shows.
_SHOWN = (
    *("digest", "position", "number", "title", "title_html", "heading", "parts", "prose"),
    *("status", "archived_at", "edited_at"),
)


@dataclass(frozen=True)
class TopicInPlace:
    """Position of a topic among the topics of its digest; empty for an archived one."""

    contents: list[Topic]
    ordinal: int | None = None
    previous: Topic | None = None
    next: Topic | None = None


def topic_with_digest(user: Reader, pk: int) -> Topic | None:
    """The topic, live or archived, with its digest. Two queries: a join would cost more than the
    second one."""
    topics = Topic.objects.visible_to(user, archived=True)
    topic = topics.only(*_SHOWN).filter(pk=pk).order_by().first()
    digests = _digest(user, topic.digest_id) if topic else []
    if not topic or not digests:
        return None
    [topic.digest] = digests
    return topic


@kept_models
def _digest(user: Reader, pk: Slot) -> QuerySet[Digest]:
    return Digest.objects.visible_to(user).without_texts().filter(pk=pk).order_by()


@kept_models
def tags_of_topic(user: Reader, topic: Slot) -> QuerySet[Tag]:
    return Tag.objects.visible_to(user).of_topic(topic)


@kept_models
def tags_of_digest(user: Reader, digest: Slot) -> QuerySet[Tag]:
    return Tag.objects.visible_to(user).of_digest(digest)


def place_of(user: Reader, topic: Topic) -> TopicInPlace:
    """The position of a topic in its digest. One query."""
    topics = contents(user, [topic.digest_id])
    if topic not in topics:
        return TopicInPlace(topics)
    ordinal = topics.index(topic) + 1
    before, after = topics[: ordinal - 1], topics[ordinal:]
    return TopicInPlace(topics, ordinal, next(reversed(before), None), next(iter(after), None))


def surroundings(user: Reader, topic: Topic, tags: Iterable[Tag]) -> tuple[Cited, Related]:
    """Citations of a topic, and what is related to it and its tags. Five queries, up to eight if
    little is; see `related_to`."""
    cited = cited_in_topics(user, [topic.pk]).get(topic.pk, NOTHING)
    return cited, related_to(user, topic, cited.references.values(), tags)
