"""Values that pages share until anything is written."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.conf import settings
from django.http import HttpRequest

from digests.pages.caching import copies
from digests.pages.caching.keys import value_key

_Value = TypeVar("_Value")


def kept_value(request: HttpRequest, name: str, make: Callable[[], _Value]) -> _Value:
    """The value that ``make`` gives, from its copy if there is one of this version of the content
    and this day. Readers with the same rights share it, in all languages and on all pages.

    ``name`` is its own in the whole project. Use it for what a page counts, where the page itself
    has a copy for each of many readers. The value is pickled, and must not be None.
    """
    if settings.DEBUG:
        return make()
    key = value_key(request, name)
    kept = copies.load(key)
    if kept is None:
        kept = make()
        copies.save(key, kept)
    return cast(_Value, kept)
