"""Holes in stored HTML, which only the page that shows it can fill.

The ids of footnotes differ where several texts are on one page, their links are named in the
reader's language, and a feed needs whole addresses. The renderer writes a hole in these places; no
author can, because `markdown` drops control characters and `raw_html` their entities.
"""

from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

OPEN, CLOSE = "\x02", "\x03"
LINK_REL = "noopener noreferrer"


@dataclass(frozen=True)
class Place:
    """The place in which a text is shown, with the values that fill its holes.

    ``prefix`` makes ids of footnotes unique on the page. ``page`` is the address of the page with
    the footnotes, if that is another one. ``base`` is the absolute URL to which relative addresses
    are joined; without it they stay relative.
    """

    prefix: str = ""
    page: str = ""
    base: str = ""

    def whole(self, address: str) -> str:
        """Join a relative address to ``base``, if there is one."""
        if not self.base:
            return address
        try:
            return urljoin(self.base, address)
        except ValueError:  # //[ and the like, which are invalid in browsers too
            return address


def address(value: str) -> str:
    """A hole for a relative address in an attribute."""
    return f"{OPEN}a{value}{CLOSE}"


def footnote_mark(number: int, *, is_first: bool) -> str:
    """A hole for a footnote mark. The footnote links back to its first mark."""
    return f"{OPEN}{'m' if is_first else 'r'}{number}{CLOSE}"


def footnote(number: int, html: str, *, is_marked: bool) -> str:
    """A footnote as an item of a list, with a hole for its id and, if a mark leads to it, one for
    the link back."""
    back = f"{OPEN}b{number}{CLOSE}" if is_marked else ""
    return f"{OPEN}n{number}{CLOSE}{html}{back}</li>"


def fill(html: str, place: Place) -> SafeString:
    """Fill the holes of HTML that this package made, and mark it as safe. Nearly all texts have no
    hole."""
    first, *others = html.split(OPEN)
    pieces = [first]
    for other in others:
        hole, _, rest = other.partition(CLOSE)
        pieces += [_filled(hole[0], hole[1:], place), rest]
    return stored("".join(pieces))


def stored(html: str) -> SafeString:
    """Mark as safe what this package has just made, or what comes from a column to which only this
    package's HTML is written. Nothing is checked here."""
    return SafeString(html)


def _filled(hole: str, value: str, place: Place) -> str:
    """The HTML of a hole. Its first letter says what it is."""
    match hole:
        case "a":  # an address
            return escape(place.whole(unescape(value))) if place.base else value
        case "m" | "r":  # a mark in the text
            name = gettext("Footnote %(number)s") % {"number": value}
            mark_id = f' id="{place.prefix}fnref-{value}"' if hole == "m" else ""
            link = _link(f"fn-{value}", name, "doc-noteref", place)
            return f'<sup class="footnote"{mark_id}>{link} rel="{LINK_REL}">[{value}]</a></sup>'
        case "n":  # the beginning of a footnote
            return f'<li id="{place.prefix}fn-{value}">'
    name = gettext("Back to the text: %(number)s") % {"number": value}
    return f" {_link(f'fnref-{value}', name, 'doc-backlink', place)}>↩\ufe0e</a>"


def _link(target: str, name: str, role: str, place: Place) -> str:
    """The beginning of a link; the caller closes its tag."""
    address = place.whole(f"{place.page}#{place.prefix}{target}")
    return f'<a href="{escape(address)}" aria-label="{escape(name)}" role="{role}"'
