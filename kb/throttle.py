"""A limit on wrong passwords, for every form that takes one.

Failures are rows of the database, which all processes share. Without a limit a program tries some
hundred passwords a minute.
"""

import logging
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare, salted_hmac

from digests.models import FailedLogin, Reader
from kb.clients import client_address

WINDOW = timedelta(minutes=10)
# Failures in this time, after which the next attempt is refused.
MOST_OF_ACCOUNT = 10
MOST_OF_ADDRESS = 30

# The cookie of a browser that has signed in: its id, and a proof of the account.
COOKIE = "kb_known"
_COOKIE_AGE = 365 * 24 * 60 * 60
_NAME_LENGTH = 150  # of Django's accounts

_WRONG = ((NON_FIELD_ERRORS, "invalid_login"), ("old_password", "password_incorrect"))

_logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]


def throttled(view: View) -> View:
    """Decorate a view whose form takes a password. Too many wrong ones are answered 429."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        attempt = Attempt.of(request, _account(request)) if request.method == "POST" else None
        if attempt is None:
            return view(request, *args, **kwargs)
        if seconds := attempt.seconds_to_wait():
            return refused(request, seconds)
        response = view(request, *args, **kwargs)
        if _is_wrong(response):
            attempt.note_failure()
        elif response.status_code == HTTPStatus.FOUND and attempt.is_by(request.user):
            attempt.forget_failures()
            _remember(response, attempt.account)
        return response

    return answer


@dataclass(frozen=True)
class Attempt:
    """A password that is tried for an account."""

    account: str
    address: str
    # What is counted, the account or the browser: see `FailedLogin`.
    who: str

    @classmethod
    def of(cls, request: HttpRequest, name: str) -> "Attempt | None":
        """The attempt of a request with the name that was typed; None if no account has it."""
        account = unicodedata.normalize("NFKC", name).strip()
        if not 0 < len(account) <= _NAME_LENGTH or "\0" in account:
            return None
        device = _known_device(request, account)
        who = f"device:{device}" if device else f"account:{account}"
        return cls(account, client_address(request), who)

    def seconds_to_wait(self) -> int:
        """Seconds after which the next attempt is let in; 0 if this one is.

        A browser that has signed in to the account before is counted by itself, so that nobody
        locks its reader out by guessing from elsewhere.
        """
        seconds = _seconds_to_wait(_recent().filter(who=self.who), MOST_OF_ACCOUNT)
        if self.address and not self._is_of_known_device():
            of_address = _recent().filter(address=self.address)
            seconds = max(seconds, _seconds_to_wait(of_address, MOST_OF_ADDRESS))
        return seconds

    def note_failure(self) -> None:
        FailedLogin.objects.filter(at__lte=timezone.now() - WINDOW).delete()
        FailedLogin.objects.create(who=self.who, address=self.address, at=timezone.now())
        if seconds := self.seconds_to_wait():
            _logger.warning(
                "Too many wrong passwords: logins as %r from %s are refused for %d seconds",
                self.account,
                self.address or "an unknown address",
                seconds,
            )

    def is_by(self, user: Reader) -> bool:
        return user.is_authenticated and user.get_username() == self.account

    def forget_failures(self) -> None:
        """Delete the failures of this account from this address, because its owner has come in.
        Those from elsewhere may be guesses."""
        FailedLogin.objects.filter(who=self.who, address=self.address).delete()

    def _is_of_known_device(self) -> bool:
        return self.who.startswith("device:")


def _account(request: HttpRequest) -> str:
    """The name that a form gives; where a password is changed, that of the session."""
    if request.user.is_authenticated and "old_password" in request.POST:
        return request.user.get_username()
    return request.POST.get("username", "")


def _recent() -> QuerySet[FailedLogin]:
    return FailedLogin.objects.filter(at__gt=timezone.now() - WINDOW)


def _seconds_to_wait(failures: QuerySet[FailedLogin], most: int) -> int:
    """Seconds until fewer than ``most`` of these failures lie in the window."""
    decisive = failures.order_by("-at").values_list("at", flat=True)[most - 1 : most].first()
    return max(1, ceil((decisive + WINDOW - timezone.now()).total_seconds())) if decisive else 0


def _is_wrong(response: HttpResponseBase) -> bool:
    """True for a page that shows its form again because the password was wrong."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    return form is not None and any(form.has_error(field, code) for field, code in _WRONG)


def refused(request: HttpRequest, seconds: int) -> HttpResponse:
    context = {"minutes": ceil(seconds / 60)}
    response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    add_never_cache_headers(response)
    return response


def _remember(response: HttpResponseBase, account: str) -> None:
    device = secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        f"{device}.{_proof(device, account)}",
        max_age=_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known_device(request: HttpRequest, account: str) -> str:
    device, _, proof = request.COOKIES.get(COOKIE, "").partition(".")
    return device if constant_time_compare(proof, _proof(device, account)) else ""


def _proof(device: str, account: str) -> str:
    return salted_hmac(__name__, f"{device} {account}", algorithm="sha256").hexdigest()
