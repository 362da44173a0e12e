from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from digests.search import find
from digests.search.engines.base import Order
from digests.search.results import FacetValue, Results
from digests.views.describing import described, said
from digests.views.paging import page_number, page_of_found
from digests.vocabulary import DocumentKind

MAX_TYPED = 500
"""Characters of a query that are read: far more than the parser takes, which says what it leaves
out, and few enough to stand in each link of a page."""
MAX_CHOSEN = 10
"""Values of one facet."""

FACETS = {
    "tag": _("Tags"),
    "label": _("Points"),
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


@dataclass(frozen=True)
class Asked:
    """What an address asks for. Nothing in one is an error: what cannot be is left out."""

    text: str
    chosen: dict[str, list[str]]
    order: Order
    page: int

    @property
    def address(self) -> QueryDict:
        """The same question, for links that change something in it; without the page."""
        query = QueryDict(mutable=True)
        query["q"] = self.text
        for field, values in self.chosen.items():
            query.setlist(field, values)
        if self.order != Order.RELEVANCE:
            query["sort"] = self.order
        return query


def asked(request: HttpRequest) -> Asked:
    form = SearchForm(request.GET)
    order = form.cleaned_data["sort"] if form.is_valid() else ""
    values = {field: _values(request.GET.getlist(field)) for field in FACETS}
    return Asked(
        text=typed(request),
        chosen={field: some for field, some in values.items() if some},
        order=Order(order or Order.RELEVANCE),
        page=page_number(request),
    )


def typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:MAX_TYPED]


def _values(written: Sequence[str]) -> list[str]:
    """Each once. A NUL is not text for PostgreSQL."""
    return list(dict.fromkeys(v for v in written if v.strip() and "\0" not in v))[:MAX_CHOSEN]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    question = asked(request)
    text, chosen = question.text, question.chosen
    context: dict[str, Any] = {"text": text, "address": question.address, "examples": EXAMPLES}
    if text or chosen:
        results = find.search(text, chosen=chosen, order=question.order, page=question.page)
        context |= {
            "results": results,
            "described": described(results.query),
            "notes": [said(note) for note in results.query.notes],
            "page": page_of_found(results.hits, results.page, results.pages),
            "facets": _facets(results),
            "chips": [(FACETS[chip.field], chip) for chip in results.chips],
        }
    return render(request, "digests/search.html", context)


def _facets(results: Results) -> list[tuple[object, str, list[FacetValue]]]:
    """Those with something left to choose: name, field, values."""
    chosen = {(chip.field, chip.value) for chip in results.chips}
    free = [
        (facet.field, [v for v in facet.values if (facet.field, v.value) not in chosen])
        for facet in results.facets
    ]
    return [(FACETS[field], field, values) for field, values in free if values]


@require_safe
@cache_control(private=True, max_age=60)
def suggestions(request: HttpRequest) -> JsonResponse:
    """What was typed, then titles, kinds and addresses: the form of the OpenSearch suggestions
    extension, which browsers read as well as our own script."""
    text = typed(request)
    found = find.suggest(text) if text else []
    kinds = dict(DocumentKind.choices)
    answer = [
        text,
        [suggestion.title for suggestion in found],
        [str(kinds[suggestion.kind]) for suggestion in found],
        [request.build_absolute_uri(suggestion.address) for suggestion in found],
    ]
    return JsonResponse(answer, safe=False, content_type="application/x-suggestions+json")


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """By this a browser learns to search here from its address bar."""
    context = {
        "search": request.build_absolute_uri(reverse("digests:search")),
        "suggestions": request.build_absolute_uri(reverse("digests:suggestions")),
    }
    kind = "application/opensearchdescription+xml"
    return render(request, "digests/opensearch.xml", context, content_type=kind)
