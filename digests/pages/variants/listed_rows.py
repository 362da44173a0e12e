"""Topics and digests in a list, as JSON values and as Markdown entries."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from digests.exporting import digest_fields
from digests.models import Digest, Topic
from digests.pages.parts.rows import named
from digests.pages.variants.markdown_text import link
from digests.search.results.model import HitDigest, HitTopic


def day(digest: Digest | HitDigest) -> str:
    return timezone.localdate(digest.published_at).isoformat()


def digest_entry(request: HttpRequest, digest: Digest | HitDigest) -> dict[str, Any]:
    return {
        **digest_fields(digest),
        "url": request.build_absolute_uri(digest.get_absolute_url()),
    }


def topic_entry(request: HttpRequest, topic: Topic | HitTopic) -> dict[str, Any]:
    return {
        "id": topic.pk,
        "number": topic.number,
        "title": topic.title,
        "url": request.build_absolute_uri(topic.get_absolute_url()),
        "digest": digest_entry(request, topic.digest),
    }


def digest_line(request: HttpRequest, digest: Digest | HitDigest) -> str:
    return f"{linked(request, digest)} · {day(digest)}"


def topic_line(request: HttpRequest, topic: Topic | HitTopic) -> str:
    return f"{linked(request, topic)} · {digest_line(request, topic.digest)}"


def linked(request: HttpRequest, row: Any) -> str:
    return link(named(row), request.build_absolute_uri(row.get_absolute_url()))
