"""Headers that say how a page may be kept, and conditional requests."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

# Values of Cache-Control. Proxies and browsers keep a page, and ask each time if it still holds.
PUBLIC = "public, no-cache"
# Likewise, but the reader's browser alone.
OWN = "private, no-cache"
# Nobody keeps it.
UNKEPT = "private, no-store"


def with_headers(response: HttpResponseBase, kept: str, etag: str = "") -> HttpResponseBase:
    """Set the headers of a whole page, unless its view did. Nobody keeps an error."""
    is_page = response.status_code in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
    response.headers.setdefault("Cache-Control", kept if is_page else UNKEPT)
    if etag and is_page:
        response.headers["ETag"] = etag
    return response


def etag_of(key: str) -> str:
    """The ETag of the page with this key. It is weak, because the same page has other bytes when
    it is compressed."""
    return f'W/"{key[:32]}"'


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The answer to a request for a page that the client has; None if it has none, or another.

    No page is looked for: only this site gives out the ETag, with a page that was there. So
    ``*``, which fits any page, is not answered.
    """
    known = request.headers.get("If-None-Match")
    if known and etag in {f"W/{each.removeprefix('W/')}" for each in parse_etags(known)}:
        return HttpResponseNotModified()
    return None
