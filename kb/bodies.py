"""A limit on what a request may send, by its address, before any of it is read.

Django's own limits count fields while it reads them, and it writes large files to the disk before a
view can refuse them: so anybody could fill the disk by posting to the login page.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from kb.members import names_html, tell_program

# The most bytes of a body: of a form without a long text, of a form of the desk, and with files.
SMALL = 64 * 1024
OF_FORM = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
OF_UPLOAD = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
_PICTURES, _PREVIEW = "digests:upload", "digests:preview"
_UPLOADS = {"admin:digests_importrun_add", _PICTURES}
# Bytes of a refused body that are read and dropped, in such pieces. A connection that is closed
# while a browser still sends shows its reader an error of the network, and not our answer.
_DROPPED = 16 * 1024 * 1024
_PIECE = 64 * 1024


class BodyLimitMiddleware:
    """Refuses a body that is too large for its address: 413; or whose size nothing tells: 411.

    It stands before whatever reads a body, and inside the middleware of languages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = _length(request)
        if length is None:
            # Of a body in chunks Django would read nothing, and take the form for an empty one.
            said = _("Send the length of the body (Content-Length).")
            return _answer(request, HTTPStatus.LENGTH_REQUIRED, said)
        limit = limit_of(request.path_info) if length > SMALL else SMALL
        if length <= limit:
            return self.get_response(request)
        if length <= _DROPPED:
            while request.read(_PIECE):
                pass
        said = _("This address takes at most %(limit)d KB. Nothing of what was sent was read.")
        return _answer(
            request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said % {"limit": limit // 1024}
        )


def limit_of(path: str) -> int:
    """The most bytes that a body may have at an address."""
    try:
        match = resolve(path)
    except Resolver404:
        return SMALL
    if match.view_name in _UPLOADS:
        return OF_UPLOAD
    is_of_desk = match.app_name == "admin" or match.view_name == _PREVIEW
    return OF_FORM if is_of_desk else SMALL


def _length(request: HttpRequest) -> int | None:
    """The length of a body; None if only its end will tell."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "Transfer-Encoding" in request.headers:
        return None
    return int(length) if length.isdecimal() else 0  # of which Django reads nothing


def _answer(request: HttpRequest, status: HTTPStatus, said: str) -> HttpResponse:
    if not names_html(request):
        return tell_program(request, status, said)
    page = get_template("413.html").render({"status": int(status), "said": said})
    return HttpResponse(page, status=status)
