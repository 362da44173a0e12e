"""Decorators of pages for readers, which say who shares a copy of them."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeGuard

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.views.decorators.http import require_safe

from digests.models import Audience
from digests.pages.caching import copies
from digests.pages.caching.headers import OWN, PUBLIC, UNKEPT, etag_of, not_modified, with_headers
from digests.pages.caching.keys import page_key
from digests.pages.caching.public import View, is_public, mark_as_cached

# A function of the arguments of a view that says what of a reader's own changes its page: empty if
# nothing does, None if the page is for this request alone.
OwnState = Callable[..., str | None]


def cached_page(view: View) -> View:
    """Decorate a view of what is the same for all readers with the same rights.

    A copy answers until anything is written: for readers who are not signed in the public one,
    which `PublicPagesMiddleware` keeps, for others one that is shared by those with their rights.
    What belongs to one person must not stand on the page, but for messages, with which it is made
    anew. A hit takes one query, and two more for the session and the user of a reader who is
    signed in.
    """
    return cached_page_by(lambda request, **captured: "")(view)


def cached_page_by(own_state: OwnState) -> Callable[[View], View]:
    """`cached_page` for a view that also shows something of the reader's own, such as the last
    visit. Readers of the same ``own_state`` share a copy.

    If it is empty for some of those who are not signed in, a function that tells them from the
    others must be given to `vary_pages_by`.
    """

    def decorate(view: View) -> View:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
            own = own_state(request, **captured)
            if own is None or settings.DEBUG or get_messages(request):
                return with_headers(view(request, **captured), UNKEPT)
            is_open = is_public(request) and not _sets_token(request)
            if is_open and not own:
                return with_headers(view(request, **captured), PUBLIC)
            response = _copied(request, view, captured, own)
            return with_headers(response, OWN if is_open else UNKEPT)

        return mark_as_cached(answer)

    return decorate


def revalidated_page(view: View) -> View:
    """Decorate a view for one reader, who may keep what it shows and is answered 304 while that
    holds. No copy is stored here. Takes one query besides those of the view."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        etag = etag_of(page_key(request, _name(view), Audience.of(request.user)))
        response = not_modified(request, etag) or view(request, **captured)
        return with_headers(response, OWN, etag)

    return answer


def _copied(
    request: HttpRequest, view: View, captured: dict[str, Any], own: str
) -> HttpResponseBase:
    """The page from its copy, or from its view, whose page is then copied."""
    key = page_key(request, _name(view), Audience.of(request.user), own)
    copy: copies.Copy | None = copies.load(key)
    if copy is None:
        response = view(request, **captured)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        if not _is_for_all(response, request):
            return response
        copy = copies.Copy.of(response)
        copies.save(key, copy)
    return copy.response(request)


def _is_for_all(response: HttpResponseBase, request: HttpRequest) -> TypeGuard[HttpResponse]:
    """True for a whole page without a cookie or a token of this reader's, fresh from its view. A
    page that is streamed is too long for a copy."""
    is_whole = isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK
    is_fresh = is_whole and "Content-Encoding" not in response.headers
    return is_fresh and not response.cookies and not _sets_token(request)


def _sets_token(request: HttpRequest) -> bool:
    """True if CsrfViewMiddleware will send a cookie: a token was made, or a bad one replaced."""
    return bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))


def _name(view: View) -> str:
    """A name for what a view makes: one address can be answered in several formats."""
    return f"{view.__module__}.{view.__qualname__}"
