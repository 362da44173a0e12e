"""Content negotiation and answers for the Markdown and JSON variants of pages.

A page whose address ends in ``/`` has its variants at the same path with ``.md`` or ``.json`` for
that slash, and under its own address for clients that prefer them (``Accept``).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from digests.pages.caching import cached_page, vary_pages_by

View = Callable[..., HttpResponseBase]
# Characters of a header Accept that is read. That of a browser has 150.
_ACCEPT_LENGTH = 1_000


class Format(StrEnum):
    """Formats by their media types in ``Accept``; the first is the default."""

    HTML = "text/html"
    MARKDOWN = "text/markdown"
    JSON = "application/json"

    def address(self, page: str) -> str:
        """The address in this format of the page with the address ``page``."""
        suffix = {Format.HTML: "/", Format.MARKDOWN: ".md", Format.JSON: ".json"}[self]
        return page.removesuffix("/") + suffix


def negotiated(page: View, variants: Mapping[Format, View]) -> View:
    """Answer with the page, or with the variant that the client prefers. All take the same
    arguments."""

    @wraps(page)
    def view(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        response = variants.get(preferred_format(request), page)(request, **captured)
        patch_vary_headers(response, ["Accept"])
        return response

    return view


@vary_pages_by
def preferred_format(request: HttpRequest) -> Format:
    """The format that the client prefers for a page that has several."""
    accept = request.headers.get("Accept", "*/*")
    return _preferred(accept) if len(accept) <= _ACCEPT_LENGTH else Format.HTML


@lru_cache(maxsize=200)
def _preferred(accept: str) -> Format:
    """The preferred format by a header ``Accept``. Parameters of media types, as in
    ``application/json; charset=utf-8``, are ignored."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept
    offered = {form.value: form for form in Format}
    for form in Format:
        accepted = (
            each for each in request.accepted_types if f"{each.main_type}/{each.sub_type}" == form
        )
        if each := next(accepted, None):
            offered[str(each)] = form
    return offered.get(request.get_preferred_type(list(offered)) or "", Format.HTML)


def markdown_variant(view: Callable[..., str | HttpResponse]) -> View:
    """Decorate a view that returns Markdown or a response. Cache the variant, and keep it out of
    search engines, which have the page."""

    @cached_page
    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        found = view(request, **captured)
        return _unindexed(found if isinstance(found, HttpResponse) else markdown_response(found))

    return answer


def json_variant(
    definition: str,
) -> Callable[[Callable[..., dict[str, Any] | HttpResponse]], View]:
    """Decorate a view that returns data or a redirect, as `markdown_variant` does, and answer with
    JSON.

    ``definition`` names the data's definition in the schema. A 404 is JSON as well.
    """

    def variant(view: Callable[..., dict[str, Any] | HttpResponse]) -> View:
        @cached_page
        @wraps(view)
        def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
            try:
                found = view(request, **captured)
            except Http404:
                error = {"status": 404, "message": _("Page not found")}
                return _json({"error": error}, "error", status=404)
            return found if isinstance(found, HttpResponse) else _json(found, definition)

        return answer

    return variant


def markdown_response(text: str | bytes, charset: str = "utf-8") -> HttpResponse:
    return HttpResponse(text, content_type=f"{Format.MARKDOWN.value}; charset={charset}")


def _json(found: dict[str, Any], definition: str, status: int = 200) -> HttpResponse:
    response = JsonResponse(found, status=status, json_dumps_params={"ensure_ascii": False})
    schema = reverse("digests:schema", fragment=f"/$defs/{definition}")
    response["Link"] = f'<{schema}>; rel="describedby"'
    return _unindexed(response)


def _unindexed(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
