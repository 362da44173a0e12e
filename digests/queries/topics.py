"""A topic and what is around it."""

from dataclasses import dataclass

from digests.models import Tag, Topic
from digests.queries.cited import Cited
from digests.queries.rows import beside, contents, tags_by_topic


@dataclass(frozen=True)
class TopicInPlace:
    """A topic's tags and references, and its place among the topics of its digest, where it is
    None for one that is archived."""

    tags: list[Tag]
    tags_of_digest: list[Tag]
    cited: Cited
    contents: list[Topic]
    place: int | None
    previous: Topic | None
    next: Topic | None


def topic_in_place(topic: Topic) -> TopicInPlace:
    topics = contents(topic.digest)
    previous, following = beside(topic, topics) if topic.is_live else (None, None)
    tags = tags_by_topic(topic.digest, [topic])
    return TopicInPlace(
        tags=tags.get(topic.pk, []),
        tags_of_digest=tags.get(None, []),
        cited=Cited.by(topic.citations.select_related("reference").order_by("position")),
        contents=topics,
        place=topics.index(topic) + 1 if topic.is_live else None,
        previous=previous,
        next=following,
    )
