"""Keeps what an editor typed when a form of the desk comes without a session or a valid token.

Django would lead to the login page, or answer 403, and what was sent would be gone. Here it comes
back in a page with the fields of the login, and from there to the form, which shows it unsaved.
Nothing is stored on the server, since anybody can send a form without a session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers

from digests.admin.concurrency import SEEN
from digests.admin.kept import KEPT
from kb.same_origin import is_from_here
from kb.throttle import Attempt, refused

# The fields of the login stand beside those of the form, which may have the same names.
_PREFIX = "kept"
# Beginnings of names of fields that are not sent back; and parts of them: the token is another one,
# and a password is typed again.
_NOT_KEPT = (KEPT, f"{_PREFIX}-")
_SECRET = ("token", "password")
# Characters of a value that is shown, and not only sent along.
_SHOWN = 60


class KeptFormMiddleware:
    """Shows a form of the desk again that was sent after its session had ended.

    It stands behind the middleware of accounts, and before that which requires a login.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.method != "POST" or not is_form_of_desk(request.path_info):
            return None
        # One of these views checks the token only later than this signs in.
        if request.user.is_authenticated or not is_from_here(request) or not sent_fields(request):
            return None
        if f"{_PREFIX}-username" not in request.POST:
            return kept_page(request, AdminAuthenticationForm(request, prefix=_PREFIX))
        return _log_in(request)


def _log_in(request: HttpRequest) -> HttpResponseBase | None:
    """Sign in by the fields of the page, and have the view show its form; else show them again."""
    attempt = Attempt.of(request, request.POST[f"{_PREFIX}-username"])
    if attempt and (seconds := attempt.seconds_to_wait()):
        return refused(request, seconds)
    form = AdminAuthenticationForm(request, data=request.POST, prefix=_PREFIX)
    if not form.is_valid():
        if attempt and form.has_error("__all__", "invalid_login"):
            attempt.note_failure()
        return kept_page(request, form)
    login(request, form.get_user())
    if attempt:
        attempt.forget_failures()
    sent = request.POST.copy()
    sent[KEPT] = "1"
    request.POST = sent  # type: ignore[assignment]  # the stubs know no setter
    return None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not that of the browser's cookie, such as one that was opened
    before the last login. The page of another site gets nothing back."""
    if is_form_of_desk(request.path_info) and is_from_here(request):
        is_signed_in = admin.site.has_permission(request)
        form = None if is_signed_in else AdminAuthenticationForm(request, prefix=_PREFIX)
        return kept_page(request, form, status=HTTPStatus.FORBIDDEN)
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def kept_page(
    request: HttpRequest,
    form: AdminAuthenticationForm | None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The page with what was sent, and with the fields of a login unless ``form`` is None."""
    context = {
        "form": form,
        "sent": sent_fields(request),
        "kept": KEPT,
        "has_files": bool(request.FILES),
    }
    response = render(request, "kept.html", context, status=status)
    add_never_cache_headers(response)
    return response


@dataclass(frozen=True)
class SentField:
    """A field of a form as it was sent."""

    name: str
    value: str

    @property
    def is_long(self) -> bool:
        """True for a value that is shown in an area of several lines: one that somebody typed."""
        return self.name != SEEN and (len(self.value) > _SHOWN or "\n" in self.value)


def sent_fields(request: HttpRequest) -> list[SentField]:
    """The fields that were sent and may be sent back: no secrets, and no files."""
    return [
        SentField(name, value)
        for name, values in request.POST.lists()
        if not name.startswith(_NOT_KEPT) and not any(part in name for part in _SECRET)
        for value in map(str, values)
    ]


def is_form_of_desk(path: str) -> bool:
    """True for the addresses of forms in which somebody types."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    name = match.url_name or ""
    return match.app_name == "admin" and name.endswith(("_change", "_add"))
