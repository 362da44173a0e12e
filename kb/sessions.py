"""Sessions that go on while somebody works."""

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_RENEWED = "renewed_at"
# Seconds after which a session is written anew.
_EVERY = 24 * 60 * 60
_WORK = ("/admin/", "/editor/", "/accounts/login/")


class LastingSessionMiddleware:
    """Has the session of whoever works at the desk end so long after their last work, and not after
    their login. One write a day; a page for readers writes nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_work = request.path_info.startswith(_WORK)
        if is_work and hasattr(request, "session") and request.user.is_authenticated:
            _renew(request)
        return response


def _renew(request: HttpRequest) -> None:
    """Change the session if it is a day old: then it is written, with an end that is counted from
    now. A session without the time of its last write waits for a form that is sent."""
    now = int(time.time())
    renewed = request.session.get(_RENEWED, 0 if request.method == "POST" else now)
    if not 0 <= now - renewed < _EVERY:
        request.session[_RENEWED] = now
