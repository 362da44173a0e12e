"""The values of a digest's and a topic's texts, as JSON gives them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from digests.exporting import citation_json, topic_json
from digests.models import Citation, Digest, Point, Tag, Topic
from digests.pages.parts.rows import by_topic, citations_of, tags_by_topic


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


def parts_of(digest: Digest, topics: Sequence[Topic]) -> DigestParts:
    """The digest with these of its topics alone. Three queries."""
    tags = tags_by_topic(digest, topics)
    points = by_topic(Point.objects.filter(topic__in=topics).order_by("position"))
    citations = by_topic(citations_of(digest, topics).defer("html", "text", "sentences"))
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


def topic_values(request: HttpRequest, parts: TopicParts) -> dict[str, Any]:
    return {
        **topic_json(
            parts.topic,
            tags=parts.tags,
            points=parts.points,
            citations=citation_values(request, parts.citations),
        ),
        "url": request.build_absolute_uri(parts.topic.get_absolute_url()),
    }


def citation_values(request: HttpRequest, citations: Iterable[Citation]) -> list[dict[str, Any]]:
    return [
        {
            **citation_json(citation),
            "reference_url": request.build_absolute_uri(citation.reference.get_absolute_url()),
        }
        for citation in citations
    ]


def names(tags: Iterable[Tag]) -> list[str]:
    return [tag.name for tag in tags]
