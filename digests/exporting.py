"""Export of digests: as files, byte for byte as imported if nobody edited them, and as JSON."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from digests import markdown
from digests.models import Citation, Digest, DigestQuerySet, Point, Tag, Topic
from digests.parsing import encode


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


def with_exported_rows(digests: DigestQuerySet) -> DigestQuerySet:
    """Prefetch the rows that `digest_json` reads, in a constant number of queries per batch."""
    # References and tags are joined. A prefetch of their own would be `id = 1 OR id = 2 OR …`, and
    # SQLite refuses an expression of more than 1,000 terms.
    citations = Prefetch("citations", Citation.objects.select_related("reference"))
    topics = Topic.objects.live().order_by("position").with_tags()
    return digests.with_tags().prefetch_related(
        citations, Prefetch("topics", topics.prefetch_related("points", citations))
    )


def digest_json(digest: Digest) -> dict[str, Any]:
    """A digest with its topics and citations. Load it `with_exported_rows`, or queries multiply."""
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


def digest_fields(digest: Digest) -> dict[str, Any]:
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
