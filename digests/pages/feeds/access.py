"""Access to feeds, and how long clients may cache them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from digests.models import FeedToken, Reader
from digests.pages.feeds.atom import Channel, written

_SECONDS = 5 * 60


class TokenForm(forms.Form):
    token = forms.CharField(max_length=64, required=False)


def atom_feed(
    view: Callable[..., Channel | HttpResponse],
) -> Callable[..., HttpResponse]:
    """Decorate a view that returns a feed or a redirect. Serve it as the user whose token or
    session the request has, and answer conditional requests with 304.

    If the site requires a login, requests without a valid token or session are refused.
    """

    @login_not_required
    @require_safe
    @conditional_page
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if settings.KB_LOGIN_REQUIRED:
            request.user = _reader(request)
            if not request.user.is_authenticated:
                return _refused(request)
        found = view(request, **kwargs)
        if isinstance(found, HttpResponse):
            return found
        response = written(request, found)
        keepers = "private" if settings.KB_LOGIN_REQUIRED else "public"
        response.headers["Cache-Control"] = f"{keepers}, max-age={_SECONDS}"
        return response

    return answer


def _reader(request: HttpRequest) -> Reader:
    """The owner of the token, else the user of the session. One query for a token, two for a
    session."""
    form = TokenForm(request.GET)
    token = form.cleaned_data["token"] if form.is_valid() else ""
    owned = FeedToken.objects.opens(token).select_related("user").first() if token else None
    return owned.user if owned else request.user


def _refused(request: HttpRequest) -> HttpResponse:
    # A feed reader would take a login page for a broken feed.
    page = request.build_absolute_uri(reverse("digests:feeds"))
    text = _("This feed is for members. After a login %(page)s shows your own addresses.")
    response = HttpResponseForbidden(
        text % {"page": page}, content_type="text/plain; charset=utf-8"
    )
    add_never_cache_headers(response)
    return response
