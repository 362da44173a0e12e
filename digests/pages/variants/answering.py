"""Content negotiation and answers for the Markdown and JSON variants of pages.

A page whose address ends in ``/`` has its variants at the same path with ``.md`` or ``.json`` for
that slash, and under its own address for clients that prefer them (``Accept``).
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import MediaType
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

View = Callable[..., HttpResponse]


class Format(StrEnum):
    """Formats by their media types in ``Accept``; the first is the default."""

    HTML = "text/html"
    MARKDOWN = "text/markdown"
    JSON = "application/json"

    def address(self, page: str) -> str:
        """The address in this format of the page with the address ``page``."""
        suffix = {Format.HTML: "/", Format.MARKDOWN: ".md", Format.JSON: ".json"}[self]
        return page.removesuffix("/") + suffix


class Variants(NamedTuple):
    """Views of the variants of a page, called with the same arguments."""

    markdown: View
    json: View


def negotiated(page: View, variants: Variants) -> View:
    """Answer with the page, or with the variant that the client prefers."""
    views = {Format.MARKDOWN: variants.markdown, Format.JSON: variants.json}

    @wraps(page)
    def view(request: HttpRequest, **captured: Any) -> HttpResponse:
        response = views.get(_preferred(request), page)(request, **captured)
        patch_vary_headers(response, ["Accept"])
        return response

    return view


def _preferred(request: HttpRequest) -> Format:
    """The preferred format. Parameters of media types, as in ``application/json; charset=utf-8``,
    are ignored."""
    offered = {form.value: form for form in Format}
    for form in Format:
        accepted = (each for each in request.accepted_types if _bare(each) == form)
        if each := next(accepted, None):
            offered[str(each)] = form
    return offered.get(request.get_preferred_type(list(offered)) or "", Format.HTML)


def _bare(media_type: MediaType) -> str:
    return f"{media_type.main_type}/{media_type.sub_type}"


def markdown_variant(view: Callable[..., str | HttpResponse]) -> View:
    """Decorate a view that returns Markdown or a response. Answer conditional requests with 304,
    and keep the variant out of search engines, which have the page."""

    @require_safe
    @conditional_page
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
        @require_safe
        @conditional_page
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
