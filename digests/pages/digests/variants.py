"""A digest as Markdown, byte for byte its export, and as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from digests.exporting import digest_bytes
from digests.models import Digest, Reader, Topic
from digests.pages.digests.views import renamed_digest
from digests.pages.variants.answering import (
    Format,
    Variants,
    json_variant,
    markdown_response,
    markdown_variant,
)
from digests.pages.variants.rows import digest_entry
from digests.pages.variants.texts import (
    DigestParts,
    citation_values,
    names,
    parts_of,
    topic_values,
)


@markdown_variant
def _digest_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    digests = Digest.objects.visible_to(request.user).select_related("imported")
    digest = digests.defer("preamble_html").filter(slug=slug).first()
    if digest is None:
        return renamed_digest(request, slug, Format.MARKDOWN)
    encoding = digest.imported.encoding
    charset = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    return markdown_response(digest_bytes(digest), charset)


@json_variant("digest")
def _digest_json(request: HttpRequest, slug: str) -> dict[str, Any] | HttpResponse:
    parts = _digest_parts(request.user, slug)
    if parts is None:
        return renamed_digest(request, slug, Format.JSON)
    return {
        **digest_entry(request, parts.digest),
        "tags": names(parts.digest.tag_list),
        "citations": citation_values(request, parts.citations),
        "topics": [topic_values(request, topic) for topic in parts.topics],
    }


def _digest_parts(user: Reader, slug: str) -> DigestParts | None:
    """The digest of this slug as `texts` needs it; None if there is none. Six queries."""
    digest = Digest.objects.visible_to(user).without_texts().with_tags().filter(slug=slug).first()
    if digest is None:
        return None
    topics = Topic.objects.visible_to(user).filter(digest=digest).order_by("position").with_tags()
    return parts_of(user, digest, list(topics.without_texts().defer("title_html")))


digest_variants = Variants(_digest_markdown, _digest_json)
