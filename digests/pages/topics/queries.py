"""A topic and what is around it."""

from dataclasses import dataclass

from django.db.models import Q, prefetch_related_objects

from digests.models import Tag, Topic
from digests.pages.parts.cited import Cited
from digests.pages.parts.rows import beside, points_in_order, tags_by_topic, texts_of_digest
from digests.pages.topics.related import Related, related_to
from digests.vocabulary import TopicStatus


@dataclass(frozen=True)
class TopicInPlace:
    """A topic and the topics of its digest, among which one that is archived does not count."""

    topic: Topic
    contents: list[Topic]
    ordinal: int | None
    previous: Topic | None
    next: Topic | None


@dataclass(frozen=True)
class Surroundings:
    tags: list[Tag]
    tags_of_digest: list[Tag]
    cited: Cited
    related: Related


def topic_in_place(pk: int) -> TopicInPlace | None:
    """Find a topic among those of its digest. Three queries; one long text is read."""
    live_or_asked_for = Q(status=TopicStatus.LIVE) | Q(pk=pk)
    same_digest = Topic.objects.filter(pk=pk).values("digest")
    rows = list(
        Topic.objects.with_page()
        .filter(live_or_asked_for, digest__in=same_digest)
        .order_by("position")
        .select_related("digest")
        .defer("body", "parts", "prose", *texts_of_digest("digest__"))
    )
    topic = next((row for row in rows if row.pk == pk), None)
    if topic is None:
        return None
    topic.refresh_from_db(fields=["parts", "prose"])
    prefetch_related_objects([topic], points_in_order())
    contents = [row for row in rows if row.is_live]
    if not topic.is_live:
        return TopicInPlace(topic, contents, None, None, None)
    return TopicInPlace(topic, contents, contents.index(topic) + 1, *beside(topic, contents))


def surroundings(topic: Topic) -> Surroundings:
    """Three queries."""
    tags = tags_by_topic(topic.digest, [topic])
    own_tags = tags.get(topic.pk, [])
    citations = list(topic.citations.select_related("reference").order_by("position"))
    references = {citation.reference_id: citation.reference for citation in citations}
    return Surroundings(
        tags=own_tags,
        tags_of_digest=tags.get(None, []),
        cited=Cited.by(citations),
        related=related_to(topic, references.values(), own_tags),
    )
