"""The account that a page gives of itself, to search engines, feed readers and link previews.

A view puts an `About` into its context as ``about``; the title of the document, `{% metadata %}`
and `{% variants %}` show it. A page without one, such as an error, tells nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.text import Truncator

_PARAMETERS = ("q", "tag", "label", "kind", "host", "year", "order", "sort")
"""Parameters that change what a page shows, as ``page`` does; others tell where one came from."""
_VALUE_LENGTH = 500
"""Characters that pages read of one value."""
_DESCRIPTION_LENGTH = 160
"""Characters of a description that search engines show."""


@dataclass(frozen=True)
class About:
    """The values of one page.

    ``feed`` is the address of the feed that shows what the page will show next. ``within`` has name
    and address of the pages above it, from the top. ``variants`` is an address of the page, whose
    slash at the end gives way to ``.md`` and ``.json``. ``page`` is the list that ``?page=`` cuts.
    """

    title: str
    description: str = ""
    type: str = "CollectionPage"
    feed: str = ""
    within: tuple[tuple[str, str], ...] = ()
    variants: str = ""
    page: Page[Any] | None = None
    published: datetime | None = None
    edited: datetime | None = None


def description(parts: Iterable[str], separator: str = " · ") -> str:
    """The parts in one line, cut at 160 characters."""
    line = " ".join(separator.join(filter(None, parts)).split())
    return Truncator(line).chars(_DESCRIPTION_LENGTH)


def canonical_query(given: QueryDict) -> QueryDict:
    """The parameters of a page's own address: those that change what it shows."""
    kept = QueryDict(mutable=True)
    for name in _PARAMETERS:
        if values := [value[:_VALUE_LENGTH] for value in given.getlist(name) if value]:
            kept.setlist(name, values)
    return kept
