"""The door of a site that requires a login: readers are led to it, programs are told."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

# Media types that only who shows pages names in ``Accept``.
_HTML = {"text/html", "application/xhtml+xml"}
# What programs send that take anything. A link that is opened by one of them leads to the login.
_ANYTHING = {"*/*", "text/*"}
# Characters of a header Accept that is read. That of a browser has 150.
_ACCEPT_LENGTH = 1_000
# Views whose address looks like that of a page, but which only scripts ask.
_FOR_SCRIPTS = {"digests:suggestions", "digests:preview", "digests:upload"}


class MembersMiddleware(LoginRequiredMiddleware):
    """Sends readers who are not signed in to the login page, and answers programs with 401.

    A program would take the login page for the file that it asked for.
    """

    def handle_no_permission(  # type: ignore[override]  # the stubs know redirects alone
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if not is_program(request):
            return super().handle_no_permission(request, view_func)
        return _refused(request, resolve_url(self.get_login_url(view_func)))


def is_program(request: HttpRequest) -> bool:
    """True if a login page would help nobody: a script, a picture or a program asks.

    Who names HTML among what they accept is a browser, whatever the address. Who accepts anything,
    or says nothing, is a program if the address is that of a file, such as ``/topics/1.json``.
    """
    # Browsers say so since 2020 (Safari: 2023), to HTTPS and localhost.
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return True
    named = _named_types(request)
    if named & _HTML:
        return request.get_preferred_type(["text/html", "application/json"]) != "text/html"
    if named - _ANYTHING:
        return True
    match = request.resolver_match
    is_for_scripts = match is not None and match.view_name in _FOR_SCRIPTS
    return is_for_scripts or not request.path_info.endswith("/")


def _named_types(request: HttpRequest) -> set[str]:
    accept = request.headers.get("Accept", "*/*")
    if len(accept) > _ACCEPT_LENGTH:
        return set()
    return {f"{each.main_type}/{each.sub_type}" for each in request.accepted_types}


def _refused(request: HttpRequest, login: str) -> HttpResponse:
    page = request.build_absolute_uri(login)
    detail = _("This site is for members. Log in at %(page)s, and send the session cookie.") % {
        "page": page
    }
    response = tell_program(request, HTTPStatus.UNAUTHORIZED, detail)
    # A 401 must have this header (RFC 9110, 15.5.2). For "Basic" browsers would ask for a password
    # in a window of their own.
    response.headers["WWW-Authenticate"] = f'Cookie form-action="{login}"'
    add_never_cache_headers(response)
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


def names_html(request: HttpRequest) -> bool:
    """True if a reader will see the answer, and not only a program."""
    return bool(_named_types(request) & _HTML)


def tell_program(request: HttpRequest, status: HTTPStatus, detail: str) -> HttpResponse:
    """An error in one line, or as JSON for who asked for that."""
    if request.path_info == reverse("digests:upload"):
        # As the script of the editor reads it.
        return JsonResponse({"error": detail}, status=status)
    if not (request.path_info.endswith(".json") or _prefers_json(request)):
        text = "text/plain; charset=utf-8"
        return HttpResponse(f"{detail}\n", status=status, content_type=text)
    problem = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    return JsonResponse(
        problem,
        status=status,
        content_type="application/problem+json",  # RFC 9457
        json_dumps_params={"ensure_ascii": False},
    )


def _prefers_json(request: HttpRequest) -> bool:
    return any("json" in name for name in _named_types(request))
