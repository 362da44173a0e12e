"""A digest as Markdown, byte for byte its export, and as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from digests.exporting import digest_bytes
from digests.models import Digest, Topic
from digests.pages.parts.addresses import permanently_at
from digests.pages.parts.rows import texts_of_digest, texts_of_topic
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
    digests = Digest.objects.select_related("imported").defer("preamble_html")
    digest = digests.filter(slug=slug).first()
    if digest is None:
        return _renamed_digest(request, slug, Format.MARKDOWN)
    encoding = digest.imported.encoding
    charset = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    return markdown_response(digest_bytes(digest), charset)


@json_variant("digest")
def _digest_json(request: HttpRequest, slug: str) -> dict[str, Any] | HttpResponse:
    parts = _digest_parts(slug)
    if parts is None:
        return _renamed_digest(request, slug, Format.JSON)
    return {
        **digest_entry(request, parts.digest),
        "tags": names(parts.tags),
        "citations": citation_values(request, parts.citations),
        "topics": [topic_values(request, topic) for topic in parts.topics],
    }


def _renamed_digest(request: HttpRequest, slug: str, form: Format) -> HttpResponse:
    renamed = get_object_or_404(Digest, aliases__slug=slug)
    return permanently_at(request, form.address(renamed.get_absolute_url()))


def _digest_parts(slug: str) -> DigestParts | None:
    """Four queries."""
    of_digest = Topic.objects.live().filter(digest__slug=slug).order_by("position")
    columns = (*texts_of_topic(), "title_html", *texts_of_digest("digest__"))
    topics = list(of_digest.select_related("digest").defer(*columns))
    if topics:
        return parts_of(topics[0].digest, topics)
    without_topics = Digest.objects.filter(slug=slug).defer(*texts_of_digest()).first()
    return parts_of(without_topics, []) if without_topics else None


digest_variants = Variants(_digest_markdown, _digest_json)
