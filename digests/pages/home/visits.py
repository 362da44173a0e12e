"""The time of a reader's last visit, kept in a cookie: without an account, and with nothing stored
here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "kb_visit"
COOKIE_AGE = timedelta(days=365)
QUIET = timedelta(minutes=30)
"""Time without a request for the front page after which a visit is over."""
_WRITTEN = re.compile(r"(0|[1-9][0-9]{8,9})\.([1-9][0-9]{8,9})")


@dataclass(frozen=True)
class Visit:
    """A visit as its cookie describes it.

    ``last`` is when the visit before this one ended, None in a first visit; in seconds since the
    epoch.
    """

    last: int | None
    seen: int

    @classmethod
    def of(cls, request: HttpRequest, now: datetime) -> "Visit":
        """Read the cookie of a request. A malformed cookie counts as a first visit."""
        at = int(now.timestamp())
        written = _WRITTEN.fullmatch(request.COOKIES.get(COOKIE, ""))
        if written is None:
            return cls(None, at)
        last, seen = int(written[1]), int(written[2])
        if not last < seen <= at:
            return cls(None, at)
        is_over = at - seen > QUIET.total_seconds()
        return cls(seen if is_over else last or None, at)

    @property
    def last_at(self) -> datetime | None:
        return None if self.last is None else datetime.fromtimestamp(self.last, UTC)

    def remember(self, response: HttpResponse) -> None:
        response.set_cookie(
            COOKIE,
            f"{self.last or 0}.{self.seen}",
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.KB_HTTPS,
        )
