"""Keys of cached pages: all that changes a page, except what belongs to one person."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from digests.models import Audience, ContentVersion
from digests.pages.caching.build import build_id

# Settings that pages show, and that differ between installations of one build.
_SHOWN = ("KB_SITE_NAME", "KB_LOGIN_REQUIRED", "LANGUAGE_CODE", "TIME_ZONE")
_VERSION = "CONTENT_VERSION"
_Choice = TypeVar("_Choice", bound=Callable[[HttpRequest], str])
_varying: list[Callable[[HttpRequest], str]] = []


def vary_pages_by(choice: _Choice) -> _Choice:
    """Keep pages apart by what this function says of a request, such as the language that a cookie
    holds. Call it while the URLs or the middleware are imported."""
    _varying.append(choice)
    return choice


def page_key(request: HttpRequest, page: str, audience: Audience, *others: str) -> str:
    """The key of a page as this audience sees it now. One query, the first time for a request.

    Make it before the first row of the page is read. Rows that are committed in between are then
    stored under the version before them, which nobody asks for once they are visible.
    """
    parts = (
        _version(request),
        build_id(),
        *(getattr(settings, name) for name in _SHOWN),
        timezone.localdate(),
        f"{request.scheme}://{request.get_host()}{request.get_full_path()}",
        *(choice(request) for choice in _varying),
        page,
        audience,
        *others,
    )
    return _hashed(parts)


def value_key(request: HttpRequest, name: str) -> str:
    """The key of a value that is made of what the reader may see now. Queries as `page_key`."""
    shown = (settings.TIME_ZONE, timezone.localdate(), name, Audience.of(request.user))
    return _hashed((_version(request), build_id(), *shown))


def _hashed(parts: tuple[object, ...]) -> str:
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def _version(request: HttpRequest) -> int:
    # Kept as Django keeps the CSRF cookie, since the middleware and a view may both ask.
    if _VERSION not in request.META:
        request.META[_VERSION] = ContentVersion.objects.current()
    version: int = request.META[_VERSION]
    return version
