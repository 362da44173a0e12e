"""Addresses of rows, of which a page may show a thousand."""

import re
from functools import cache, lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse
from django.utils.http import RFC3986_SUBDELIMS

# Addresses that are kept, because a list of topics links to the same tags over and over.
_KEPT = 1 << 10
_PLAIN = re.compile(r"[\w./-]*", re.ASCII)
_SAFE = f"{RFC3986_SUBDELIMS}/~:@"  # as `reverse` has it


def row_address(view: str, *values: int | str) -> str:
    """The address of a view whose route ends in these values.

    Gives what `reverse` gives, at a tenth of its cost: `reverse` tries every route of that name
    against the values, which takes 40 µs.
    """
    return f"{address_before(view, len(values))}{quoted('/'.join(map(str, values)))}/"


def address_before(view: str, values: int) -> str:
    """The part of the address of a view before the ``values`` in which its route ends. A list of
    many rows asks for it once."""
    return _beginning(view, values, get_script_prefix())


def quoted(segments: str) -> str:
    return segments if _PLAIN.fullmatch(segments) else _quoted(segments)


@lru_cache(_KEPT)
def _quoted(segments: str) -> str:
    return quote(segments, safe=_SAFE)


@cache
def _beginning(view: str, values: int, script_prefix: str) -> str:
    """The part of a route before its values. ``script_prefix`` is part of what `reverse` gives."""
    return reverse(view, args=["0"] * values).removesuffix("0/" * values)
