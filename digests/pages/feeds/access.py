"""Access to feeds."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests.models import FeedToken, Reader
from digests.pages.caching import cached_page, mark_as_cached, revalidated_page
from digests.pages.feeds.atom import Channel, atom_response


class TokenForm(forms.Form):
    token = forms.CharField(max_length=64, required=False)


def atom_feed(
    view: Callable[..., Channel | HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Decorate a view that returns a feed or a redirect.

    If the site requires a login, it is served to the user whose token or session the request has;
    other requests are refused.
    """

    @wraps(view)
    def feed(request: HttpRequest, **captured: Any) -> HttpResponse:
        found = view(request, **captured)
        return found if isinstance(found, HttpResponse) else atom_response(request, found)

    public, own = cached_page(feed), revalidated_page(feed)

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        if not settings.KB_LOGIN_REQUIRED:
            return public(request, **captured)
        request.user = _reader(request)
        return own(request, **captured) if request.user.is_authenticated else _refused(request)

    return mark_as_cached(answer)


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
