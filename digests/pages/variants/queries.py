"""What the variants of pages show to scripts: texts as written and values, no HTML."""

from collections.abc import Sequence
from dataclasses import dataclass

from digests import markdown
from digests.models import Citation, Digest, Point, Reference, Tag, Topic
from digests.pages.parts.rows import by_topic, citations_of, tags_by_topic, texts_of_digest

SPELLINGS = 100


@dataclass(frozen=True)
class TopicParts:
    topic: Topic
    tags: Sequence[Tag]
    points: Sequence[Point]
    citations: Sequence[Citation]


@dataclass(frozen=True)
class DigestParts:
    digest: Digest
    tags: Sequence[Tag]
    citations: Sequence[Citation]
    """Those of the preamble."""
    topics: Sequence[TopicParts]


def digest_parts(slug: str) -> DigestParts | None:
    """Four queries."""
    of_digest = Topic.objects.live().filter(digest__slug=slug).order_by("position")
    columns = ("heading", "body", "html", "title_html", *texts_of_digest("digest__"))
    topics = list(of_digest.select_related("digest").defer(*columns))
    if topics:
        return parts_of(topics[0].digest, topics)
    without_topics = Digest.objects.filter(slug=slug).defer(*texts_of_digest()).first()
    return parts_of(without_topics, []) if without_topics else None


def parts_of(digest: Digest, topics: Sequence[Topic]) -> DigestParts:
    """The digest with these of its topics alone. Three queries."""
    tags = tags_by_topic(digest, topics)
    points = by_topic(Point.objects.filter(topic__in=topics).order_by("position"))
    citations = by_topic(citations_of(digest, topics).defer("html"))
    return DigestParts(
        digest,
        tags.get(None, []),
        citations.get(None, []),
        [
            TopicParts(
                topic,
                tags.get(topic.pk, []),
                points.get(topic.pk, []),
                citations.get(topic.pk, []),
            )
            for topic in topics
        ],
    )


def definitions_around(topic: Topic) -> markdown.Definitions:
    """The link definitions in the other texts of its digest. One query."""
    others = topic.digest.topics.live().exclude(pk=topic.pk).order_by("position")
    bodies = others.filter(body__contains="]:").values_list("body", flat=True)
    return markdown.definitions("\n\n".join([topic.digest.preamble, *bodies]))


def spellings(reference: Reference) -> list[str]:
    """The URLs that readers meet it by, as they are written, in the order of the alphabet."""
    urls = reference.citations.shown().exclude(url="").order_by("url")
    return list(urls.values_list("url", flat=True).distinct()[:SPELLINGS])
