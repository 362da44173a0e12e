"""A guard against posts from other sites for forms that hold no token.

A token belongs to one reader, so a page that holds one cannot be kept for all. What these forms
change, the language and the theme, is a cookie of the reader's own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponseBase]
# Values of Sec-Fetch-Site: a form of this site, or a reader without any site.
_HERE = {"same-origin", "none"}


def posted_from_here(view: View) -> View:
    """Decorate a view that is posted to by forms without a token; refuse posts of other sites."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_from_here(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return answer


def is_from_here(request: HttpRequest) -> bool:
    """True unless the browser names another site.

    Browsers send Sec-Fetch-Site since 2020 (Safari: 2023), but only to HTTPS and localhost; and
    they have long sent Origin with every post. A request with neither these nor a Referer comes
    from a program, which could send any of them.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _HERE
    source = request.headers.get("Origin") or request.headers.get("Referer")
    return source is None or _origin(source) in {
        _own_origin(request),
        *settings.CSRF_TRUSTED_ORIGINS,
    }


def _own_origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _origin(address: str) -> str:
    """Scheme and host of an address; of a malformed one, or of Origin's ``null``, no origin."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
