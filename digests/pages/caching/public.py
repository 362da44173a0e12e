"""The middleware that answers with public copies, before a session, a user or a view is needed."""

from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from digests.models import Audience
from digests.pages.caching import copies
from digests.pages.caching.headers import PUBLIC, etag_of, not_modified, with_headers
from digests.pages.caching.keys import page_key

# Headers of a request by which public pages differ: the language and the theme are cookies.
_VARY = ("Accept", "Accept-Encoding", "Cookie")

_LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
# The attribute of views that `mark_as_cached` sets.
_MARK = "has_cached_pages"

View = Callable[..., HttpResponseBase]


class PublicPagesMiddleware:
    """Keeps the pages that say `PUBLIC`, as a proxy would that knows the version of the content.

    It stands outside the middleware for sessions, users and policies, whose headers it stores with
    a page. A hit takes one query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        import_module(settings.ROOT_URLCONF)  # there pages say by what they vary

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_public(request) or not _has_cached_page(request.path_info):
            return self.get_response(request)
        try:
            key = page_key(request, "public", Audience.ANYBODY)
        except DatabaseError:  # the view says so, or needs no database
            return self.get_response(request)
        etag = etag_of(key)
        if unchanged := not_modified(request, etag):
            return _public(unchanged, etag)
        copy = copies.load(key)
        if copy is None:
            response = self.get_response(request)
            if not _is_public_page(response):
                return response
            if not isinstance(response, HttpResponse):  # it is streamed, because it is long
                return _public(response, etag)
            copy = copies.Copy.of(response)
            copies.save(key, copy)
        return _public(copy.response(request), etag)


def mark_as_cached(view: View) -> View:
    """Say that pages of a view, and of every other that wraps it, may be public copies."""
    vars(view)[_MARK] = True
    return view


def _has_cached_page(path: str) -> bool:
    try:
        return hasattr(resolve(path).func, _MARK)
    except Resolver404:
        return False


def _is_public_page(response: HttpResponseBase) -> bool:
    is_public_page = response.headers.get("Cache-Control") == PUBLIC and not response.cookies
    return is_public_page and response.status_code == HTTPStatus.OK


def _public(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    with_headers(response, PUBLIC, etag)
    patch_vary_headers(response, _VARY)
    return response


def is_public(request: HttpRequest) -> bool:
    """True if the reader is nobody in particular: without a session, a message or a key."""
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and CookieStorage.cookie_name not in request.COOKIES
        and "Authorization" not in request.headers
        and not settings.KB_LOGIN_REQUIRED
        and _LOGIN_REQUIRED not in settings.MIDDLEWARE
        and not settings.DEBUG  # a developer changes templates while the process runs
    )
