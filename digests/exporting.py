"""Export of digests: as files, byte for byte as imported if nobody edited them, and as JSON."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from digests import markdown
from digests.grouping import batched
from digests.models import Citation, Digest, Point, Tag, TaggedDigest, TaggedTopic, Topic
from digests.parsing import encode
from digests.search.results.model import HitDigest

# Topics whose rows one query asks for. A file may hold any number.
_TOPICS = 500
# The columns of a citation that an export reads. The others are long.
_OF_CITATION = ("topic", "digest", "label", "kind", "title", "url", "item", "reference__key")


def digest_bytes(digest: Digest) -> bytes:
    """The file of a digest, in the imported file's encoding. Costs one query, for the topics."""
    return encode(digest.whole_text(), digest.imported.encoding)


def first_difference(digest: Digest, found: bytes) -> int | None:
    """Compare a digest's export with a file: the first differing line, from 1, or None."""
    exported = digest_bytes(digest)
    if exported == found:
        return None
    ours, theirs = (
        markdown.lines(data.decode(digest.imported.encoding, "replace"))
        for data in (exported, found)
    )
    pairs = enumerate(zip_longest(ours, theirs), 1)
    # Line 1 also stands for bytes that decode alike: a byte order mark, or invalid bytes.
    return next((number for number, (our, their) in pairs if our != their), 1)


def fetch_exported_rows(digests: Sequence[Digest]) -> None:
    """Fetch the rows that `digest_json` reads: four queries, and three for each `_TOPICS` topics.

    ``digests``: as many as one query may name.
    """
    # References and tags are joined. A prefetch of their own would be `id = 1 OR id = 2 OR …`, and
    # SQLite refuses an expression of more than 1,000 terms.
    cited = Citation.objects.select_related("reference")
    citations = Prefetch("citations", cited.only(*_OF_CITATION))
    topics = Prefetch("topics", Topic.objects.live().order_by("position").without_texts())
    of_digest = Prefetch("taggings", TaggedDigest.objects.select_related("tag"))
    prefetch_related_objects(digests, of_digest, citations, topics)
    # The topics apart, as a prefetch through the digests would name all of them in one query.
    points = Prefetch("points", Point.objects.only("topic", "label", "kind", "text"))
    of_topic = Prefetch("taggings", TaggedTopic.objects.select_related("tag"))
    for some in batched((topic for digest in digests for topic in digest.topics.all()), _TOPICS):
        prefetch_related_objects(some, of_topic, citations, points)


def digest_json(digest: Digest) -> dict[str, Any]:
    """A digest with its topics and citations. Without `fetch_exported_rows` queries multiply."""
    return {
        **digest_fields(digest),
        "tags": [tag.name for tag in digest.tag_list],
        "citations": [citation_json(citation) for citation in digest.citations.all()],
        "topics": [
            topic_json(
                topic,
                tags=topic.own_tags,
                points=topic.points.all(),
                citations=[citation_json(citation) for citation in topic.citations.all()],
            )
            for topic in digest.topics.all()
        ],
    }


def digest_fields(digest: Digest | HitDigest) -> dict[str, Any]:
    """The fields that name a digest: in its own export, and where other rows refer to it."""
    return {
        "slug": digest.slug,
        "title": digest.title,
        "published_at": written_moment(digest.published_at),
    }


def written_moment(moment: datetime) -> str:
    """Format a moment by RFC 3339 (JSON Schema's date-time), in the site's time zone.

    Historic offsets with seconds cannot be written so; such a moment is written in UTC.
    """
    local = timezone.localtime(moment)
    offset = local.utcoffset() or timedelta()
    return (local.astimezone(UTC) if offset % timedelta(minutes=1) else local).isoformat()


def topic_json(
    topic: Topic, *, tags: Iterable[Tag], points: Iterable[Point], citations: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "id": topic.pk,
        "number": topic.number,
        "position": topic.position,
        "title": topic.title,
        "tags": [tag.name for tag in tags],
        "points": [
            {"label": point.label, "kind": point.kind, "text": point.text} for point in points
        ],
        "citations": citations,
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "label": citation.label,
        "kind": citation.kind,
        "title": citation.title,
        "url": citation.url,
        "reference": citation.reference.key,
        "inline": citation.inline,
    }
