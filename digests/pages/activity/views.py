from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.pages.activity import queries
from digests.pages.caching import cached_page_by
from digests.pages.parts.about import About
from digests.pages.parts.paging import page_number
from digests.pages.parts.site_links import FOOTER

CHANGES_ON_PAGE = 50

FOOTER.add(15, gettext_lazy("Changes"), "digests:changes")


def _is_nameless(request: HttpRequest) -> str | None:
    """Nothing more for strangers; None for readers who are signed in, to whom the page names
    accounts, as these change without a new version of the content."""
    return None if request.user.is_authenticated else ""


@cached_page_by(_is_nameless)
def changes(request: HttpRequest) -> HttpResponse:
    """The latest changes by editors and imports. At most four queries."""
    found = queries.latest(request.user, queries.MOST_CHANGES + 1)
    keys = found[: queries.MOST_CHANGES]
    page = Paginator(keys, CHANGES_ON_PAGE).get_page(page_number(request))
    context = {
        "about": About(_("Changes"), feed=reverse("digests:changes_feed"), page=page),
        "page": page,
        "changes": queries.changes(request.user, list(page)),
        "is_cut": len(found) > len(keys),
    }
    return render(request, "digests/changes.html", context)
