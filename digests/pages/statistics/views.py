from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from digests.pages.caching import cached_page, kept_value
from digests.pages.parts.about import About
from digests.pages.parts.site_links import FOOTER
from digests.pages.statistics import queries

FOOTER.add(20, _("Statistics"), "digests:statistics")


@cached_page
def statistics(request: HttpRequest) -> HttpResponse:
    counted = kept_value(request, "statistics", lambda: queries.counts(request.user))
    context = {"about": About(str(_("Statistics"))), "statistics": queries.in_words(counted)}
    return render(request, "digests/statistics.html", context)
