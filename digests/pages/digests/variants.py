"""A digest as Markdown, byte for byte its export, and as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from digests.exporting import digest_bytes
from digests.models import Digest, Topic
from digests.pages.digests.views import renamed_digest
from digests.pages.variants import answering
from digests.pages.variants.json_texts import names, texts_of
from digests.pages.variants.listed_rows import digest_entry


@answering.markdown_variant
def _digest_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    digests = Digest.objects.visible_to(request.user).select_related("imported")
    digest = digests.defer("preamble_html").filter(slug=slug).first()
    if digest is None:
        return renamed_digest(request, slug, answering.Format.MARKDOWN)
    encoding = digest.imported.encoding
    charset = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    return answering.markdown_response(digest_bytes(digest), charset)


@answering.json_variant("digest")
def _digest_json(request: HttpRequest, slug: str) -> dict[str, Any] | HttpResponse:
    """The digest with its topics. Six queries."""
    digests = Digest.objects.visible_to(request.user).without_texts().with_tags()
    digest = digests.filter(slug=slug).first()
    if digest is None:
        return renamed_digest(request, slug, answering.Format.JSON)
    rows = Topic.objects.visible_to(request.user).filter(digest=digest).order_by("position")
    rows = rows.with_tags().without_texts().defer("title_html")
    citations, topics = texts_of(request, list(rows), digest)
    return {
        **digest_entry(request, digest),
        "tags": names(digest.tag_list),
        "citations": citations,
        "topics": topics,
    }


digest_variants = {
    answering.Format.MARKDOWN: _digest_markdown,
    answering.Format.JSON: _digest_json,
}
