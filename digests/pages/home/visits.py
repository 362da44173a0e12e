"""When a reader was here last, as a cookie of theirs remembers. No account, nothing stored here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "kb_visit"
COOKIE_AGE = timedelta(days=365)
QUIET = timedelta(minutes=30)
"""A visit ends with as much time without a look at the front page."""
_WRITTEN = re.compile(r"(0|[1-9][0-9]{8,9})\.([1-9][0-9]{8,9})")


@dataclass(frozen=True)
class Visit:
    """``last`` is when the visit before this one ended, None in a first one; both in seconds."""

    last: int | None
    seen: int

    @classmethod
    def of(cls, request: HttpRequest, now: datetime) -> "Visit":
        """Whatever is odd about the cookie makes it a first visit."""
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
