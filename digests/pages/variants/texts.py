"""A digest and a topic."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from digests.exporting import citation_json, digest_bytes, topic_json
from digests.models import Citation, Digest, Tag, Topic
from digests.pages.parts.addresses import permanently_at
from digests.pages.parts.rows import tags_by_topic
from digests.pages.variants.answering import (
    Format,
    Variants,
    json_variant,
    markdown_response,
    markdown_variant,
)
from digests.pages.variants.queries import TopicParts, definitions_around, digest_parts, parts_of
from digests.pages.variants.rows import digest_entry, digest_line
from digests.pages.variants.writing import escaped, missing_definitions, with_appendix


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
    parts = digest_parts(slug)
    if parts is None:
        return _renamed_digest(request, slug, Format.JSON)
    return {
        **digest_entry(request, parts.digest),
        "tags": _names(parts.tags),
        "citations": _citations(request, parts.citations),
        "topics": [_topic(request, topic) for topic in parts.topics],
    }


def _renamed_digest(request: HttpRequest, slug: str, form: Format) -> HttpResponse:
    renamed = get_object_or_404(Digest, aliases__slug=slug)
    return permanently_at(request, form.address(renamed.get_absolute_url()))


@markdown_variant
def _topic_markdown(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """As it stands in its digest, with a line that says where it is from."""
    topics = Topic.objects.with_page().select_related("digest")
    long_texts = ("html", "title_html", "digest__front_matter", "digest__preamble_html")
    topic = get_object_or_404(topics.defer(*long_texts), pk=pk)
    if slug not in {"", topic.slug}:
        return permanently_at(request, Format.MARKDOWN.address(topic.get_absolute_url()))
    text = topic.whole_text
    definitions = missing_definitions(text, definitions_around(topic))
    return markdown_response(with_appendix(text, _source(request, topic), definitions))


@json_variant("topic")
def _topic_json(request: HttpRequest, pk: int, slug: str = "") -> dict[str, Any] | HttpResponse:
    topics = Topic.objects.with_page().with_digest()
    long_texts = ("heading", "body", "html", "title_html", "digest__front_matter")
    topic = get_object_or_404(topics.defer(*long_texts), pk=pk)
    if slug not in {"", topic.slug}:
        return permanently_at(request, Format.JSON.address(topic.get_absolute_url()))
    parts = parts_of(topic.digest, [topic])
    of_digest = {**digest_entry(request, topic.digest), "tags": _names(parts.tags)}
    is_archived = {"is_archived": not topic.is_live}
    return {**_topic(request, parts.topics[0]), **is_archived, "digest": of_digest}


digest = Variants(_digest_markdown, _digest_json)
topic = Variants(_topic_markdown, _topic_json)


def _topic(request: HttpRequest, parts: TopicParts) -> dict[str, Any]:
    return {
        **topic_json(
            parts.topic,
            tags=parts.tags,
            points=parts.points,
            citations=_citations(request, parts.citations),
        ),
        "url": request.build_absolute_uri(parts.topic.get_absolute_url()),
    }


def _citations(request: HttpRequest, citations: Iterable[Citation]) -> list[dict[str, Any]]:
    return [
        {
            **citation_json(citation),
            "reference_url": request.build_absolute_uri(citation.reference.get_absolute_url()),
        }
        for citation in citations
    ]


def _names(tags: Iterable[Tag]) -> list[str]:
    return [tag.name for tag in tags]


def _source(request: HttpRequest, topic: Topic) -> str:
    tags = tags_by_topic(topic.digest, [topic])
    names = dict.fromkeys(tag.name for key in (topic.pk, None) for tag in tags.get(key, []))
    pieces = [
        escaped(settings.KB_SITE_NAME),
        digest_line(request, topic.digest),
        f"<{request.build_absolute_uri(topic.get_absolute_url())}>",
    ]
    if names:
        pieces.append(_("Tags: %(names)s") % {"names": escaped(", ".join(names))})
    if not topic.is_live:
        pieces.append(_("archived: no longer in the file of its digest"))
    return _("Source: %(source)s") % {"source": " · ".join(pieces)}
