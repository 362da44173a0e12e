"""A tag as Markdown and as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from digests.models import Tag
from digests.pages.parts.counted import topics_counted
from digests.pages.parts.redirects import permanently_at
from digests.pages.tags.queries import Subject, digests_with, subject_with_suffix, topics_with
from digests.pages.variants.answering import Format, json_variant, markdown_variant
from digests.pages.variants.listing import TopicsAndDigests
from digests.pages.variants.markdown_text import escaped


def _tag_rows(request: HttpRequest, tag: Subject) -> TopicsAndDigests:
    topics = topics_with(request.user, tag.tags).newest_first().with_digest().without_texts()
    digests = digests_with(request.user, tag).without_texts()
    counts = (tag.topic_count, tag.digest_count)
    return TopicsAndDigests(request, tag.get_absolute_url(), topics, digests, counts)


@markdown_variant
def _tag_markdown(request: HttpRequest, slug: str) -> str | HttpResponse:
    tag = subject_with_suffix(request.user, slug, Format.MARKDOWN.address(""))
    if isinstance(tag, Tag):
        return permanently_at(request, tag.get_absolute_url())
    if slug != tag.slug:
        return permanently_at(request, Format.MARKDOWN.address(tag.get_absolute_url()))
    topics, digests = topics_counted(tag.topic_count), _("Digests with this tag")
    rows = _tag_rows(request, tag).markdown(topics, digests)
    return "\n\n".join([f"# {escaped(tag.name)}", *rows]) + "\n"


@json_variant("tag")
def _tag_json(request: HttpRequest, slug: str) -> dict[str, Any] | HttpResponse:
    tag = subject_with_suffix(request.user, slug, Format.JSON.address(""))
    if isinstance(tag, Tag):
        return permanently_at(request, tag.get_absolute_url())
    if slug != tag.slug:
        return permanently_at(request, Format.JSON.address(tag.get_absolute_url()))
    return {
        "name": tag.name,
        "slug": tag.slug,
        "url": request.build_absolute_uri(tag.get_absolute_url()),
        "topic_count": tag.topic_count,
        "digest_count": tag.digest_count,
        **_tag_rows(request, tag).json(),
    }


tag_variants = {Format.MARKDOWN: _tag_markdown, Format.JSON: _tag_json}
