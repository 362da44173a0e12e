"""The product's rows, as the peer imports them. Import this after `database.set_up`."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from digests.models import Citation, Digest, Topic


def product_rows() -> Iterator[dict[str, Any]]:
    """Yield each digest with what its pages show, as values that JSON has."""
    cited = Citation.objects.select_related("reference").order_by("position")
    topics = Topic.objects.live().order_by("position").with_tags()
    topics = topics.prefetch_related(Prefetch("citations", cited))
    # In the order in which they came, as an importer would add them.
    for digest in Digest.objects.order_by("pk").with_tags().iterator(chunk_size=20):
        yield {
            "pk": digest.pk,
            "title": digest.title,
            "published_at": digest.published_at.isoformat(),
            "preamble": digest.preamble,
            "tags": [tag.name for tag in digest.tag_list],
            "topics": [_topic_row(topic) for topic in topics.filter(digest=digest)],
        }


def _topic_row(topic: Topic) -> dict[str, Any]:
    references = {citation.reference_id: citation.reference for citation in topic.citations.all()}
    return {
        "pk": topic.pk,
        "number": topic.number,
        "title": topic.title,
        "body": topic.body,
        "is_open": topic.is_open,
        "tags": [tag.name for tag in topic.own_tags],
        "references": [
            (pk, reference.title, reference.url, reference.topic_count)
            for pk, reference in references.items()
        ],
    }
