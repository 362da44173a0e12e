"""Answers to requests that failed: a page that says so, and gives back what an editor typed.

The disk is full, the database is away, a right was withdrawn, a row is gone. The pages are made of
the request alone: they ask neither the session nor the database, and show nobody anything but their
own form.
"""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import BooleanField, ChoiceField, FileField, ModelChoiceField
from django.forms.models import fields_for_model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.urls import resolve, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.defaults import server_error

from digests.admin.digests import DigestForm
from digests.admin.kept import KEPT
from digests.admin.topics import TopicForm
from digests.admin.uploads import UploadForm
from digests.failures import known_reason
from kb.errors import is_passing
from kb.kept import SentField, is_form_of_desk, sent_fields
from kb.members import names_html, tell_program
from kb.middleware import chosen_language
from kb.same_origin import is_from_here

_logger = logging.getLogger(__name__)

_PASSING = HTTPStatus.SERVICE_UNAVAILABLE
# Seconds after which a program may ask again.
_RETRY_AFTER = 10
# Forms that are not those of their model's admin.
_FORMS: dict[str, list[Any]] = {"conflict": [TopicForm, DigestForm], "importrun": [UploadForm]}
# Fields in which one chooses.
_NOT_TYPED = (BooleanField, ChoiceField, FileField, ModelChoiceField)
# The attribute of a request with the answer of its view.
_ANSWER = "answer_of_view"


def failed(request: HttpRequest) -> HttpResponseBase:
    """The answer to a request that raised an error: 503 where the database or the disk failed, else
    500; for a form of the desk with what was typed."""
    answer: HttpResponseBase | None = getattr(request, _ANSWER, None)
    if answer is not None:
        return answer  # it is saved, and only the session could not be written
    error = sys.exc_info()[1]
    with override(chosen_language(request)):
        if error is None or not is_passing(error):
            said = _("the fault is ours and has been logged")
            page = unsaved_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, said)
            return page or server_error(request)
        said = known_reason(error) or _("the database cannot be used")
        response = unsaved_page(request, _PASSING, said) or _passing(request, error, said)
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


def _passing(request: HttpRequest, error: BaseException, said: str) -> HttpResponse:
    if not names_html(request):
        return tell_program(request, _PASSING, said)
    # Without context processors, which may ask the database.
    page = get_template("503.html").render({"is_of_disk": isinstance(error, OSError)})
    return HttpResponse(page, status=_PASSING)


class UnsavedFormMiddleware:
    """Gives back what was typed where a view refuses a form of the desk as a whole: the account may
    no longer change the row, or the row is gone.

    It stands next to the views, and notes that they have answered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code >= HTTPStatus.BAD_REQUEST:
            return response
        if response.headers.get("Location", "").startswith(reverse("admin:login")):
            return _refused(request) or response  # an account that may not enter the desk any more
        setattr(request, _ANSWER, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match error:
            case PermissionDenied():
                return _refused(request)
            case Http404():
                reason = _("what it belongs to is there no longer")
                return unsaved_page(request, HTTPStatus.NOT_FOUND, reason)
        return None


def _refused(request: HttpRequest) -> HttpResponse | None:
    return unsaved_page(request, HTTPStatus.FORBIDDEN, _("your account may not do this"))


def unsaved_page(request: HttpRequest, status: HTTPStatus, reason: str) -> HttpResponse | None:
    """The page with what was typed, and why it was not saved; None if nothing was typed, or another
    site has sent it."""
    form = _Form.of(request)
    if not form.typed:
        return None
    context = {
        "status": int(status),
        "reason": reason,
        "form": form,
        "address": request.get_full_path(),
        "token": get_token(request),
        "kept": KEPT,
        "has_files": bool(request.FILES),
    }
    response = HttpResponse(get_template("unsaved.html").render(context), status=status)
    add_never_cache_headers(response)
    return response


@dataclass
class _Form:
    """A form of the desk as it was sent: texts with their labels, and the other fields."""

    typed: list[tuple[str, SentField]] = field(default_factory=list)
    others: list[SentField] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest) -> "_Form":
        form = cls()
        if request.method != "POST" or not is_form_of_desk(request.path_info):
            return form
        if not is_from_here(request):
            return form
        labels = _labels(request.path_info)
        for sent in _sent(request):
            if sent.value.strip() and (sent.name in labels or sent.is_long):
                form.typed.append((labels.get(sent.name, sent.name), sent))
            else:
                form.others.append(sent)
        return form


def _sent(request: HttpRequest) -> list[SentField]:
    """The fields of a form; none if its body cannot be read, which may be what failed."""
    try:
        return sent_fields(request)
    except Exception as error:  # a second failure must not hide the first
        _logger.warning("What was sent cannot be read: %s", error)
        return []


def _labels(path: str) -> dict[str, str]:
    """The labels of the fields of a form in which one types, by their names."""
    app, name = (resolve(path).url_name or "").split("_")[:2]
    model = apps.get_model(app, name)
    forms = _FORMS.get(name) or [admin.site.get_model_admin(model).form]
    fields = {name: field for form in forms for name, field in form.base_fields.items()}
    return {
        name: str(field.label or name)
        for name, field in (fields or fields_for_model(model)).items()
        if not isinstance(field, _NOT_TYPED)
    }
