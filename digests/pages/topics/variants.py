"""A topic as JSON, and as Markdown with a line that names its source."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from digests import markdown
from digests.models import Reader, Topic
from digests.pages.parts.redirects import permanently_at
from digests.pages.variants.answering import Format, json_variant, markdown_variant
from digests.pages.variants.json_texts import names, texts_of
from digests.pages.variants.listed_rows import digest_entry, digest_line
from digests.pages.variants.markdown_text import escaped, missing_definitions, with_appendix


@markdown_variant
def _topic_markdown(request: HttpRequest, pk: int, slug: str = "") -> str | HttpResponse:
    """The Markdown of the topic as in its digest, with a line that names its source."""
    topics = Topic.objects.visible_to(request.user, archived=True).select_related("digest")
    long_texts = ("parts", "prose", "title_html", "digest__front_matter", "digest__preamble_html")
    topics = topics.defer(*long_texts, "digest__preamble_text").with_tags().with_tags_of_digest()
    topic = get_object_or_404(topics, pk=pk)
    if slug not in {"", topic.slug}:
        return permanently_at(request, Format.MARKDOWN.address(topic.get_absolute_url()))
    text = topic.whole_text
    definitions = missing_definitions(text, _definitions_around(request.user, topic))
    return with_appendix(text, _source(request, topic), definitions)


@json_variant("topic")
def _topic_json(request: HttpRequest, pk: int, slug: str = "") -> dict[str, Any] | HttpResponse:
    topics = Topic.objects.visible_to(request.user, archived=True).with_digest()
    topics = topics.without_texts().defer("title_html").with_tags()
    topic = get_object_or_404(topics.with_tags_of_digest(), pk=pk)
    if slug not in {"", topic.slug}:
        return permanently_at(request, Format.JSON.address(topic.get_absolute_url()))
    _preamble, (values,) = texts_of(request, [topic])
    of_digest = {**digest_entry(request, topic.digest), "tags": names(topic.digest.tag_list)}
    return {**values, "is_archived": not topic.is_live, "digest": of_digest}


def _source(request: HttpRequest, topic: Topic) -> str:
    names = dict.fromkeys(tag.name for tag in [*topic.own_tags, *topic.digest.tag_list])
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


def _definitions_around(user: Reader, topic: Topic) -> markdown.Definitions:
    """Link definitions in the other texts of the topic's digest. One query."""
    topics = Topic.objects.visible_to(user).filter(digest=topic.digest_id)
    others = topics.exclude(pk=topic.pk).order_by("position")
    bodies = others.filter(body__contains="]:").values_list("body", flat=True)
    return markdown.definitions("\n\n".join([topic.digest.preamble, *bodies]))


topic_variants = {Format.MARKDOWN: _topic_markdown, Format.JSON: _topic_json}
