"""Copies of pages in the project's cache, compressed."""

import gzip
import logging
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_vary_headers

_logger = logging.getLogger(__name__)
# A header that depends on how the page is sent.
_NOT_KEPT = {"Content-Length"}
_LEVEL = 6  # as Django's GZipMiddleware compresses


@dataclass(frozen=True)
class Copy:
    """A page with its headers."""

    headers: dict[str, str]
    body: bytes  # in gzip

    @classmethod
    def of(cls, response: HttpResponse) -> "Copy":
        headers = {name: value for name, value in response.headers.items() if name not in _NOT_KEPT}
        return cls(headers, gzip.compress(response.content, _LEVEL, mtime=0))

    def response(self, request: HttpRequest) -> HttpResponse:
        """The page for this request, compressed if the client reads that.

        No bytes of random length are added as GZipMiddleware does, because no copy holds a secret
        that one could guess by the length of an answer.
        """
        is_packed = re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")) is not None
        body = self.body if is_packed else gzip.decompress(self.body)
        is_head = request.method == "HEAD"  # the server would drop the body, with a warning
        response = HttpResponse(b"" if is_head else body, headers=self.headers)
        response.headers["Content-Length"] = str(len(body))
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


def load(key: str) -> Any:
    """The value that was saved under this key; None if there is nothing, or if the cache fails."""
    try:
        copy: Any = cache.get(key)
    except Exception as error:  # a page is made without its cache
        _logger.warning("The cache cannot be read: %s", error)
        return None
    return copy


def save(key: str, copy: object) -> None:
    try:
        cache.set(key, copy)
    except Exception as error:  # a page is shown without being kept
        _logger.warning("The cache cannot be written: %s", error)
