"""Metadata of a page for search engines, feed readers and link previews.

A view puts an `About` into its context as ``about``; the ``<title>``, `{% metadata %}` and `{%
variants %}` show it. A page without one, such as an error, has no metadata.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.text import Truncator

# Query parameters that change the content of a page, as ``page`` does. Others only tell where a
# visitor came from.
_PARAMETERS = ("q", "tag", "label", "kind", "host", "year", "order", "sort")
# Characters of a parameter's value that pages read.
_VALUE_LENGTH = 500
# Characters of a description that search engines show.
_DESCRIPTION_LENGTH = 160


@dataclass(frozen=True)
class About:
    """The metadata of one page.

    ``feed`` is the address of the feed that carries future content of the page. ``within`` has name
    and address of the parent pages, from the top. ``variants`` is an address of the page, whose
    final slash is replaced by ``.md`` and ``.json``. ``page`` is the list that ``?page=`` cuts.
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
    """The joined parts in one line, cut at 160 characters. Reads no more parts than it needs."""
    line = ""
    for part in filter(None, parts):
        # Only so much of a part can be shown; runs of blanks in it become one.
        words = " ".join(part[: 4 * _DESCRIPTION_LENGTH].split())
        line = f"{line}{separator}{words}" if line else words
        if len(line) > _DESCRIPTION_LENGTH:
            break
    return Truncator(" ".join(line.split())).chars(_DESCRIPTION_LENGTH)


def canonical_query(given: QueryDict) -> QueryDict:
    """The query of a page's canonical URL: the parameters that change its content."""
    kept = QueryDict(mutable=True)
    for name in _PARAMETERS:
        if values := [value[:_VALUE_LENGTH] for value in given.getlist(name) if value]:
            kept.setlist(name, values)
    return kept
