"""A reference as Markdown and as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from digests.models import Reader, Reference
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.rows import named
from digests.pages.references import queries
from digests.pages.variants.answering import Format, json_variant, markdown_variant
from digests.pages.variants.listing import TopicsAndDigests
from digests.pages.variants.markdown_text import escaped, link
from digests.vocabulary import VotedField


def _reference_rows(request: HttpRequest, reference: Reference) -> TopicsAndDigests:
    topics = queries.topics_citing(request.user, reference).with_digest().without_texts()
    digests = queries.digests_citing(request.user, reference).without_texts()
    counts = (reference.topic_count, digests.count())
    address = reference.get_absolute_url()
    return TopicsAndDigests(request, address, topics, digests, counts)


def cited_in(reference: Reference) -> str:
    """The number of topics that cite a reference, in words."""
    count = reference.topic_count
    cited = ngettext("Cited in %(count)s topic", "Cited in %(count)s topics", count)
    return cited % {"count": count}


@markdown_variant
def _reference_markdown(request: HttpRequest, pk: int, slug: str = "") -> str | HttpResponse:
    reference = queries.reference_at(request.user, pk)
    if reference.pk != pk or slug not in {"", reference.slug}:
        return permanently_at(request, Format.MARKDOWN.address(reference.get_absolute_url()))
    facts = [reference.get_kind_display(), escaped(reference.key)]
    urls = [reference.url, *_spellings(request.user, reference)]
    facts += [link(url, url) for url in dict.fromkeys(filter(None, urls))]
    parts = [
        f"# {escaped(named(reference))}",
        "\n".join(f"* {fact}" for fact in facts),
        *_reference_rows(request, reference).markdown(
            cited_in(reference), gettext("Digests that cite it before their first topic")
        ),
    ]
    return "\n\n".join(parts) + "\n"


@json_variant("reference")
def reference_json(request: HttpRequest, pk: int, slug: str = "") -> dict[str, Any] | HttpResponse:
    reference = queries.reference_at(request.user, pk)
    if reference.pk != pk or slug not in {"", reference.slug}:
        return permanently_at(request, Format.JSON.address(reference.get_absolute_url()))
    rows = _reference_rows(request, reference)
    return {
        "key": reference.key,
        "kind": reference.kind,
        "title": reference.title,
        "url": reference.url,
        "host": reference.host,
        "spellings": _spellings(request.user, reference),
        "reference_url": request.build_absolute_uri(reference.get_absolute_url()),
        "topic_count": reference.topic_count,
        "digest_count": rows.digest_count,
        **rows.json(),
    }


def _spellings(user: Reader, reference: Reference) -> list[str]:
    """URLs that texts write for the reference, the most frequent ones in alphabetical order."""
    return sorted(url for url, _count in queries.spellings(user, reference, VotedField.URL))


reference_variants = {Format.MARKDOWN: _reference_markdown, Format.JSON: reference_json}
