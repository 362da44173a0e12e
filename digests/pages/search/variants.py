"""A search as Markdown and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.pages.parts.counted import found_counted, topics_found
from digests.pages.search.describing import described, said
from digests.pages.search.views import address, read_input
from digests.pages.variants.answering import Format, json_variant, markdown_variant
from digests.pages.variants.listed_rows import topic_entry, topic_line
from digests.pages.variants.markdown_text import escaped, link, section
from digests.pages.variants.paging import PageLinks
from digests.search import results as searching
from digests.search.engines.requests import COUNTED
from digests.search.results.highlight import Pieces
from digests.search.results.model import Alternative, Hit


class _Search:
    """A search that was run: its input and its results."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.text, chosen, order, page = read_input(request)
        self.results = searching.search(
            self.text, chosen=chosen, order=order, page=page, user=request.user
        )
        self.described = described(self.results.query)

    def url(self, form: Format, **changed: str) -> str:
        """The address of this search in a format, with some parameters changed."""
        query = address(self.text, self.results)
        for name, value in changed.items():
            query[name] = value
        page = self.request.build_absolute_uri(reverse("digests:search"))
        return f"{form.address(page)}?{query.urlencode()}"

    @property
    def links(self) -> PageLinks:
        number, pages = self.results.page, self.results.pages
        return PageLinks(number, pages, lambda form, page: self.url(form, page=str(page)))


@json_variant("search")
def _search_json(request: HttpRequest) -> dict[str, Any]:
    search = _Search(request)
    results = search.results
    return {
        "query": {
            "text": search.text,
            "description": search.described,
            "order": results.order.value,
            "chosen": [asdict(chip) for chip in results.chips],
            "notes": [
                {"code": note.code.value, "text": note.text, "message": said(note)}
                for note in results.query.notes
            ],
        },
        "total": min(results.total, results.counted),
        "more": results.is_more,
        "relaxed": list(results.relaxed),
        "unfiltered": min(results.unfiltered, COUNTED),
        "near_titles": [
            {"lacking": hit.lacking, "topic": _hit(request, hit)}
            for hit in results.hits
            if hit.lacking
        ],
        "hits": [_hit(request, hit) for hit in results.hits if not hit.lacking],
        "names": [
            {"kind": hit.kind, "title": hit.name, "url": request.build_absolute_uri(hit.address)}
            for hit in results.names
        ],
        "facets": [asdict(facet) for facet in results.facets],
        "alternatives": [
            {**_other(search, other), "dropped": other.dropped} for other in results.alternatives
        ],
        "parts": {
            "text": results.parts.typed,
            "queries": [_other(search, part) for part in results.parts.queries],
        },
        **search.links.json(),
    }


def _other(search: _Search, other: Alternative) -> dict[str, Any]:
    return {
        "query": other.query,
        "count": min(other.count, COUNTED),
        "url": search.url(Format.JSON, q=other.query),
    }


def _hit(request: HttpRequest, hit: Hit) -> dict[str, Any]:
    excerpts = [
        {"label": excerpt.label, "kind": excerpt.kind, "text": _plain(excerpt.pieces)}
        for excerpt in hit.excerpts
    ]
    return {**topic_entry(request, hit.topic), "excerpts": excerpts}


@markdown_variant
def _search_markdown(request: HttpRequest) -> str:
    search = _Search(request)
    results = search.results
    parts = [f"# {escaped(search.text) or _('Search')}", *_summary(search)]
    parts += section(_("Try instead"), _other_lines(search, results.alternatives))
    of_typed = _("Parts of “%(typed)s”") % {"typed": escaped(results.parts.typed)}
    parts += section(of_typed, _other_lines(search, results.parts.queries))
    names = [(hit.name, request.build_absolute_uri(hit.address)) for hit in results.names]
    parts += section(_("Tags, references and digests"), (f"* {link(*name)}" for name in names))
    parts += section(_("Topics"), chain(*(_hit_lines(request, hit) for hit in results.hits)))
    if results.hits:
        parts += search.links.markdown()
    return "\n\n".join(parts) + "\n"


def _summary(search: _Search) -> Iterator[str]:
    results = search.results
    count = found_counted(results.total, results.counted)
    told = {"count": count, "described": escaped(search.described)}
    if not (search.text or results.chips):
        yield _("Nothing was searched for: add ?q= and words to this address.")
    elif not results.total:
        yield (
            _("No topic found: %(described)s") % told if told["described"] else _("No topic found")
        )
    elif results.relaxed:
        yield _("No topic fits this: %(described)s") % told
        some_of = ngettext(
            "%(count)s topic has some of these words:",
            "%(count)s topics have some of these words:",
            results.total,
        )
        yield f"{some_of % told} {escaped(' '.join(results.relaxed))}"
    elif told["described"]:
        found = ngettext(
            "%(count)s topic found: %(described)s",
            "%(count)s topics found: %(described)s",
            results.total,
        )
        yield found % told
        if near := results.near_titles:
            listed = ngettext(
                "Listed first: %(count)s topic whose title has all of these words but one",
                "Listed first: %(count)s topics whose titles have all of these words but one",
                near,
            )
            yield listed % {"count": near}
    else:
        yield topics_found(results.total, results.counted)
    if results.chips:
        chosen = ", ".join(chip.name for chip in results.chips)
        yield f"{_('Only topics with')}: {escaped(chosen)}"
    yield from (escaped(said(note)) for note in results.query.notes)


def _other_lines(search: _Search, others: Iterable[Alternative]) -> Iterator[str]:
    for other in others:
        url = search.url(Format.MARKDOWN, q=other.query)
        yield f"* {link(other.query, url)} · {topics_found(other.count)}"


def _hit_lines(request: HttpRequest, hit: Hit) -> Iterator[str]:
    yield f"* {topic_line(request, hit.topic)}"
    if hit.lacking:
        lacking = _("Its title has all words but “%(word)s”") % {"word": hit.lacking}
        yield f"  * {escaped(lacking)}"
    for excerpt in hit.excerpts:
        label = f"{excerpt.label}: " if excerpt.label else ""
        yield f"  * {escaped(label + _plain(excerpt.pieces))}"


def _plain(pieces: Pieces) -> str:
    return "".join(piece for piece, _is_hit in pieces)


search_variants = {Format.MARKDOWN: _search_markdown, Format.JSON: _search_json}
