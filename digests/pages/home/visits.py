"""The time of a reader's last visit, kept in a cookie: without an account, and with nothing stored
here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control

from digests.pages.caching import vary_pages_by

COOKIE = "kb_visit"
COOKIE_AGE = timedelta(days=365)
# Time without a request for the front page after which a visit is over.
QUIET = timedelta(minutes=30)
# Age of the last request in the cookie from which on a new cookie is sent. A page with a cookie is
# no answer that a proxy may keep, so a reader who looks again at once is sent none.
STALE = timedelta(minutes=5)
# Status codes with which the front page is shown: it is sent, or was before.
_SHOWN = {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
_VISIT = "VISIT"
_WRITTEN = re.compile(r"(0|[1-9][0-9]{8,9})\.([1-9][0-9]{8,9})")


@dataclass(frozen=True)
class Visit:
    """A visit as its cookie describes it.

    ``last`` is when the visit before this one ended, 0 in a first visit; ``seen`` is the last
    request of this one, or one up to `STALE` before it. Both in seconds since the epoch.
    """

    last: int
    seen: int
    # True if the cookie of the request says the same.
    is_known: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "Visit":
        """The visit that a request belongs to, as it is when this is first asked."""
        if _VISIT not in request.META:
            request.META[_VISIT] = cls.read(request.COOKIES.get(COOKIE, ""), timezone.now())
        visit: Visit = request.META[_VISIT]
        return visit

    @classmethod
    def read(cls, cookie: str, now: datetime) -> "Visit":
        """Read a cookie. A malformed one counts as a first visit."""
        at = int(now.timestamp())
        written = _WRITTEN.fullmatch(cookie)
        last, seen = map(int, written.groups()) if written else (0, 0)
        if not last < seen <= at:
            return cls(0, at)
        if at - seen < STALE.total_seconds():
            return cls(last, seen, is_known=True)
        is_over = at - seen > QUIET.total_seconds()
        return cls(seen if is_over else last, at)

    @property
    def last_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.last, UTC) if self.last else None

    def remember(self, response: HttpResponseBase) -> None:
        """Send the cookie to this reader alone, if it changes."""
        if self.is_known:
            return
        response.set_cookie(
            COOKIE,
            f"{self.last}.{self.seen}",
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.KB_HTTPS,
        )
        patch_cache_control(response, private=True)


class VisitMiddleware:
    """Sends the cookie with the front page, outside the middleware that keeps its public copy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if _is_front(request) and response.status_code in _SHOWN:
            Visit.of(request).remember(response)
        return response


def _is_front(request: HttpRequest) -> bool:
    return request.path_info == "/" and request.method in {"GET", "HEAD"}


@vary_pages_by
def _is_returning(request: HttpRequest) -> str:
    """Tell readers whose front page says what is new from those in their first visit."""
    return "returning" if _is_front(request) and Visit.of(request).last else ""
