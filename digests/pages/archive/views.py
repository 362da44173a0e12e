from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests.pages.archive.queries import (
    Period,
    calendars,
    digests_of,
    month_among_others,
    years_with_digests,
)
from digests.pages.parts.about import About
from digests.pages.parts.paging import page_number, page_of

CALENDARS_ON_PAGE = 3
DIGESTS_ON_PAGE = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    years = years_with_digests(request.user)
    page = Paginator(years, CALENDARS_ON_PAGE).get_page(page_number(request))
    shown = calendars(request.user, [row.year for row in page.object_list])
    about = About(_("Archive"), feed=reverse("digests:digests_feed"), page=page)
    context = {"about": about, "years": years, "page": page, "calendars": shown}
    return render(request, "digests/archive.html", context)


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    years = years_with_digests(request.user)
    if not years or not years[-1].year <= year <= years[0].year:
        raise Http404
    (calendar,) = calendars(request.user, [year])
    digests = digests_of(request.user, Period.of_year(year))
    page = page_of(request, digests, DIGESTS_ON_PAGE, count=calendar.digests)
    context = {
        "about": About(_title_of_year(year), within=(_archive(),), page=page),
        "calendar": calendar,
        "page": page,
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
    in_year = (_title_of_year(year), reverse("digests:archive_year", args=[year]))
    title = _("Digests of %(month)s") % {"month": date_format(first, "YEAR_MONTH_FORMAT")}
    about = About(title, within=(_archive(), in_year), page=page)
    context = {"about": about, "month": first, "around": around, "page": page}
    return render(request, "digests/archive_month.html", context)


def _archive() -> tuple[str, str]:
    return _("Archive"), reverse("digests:archive")


def _title_of_year(year: int) -> str:
    return _("Digests of %(year)s") % {"year": year}
