from typing import TypeVar

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

_Row = TypeVar("_Row", bound=Model)


class PageForm(forms.Form):
    page = forms.IntegerField(min_value=1, required=False)


def page_of(
    request: HttpRequest,
    rows: QuerySet[_Row],
    size: int,
    parameter: str = "page",
    *,
    count: int | None = None,
) -> Page[_Row]:
    """The page that the address asks for; the nearest one there is, if it asks for another.

    The rows are counted unless their ``count`` is known.
    """
    form = PageForm({"page": request.GET.get(parameter)})
    number = form.cleaned_data["page"] if form.is_valid() else None
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(number or 1)
