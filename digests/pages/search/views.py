from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from digests.pages.caching import cached_page
from digests.pages.parts.about import About, canonical_query
from digests.pages.parts.paging import page_number, page_of_found
from digests.pages.search.describing import described, said
from digests.search import results as searching
from digests.search.engines import Order
from digests.search.engines.requests import FACETED
from digests.search.results import Results
from digests.vocabulary import DocumentKind

# Characters of a query that are read. More than the parser takes, since a note of the parser says
# what it left out; few enough to stand in each link of a page.
MAX_TYPED = 500
# Maximum number of chosen values of one facet.
MAX_CHOSEN = 10

FACETS = {
    "tag": _("Tags"),
    "label": _("Labels"),
    "kind": _("References"),
    "year": _("Year"),
}
EXAMPLES = [
    ("显存 RAG", _("both words")),
    ('"强化学习"', _("exactly this, without a break")),
    ("微调 -LoRA", _("the first word, but not the second")),
    ("LoRA OR QLoRA", _("one of the two, or both")),
    ("tag:RAG", _("topics with this tag")),
    ("label:结论", _("topics with a point of this label")),
    ("kind:论文", _("topics that cite a reference of this kind")),
    ("ref:arxiv:2305.18290", _("topics that cite this reference")),
    ("digest:2024-07-10", _("the topics of this digest")),
    ("before:2024-08", _("older than this month; after: for what is newer")),
    ("is:edited", _("edited since import")),
]


class SearchForm(forms.Form):
    sort = forms.ChoiceField(choices=[(order.value, order.name) for order in Order], required=False)


class SearchInput(NamedTuple):
    """The validated parameters of a search. Invalid values are dropped without an error."""

    text: str
    chosen: dict[str, list[str]]
    order: Order
    page: int


def read_input(request: HttpRequest) -> SearchInput:
    form = SearchForm(request.GET)
    order = form.cleaned_data["sort"] if form.is_valid() else ""
    values = {field: list(filter(str.strip, request.GET.getlist(field))) for field in FACETS}
    return SearchInput(
        text=typed(request),
        chosen={field: some[:MAX_CHOSEN] for field, some in values.items() if some},
        order=Order(order or Order.RELEVANCE),
        page=page_number(request),
    )


def typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:MAX_TYPED]


def address(text: str, results: Results | None) -> QueryDict:
    """The parameters of a search as it was understood, without the page, for links that change one
    of them."""
    query = QueryDict(mutable=True)
    query["q"] = text
    for chip in results.chips if results else ():
        query.appendlist(chip.field, chip.value)
    if results and results.order != Order.RELEVANCE:
        query["sort"] = results.order
    return query


@cached_page
def search(request: HttpRequest) -> HttpResponse:
    text, chosen, order, page = read_input(request)
    results = None
    if text or chosen:
        results = searching.search(text, chosen=chosen, order=order, page=page, user=request.user)
    shown = _shown(results) if results else {}
    context = {"text": text, "address": address(text, results), "examples": EXAMPLES, **shown}
    context["about"] = _about(text, canonical_query(request.GET), shown.get("page"))
    return render(request, "digests/search.html", context)


def _about(text: str, query: QueryDict, page: Page[Any] | None) -> About:
    query.pop("sort", None)  # a feed has the newest first
    feed = f"{reverse('digests:search_feed')}?{query.urlencode()}" if query else ""
    title = " · ".join(filter(None, [Truncator(text).chars(60), str(_("Search"))]))
    address = reverse("digests:search")
    return About(title, type="SearchResultsPage", feed=feed, variants=address, page=page)


def _shown(results: Results) -> dict[str, Any]:
    return {
        "results": results,
        "counted": FACETED,
        "described": described(results.query),
        "notes": [said(note) for note in results.query.notes],
        "page": page_of_found(results.hits, results.page, results.pages),
        "facets": [(FACETS[facet.field], facet) for facet in results.facets],
        "chips": [(FACETS[chip.field], chip) for chip in results.chips],
    }


@cached_page
def suggestions(request: HttpRequest) -> JsonResponse:
    """Suggestions for the text typed so far, in the form of the OpenSearch suggestions extension:
    the text, then titles, kinds and addresses.

    Browsers read this form as well as our own script.
    """
    text = typed(request)
    found = searching.suggest(text, request.user) if text else []
    answer = [
        text,
        [suggestion.title for suggestion in found],
        [str(DocumentKind(suggestion.kind).label) for suggestion in found],
        [request.build_absolute_uri(suggestion.address) for suggestion in found],
    ]
    return JsonResponse(answer, safe=False, content_type="application/x-suggestions+json")


@cached_page
def opensearch(request: HttpRequest) -> HttpResponse:
    """The OpenSearch description, with which browsers can search the site from their address
    bar."""
    context = {
        "search": request.build_absolute_uri(reverse("digests:search")),
        "suggestions": request.build_absolute_uri(reverse("digests:suggestions")),
    }
    kind = "application/opensearchdescription+xml"
    return render(request, "digests/opensearch.xml", context, content_type=kind)
