from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digests.pages.archive.queries import (
    Period,
    calendars,
    digests_of,
    month_among_others,
    years_with_digests,
)
from digests.pages.parts.paging import page_number, page_of

CALENDARS_ON_PAGE = 3
DIGESTS_ON_PAGE = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    years = years_with_digests(request.user)
    page = Paginator(years, CALENDARS_ON_PAGE).get_page(page_number(request))
    shown = calendars(request.user, [row.year for row in page.object_list])
    context = {"years": years, "page": page, "calendars": shown}
    return render(request, "digests/archive.html", context)


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    years = years_with_digests(request.user)
    if not years or not years[-1].year <= year <= years[0].year:
        raise Http404
    (calendar,) = calendars(request.user, [year])
    context = {
        "calendar": calendar,
        "page": page_of(
            request,
            digests_of(request.user, Period.of_year(year)),
            DIGESTS_ON_PAGE,
            count=calendar.digests,
        ),
        "older": next((row.year for row in years if row.year < year), None),
        "newer": next((row.year for row in reversed(years) if row.year > year), None),
    }
    return render(request, "digests/archive_year.html", context)


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    first = date(year, month, 1)
    period = Period.of_month(first)
    around = month_among_others(request.user, period)
    if not around.spans(first):
        raise Http404
    page = page_of(request, digests_of(request.user, period), DIGESTS_ON_PAGE)
    context = {"month": first, "around": around, "page": page}
    return render(request, "digests/archive_month.html", context)
