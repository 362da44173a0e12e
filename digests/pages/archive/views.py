from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from digests.pages.archive import queries
from digests.pages.caching import cached_page, kept_value
from digests.pages.parts.about import About
from digests.pages.parts.listed import by_month, digest_rows, digests_with_tags
from digests.pages.parts.paging import page_number, page_of
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.site_links import FOOTER

CALENDARS_ON_PAGE = 3
DIGESTS_ON_PAGE = 20

FOOTER.add(10, _("Archive"), "digests:archive")


def _years(request: HttpRequest) -> dict[int, int]:
    """The years with digests, which every page of the archive shows. To count them, SQLite calls
    Python for each digest."""
    return kept_value(request, "years", lambda: queries.years_with_digests(request.user))


@cached_page
def archive(request: HttpRequest) -> HttpResponse:
    years = _years(request)
    page = Paginator(list(years), CALENDARS_ON_PAGE).get_page(page_number(request))
    shown = queries.calendars(request.user, list(page))
    about = About(str(_("Archive")), feed=reverse("digests:digests_feed"), page=page)
    context = {"about": about, "years": years, "page": page, "calendars": shown}
    return render(request, "digests/archive.html", context)


@cached_page
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    years = _years(request)
    if not years or not min(years) <= year <= max(years):
        raise Http404
    (calendar,) = queries.calendars(request.user, [year])
    digests = digest_rows(queries.digests_of_year(request.user, year))
    page = page_of(request, digests, DIGESTS_ON_PAGE, count=calendar.digests)
    context = {
        "about": About(_title_of_year(year), within=(_archive(),), page=page),
        "calendar": calendar,
        "page": page,
        "months": by_month(digests_with_tags(request.user, page.object_list)),
        "older": max((other for other in years if other < year), default=None),
        "newer": min((other for other in years if other > year), default=None),
    }
    return render(request, "digests/archive_year.html", context)


@cached_page
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    first = date(year, month, 1)
    around = queries.neighbours_of_month(request.user, first)
    of_month = digest_rows(queries.digests_of_month(request.user, first))
    page = page_of(request, of_month, DIGESTS_ON_PAGE)
    if not (page.paginator.count or all(around.values())):
        raise Http404  # before the first digest or after the last one
    in_year = (_title_of_year(year), reverse("digests:archive_year", args=[year]))
    title = _("Digests of %(month)s") % {"month": date_format(first, "YEAR_MONTH_FORMAT")}
    about = About(title, within=(_archive(), in_year), page=page)
    rows = digests_with_tags(request.user, page.object_list)
    context = {"about": about, "month": first, "around": around, "page": page, "digests": rows}
    return render(request, "digests/archive_month.html", context)


@require_safe
def archive_padded_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Redirect from ``07``, as whoever types an address spells July."""
    return permanently_at(request, reverse("digests:archive_month", args=[year, month]))


def _archive() -> tuple[str, str]:
    return str(_("Archive")), reverse("digests:archive")


def _title_of_year(year: int) -> str:
    return _("Digests of %(year)s") % {"year": year}
