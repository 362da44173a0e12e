"""A tag and a reference: what has it, or cites it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.models import Digest, Reference, Topic
from digests.pages.parts.addresses import permanently_at
from digests.pages.parts.paging import page_number
from digests.pages.parts.rows import named
from digests.pages.references.queries import digests_citing, topics_citing
from digests.pages.tags.tagged import Subject, digests_with, subject_at, topics_with
from digests.pages.variants.answering import (
    Format,
    Variants,
    json_variant,
    markdown_response,
    markdown_variant,
)
from digests.pages.variants.paging import PageLinks
from digests.pages.variants.queries import spellings
from digests.pages.variants.rows import digest_entry, digest_line, topic_entry, topic_line
from digests.pages.variants.writing import escaped, link

ROWS_ON_PAGE = 20


@dataclass(frozen=True)
class _Rows:
    """A page of topics and of digests: one walk over the pages meets all of both."""

    topics: Sequence[Topic]
    digests: Sequence[Digest]
    links: PageLinks

    @classmethod
    def asked_for(
        cls,
        request: HttpRequest,
        row: Subject | Reference,
        topics: QuerySet[Topic],
        digests: QuerySet[Digest],
    ) -> "_Rows":
        pages = max(1, ceil(max(row.topic_count, row.digest_count) / ROWS_ON_PAGE))
        number = min(page_number(request), pages)
        some = slice((number - 1) * ROWS_ON_PAGE, number * ROWS_ON_PAGE)
        here = request.build_absolute_uri(row.get_absolute_url())
        links = PageLinks(number, pages, lambda form, page: f"{form.address(here)}?page={page}")
        return cls(list(topics[some]), list(digests[some]), links)

    def json(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "topics": [topic_entry(request, topic) for topic in self.topics],
            "digests": [digest_entry(request, digest) for digest in self.digests],
            **self.links.json(),
        }

    def markdown(self, request: HttpRequest, topics: str, digests: str) -> list[str]:
        """Under these headings."""
        lists = (
            (topics, [topic_line(request, topic) for topic in self.topics]),
            (digests, [digest_line(request, digest) for digest in self.digests]),
        )
        parts = []
        for title, lines in lists:
            if lines:
                parts += [f"## {title}", "\n".join(f"* {line}" for line in lines)]
        return [*parts, *self.links.markdown()]


def _tag(slug: str) -> Subject:
    subject = subject_at(slug)
    if subject is None:
        raise Http404
    return subject


def _tag_rows(request: HttpRequest, tag: Subject) -> _Rows:
    return _Rows.asked_for(request, tag, topics_with(tag.tags), digests_with(tag.tags))


@markdown_variant
def _tag_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    tag = _tag(slug)
    if slug != tag.slug:
        return permanently_at(request, Format.MARKDOWN.address(tag.get_absolute_url()))
    parts = [
        f"# {escaped(tag.name)}",
        *_tag_rows(request, tag).markdown(
            request,
            ngettext("%(count)s topic", "%(count)s topics", tag.topic_count)
            % {"count": tag.topic_count},
            _("Digests with this tag"),
        ),
    ]
    return markdown_response("\n\n".join(parts) + "\n")


@json_variant("tag")
def _tag_json(request: HttpRequest, slug: str) -> dict[str, Any] | HttpResponse:
    tag = _tag(slug)
    if slug != tag.slug:
        return permanently_at(request, Format.JSON.address(tag.get_absolute_url()))
    return {
        "name": tag.name,
        "slug": tag.slug,
        "url": request.build_absolute_uri(tag.get_absolute_url()),
        "topic_count": tag.topic_count,
        "digest_count": tag.digest_count,
        **_tag_rows(request, tag).json(request),
    }


def _reference(pk: int) -> Reference:
    return get_object_or_404(Reference.objects.with_digest_count(), pk=pk)


def _reference_rows(request: HttpRequest, reference: Reference) -> _Rows:
    topics = topics_citing(reference).prefetch_related(None)
    return _Rows.asked_for(request, reference, topics, digests_citing(reference))


@markdown_variant
def _reference_markdown(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    reference = _reference(pk)
    if slug not in {"", reference.slug}:
        return permanently_at(request, Format.MARKDOWN.address(reference.get_absolute_url()))
    facts = [reference.get_kind_display(), escaped(reference.key)]
    urls = [reference.url, *spellings(reference)]
    facts += [link(url, url) for url in dict.fromkeys(filter(None, urls))]
    count = reference.topic_count
    parts = [
        f"# {escaped(named(reference))}",
        "\n".join(f"* {fact}" for fact in facts),
        *_reference_rows(request, reference).markdown(
            request,
            ngettext("Cited in %(count)s topic", "Cited in %(count)s topics", count)
            % {"count": count},
            _("Digests that cite it before their first topic"),
        ),
    ]
    return markdown_response("\n\n".join(parts) + "\n")


@json_variant("reference")
def _reference_json(request: HttpRequest, pk: int, slug: str = "") -> dict[str, Any] | HttpResponse:
    reference = _reference(pk)
    if slug not in {"", reference.slug}:
        return permanently_at(request, Format.JSON.address(reference.get_absolute_url()))
    return {
        "key": reference.key,
        "kind": reference.kind,
        "title": reference.title,
        "url": reference.url,
        "host": reference.host,
        "spellings": spellings(reference),
        "reference_url": request.build_absolute_uri(reference.get_absolute_url()),
        "topic_count": reference.topic_count,
        "digest_count": reference.digest_count,
        **_reference_rows(request, reference).json(request),
    }


tag = Variants(_tag_markdown, _tag_json)
reference = Variants(_reference_markdown, _reference_json)
