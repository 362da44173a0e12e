from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from digests.pages.parts.cited import WORKS_ON_PAGE, Cited

_Row = TypeVar("_Row", bound=Model)
_Found = TypeVar("_Found")


class PageForm(forms.Form):
    page = forms.IntegerField(min_value=1, required=False)


def page_number(request: HttpRequest, parameter: str = "page") -> int:
    form = PageForm({"page": request.GET.get(parameter)})
    number: int | None = form.cleaned_data["page"] if form.is_valid() else None
    return number or 1


def page_of(
    request: HttpRequest,
    rows: QuerySet[_Row, Any],
    size: int,
    parameter: str = "page",
    *,
    count: int | None = None,
) -> Page[_Row]:
    """The page of ``rows`` whose number the request gives; the nearest existing page if there is no
    such number.

    ``count``: the number of rows if it is known, which saves a query.
    """
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(page_number(request, parameter))


def page_of_count(
    request: HttpRequest, count: int, size: int, parameter: str = "page"
) -> Page[Any]:
    """The page of ``count`` rows that are read by their places, which `rows_of` gives."""
    return Paginator(range(count), size).get_page(page_number(request, parameter))


def rows_of(page: Page[Any]) -> slice:
    """The places of a page's rows in its list."""
    return slice(max(page.start_index() - 1, 0), page.end_index())


def page_of_cited(request: HttpRequest, cited: Cited) -> Page[Any]:
    """The part of a text's citations that the parameter ``references`` selects, as a `Cited`. The
    text itself is whole on each page."""
    pages = Paginator(cast("Any", cited), WORKS_ON_PAGE)
    return pages.get_page(page_number(request, "references"))


def page_of_found(found: Sequence[_Found], number: int, pages: int) -> Page[_Found]:
    """A `Page` of rows that the search has already cut out: ``number`` of ``pages``."""
    paginator = Paginator(found, max(len(found), 1))
    paginator.num_pages = max(pages, 1)
    return Page(found, number, paginator)
