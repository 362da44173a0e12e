"""JSON values of the texts of digests and topics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from digests.exporting import citation_json, topic_json
from digests.models import Citation, Digest, Point, Reader, Tag, Topic
from digests.pages.parts.rows import by_topic, citations_of


@dataclass(frozen=True)
class TopicParts:
    topic: Topic
    points: Sequence[Point]
    citations: Sequence[Citation]


@dataclass(frozen=True)
class DigestParts:
    """The parts of a digest. ``citations`` are those of the preamble."""

    digest: Digest
    citations: Sequence[Citation]
    topics: Sequence[TopicParts]


def parts_of(user: Reader, digest: Digest, topics: Sequence[Topic]) -> DigestParts:
    """The parts of a digest with only these topics. Two queries."""
    rows = Point.objects.visible_to(user, archived=True).filter(topic__in=topics)
    points = by_topic(rows.order_by("position").defer("html", "plain"))
    cited = citations_of(user, digest, topics).defer("html", "text", "sentences")
    citations = by_topic(cited)
    parts = [
        TopicParts(topic, points.get(topic.pk, []), citations.get(topic.pk, [])) for topic in topics
    ]
    return DigestParts(digest, citations.get(None, []), parts)


def topic_values(request: HttpRequest, parts: TopicParts) -> dict[str, Any]:
    return {
        **topic_json(
            parts.topic,
            tags=parts.topic.own_tags,
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
