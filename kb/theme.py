"""The theme, light or dark: the reader's choice, or else the setting of their system.

The server writes the choice into the page, because a script would do so after the first paint.
"""

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import pgettext_lazy

from digests.pages.caching import vary_pages_by
from kb.same_origin import posted_from_here

COOKIE = "kb_theme"
COOKIE_AGE = settings.LANGUAGE_COOKIE_AGE


class Theme(TextChoices):
    """The themes, in the order in which the button in the header cycles through them."""

    AUTOMATIC = "auto", pgettext_lazy("theme", "automatic")
    LIGHT = "light", pgettext_lazy("theme", "light")
    DARK = "dark", pgettext_lazy("theme", "dark")

    @property
    def next(self) -> "Theme":
        themes = list(Theme)
        return themes[(themes.index(self) + 1) % len(themes)]

    @property
    def color_scheme(self) -> str:
        """The value of CSS's ``color-scheme``."""
        return "light dark" if self is Theme.AUTOMATIC else self.value


@vary_pages_by
def chosen_theme(request: HttpRequest) -> Theme:
    cookie = request.COOKIES.get(COOKIE, "")
    return Theme(cookie) if cookie in Theme.values else Theme.AUTOMATIC


@posted_from_here
def set_theme(request: HttpRequest) -> HttpResponse:
    theme, here = request.POST.get("theme", ""), request.POST.get("next", "")
    if theme not in Theme.values:
        return HttpResponseBadRequest()
    safe = url_has_allowed_host_and_scheme(here, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(here if safe else "/")
    response.set_cookie(
        COOKIE,
        theme,
        max_age=COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
