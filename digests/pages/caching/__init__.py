"""Copies of pages that many readers share, and the headers by which proxies and browsers keep them.

`cached_page` is the decorator of a page for readers; what was decided stands in
docs/decisions/caching.md. `build_id` and `vary_pages_by` are for the project around this
application.
"""

from digests.pages.caching.build import build_id
from digests.pages.caching.keys import vary_pages_by
from digests.pages.caching.pages import cached_page, cached_page_by, revalidated_page
from digests.pages.caching.public import mark_as_cached
from digests.pages.caching.values import kept_value

__all__ = [
    "build_id",
    "cached_page",
    "cached_page_by",
    "kept_value",
    "mark_as_cached",
    "revalidated_page",
    "vary_pages_by",
]
