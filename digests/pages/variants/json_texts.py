"""JSON values of the texts of digests and topics."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from digests.exporting import citation_json, topic_json
from digests.grouping import grouped_by
from digests.models import Citation, Digest, Point, Tag, Topic
from digests.pages.parts.rows import citations_of

_Values = list[dict[str, Any]]


def texts_of(
    request: HttpRequest, topics: Sequence[Topic], digest: Digest | None = None
) -> tuple[_Values, _Values]:
    """The citations of the preamble of ``digest``, and these topics with theirs. Two queries."""
    rows = Point.objects.visible_to(request.user, archived=True).filter(topic__in=topics)
    points = grouped_by(rows.order_by("position").defer("html", "plain"), lambda row: row.topic_id)
    of_topics = Q(topic__in=topics)
    of = Q(digest=digest) | of_topics if digest else of_topics
    cited = citations_of(request.user, of).defer("html", "text", "sentences")
    citations = grouped_by(cited, lambda row: row.topic_id)
    return [_citation(request, citation) for citation in citations[None]], [
        {
            **topic_json(
                topic,
                tags=topic.own_tags,
                points=points[topic.pk],
                citations=[_citation(request, citation) for citation in citations[topic.pk]],
            ),
            "url": request.build_absolute_uri(topic.get_absolute_url()),
        }
        for topic in topics
    ]


def _citation(request: HttpRequest, citation: Citation) -> dict[str, Any]:
    url = request.build_absolute_uri(citation.reference.get_absolute_url())
    return {**citation_json(citation), "reference_url": url}


def names(tags: Iterable[Tag]) -> list[str]:
    return [tag.name for tag in tags]
