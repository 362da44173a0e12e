"""The time of a reader's last visit, kept in a cookie: without an account, and with nothing stored
here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "kb_visit"
COOKIE_AGE = timedelta(days=365)
# Time without a request for the front page after which a visit is over.
QUIET = timedelta(minutes=30)
_WRITTEN = re.compile(r"(0|[1-9][0-9]{8,9})\.([1-9][0-9]{8,9})")


@dataclass(frozen=True)
class Visit:
    """A visit as its cookie describes it.

    ``last`` is when the visit before this one ended, 0 in a first visit; ``seen`` is the last
    request of this one. Both in seconds since the epoch.
    """

    last: int
    seen: int

    @classmethod
    def of(cls, request: HttpRequest, now: datetime) -> "Visit":
        """Read the cookie of a request. A malformed cookie counts as a first visit."""
        at = int(now.timestamp())
        written = _WRITTEN.fullmatch(request.COOKIES.get(COOKIE, ""))
        last, seen = map(int, written.groups()) if written else (0, 0)
        if not last < seen <= at:
            return cls(0, at)
        is_over = at - seen > QUIET.total_seconds()
        return cls(seen if is_over else last, at)

    @property
    def last_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.last, UTC) if self.last else None

    def remember(self, response: HttpResponse) -> None:
        response.set_cookie(
            COOKIE,
            f"{self.last}.{self.seen}",
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.KB_HTTPS,
        )
