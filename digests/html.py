"""Raw HTML in Markdown, as far as we look into it: tags and words.

What browsers make of it is nh3's business, in `rendering`. Here a tag is what looks like one.
"""

import re
from html import unescape

Tag = re.Match[str]

TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"  # what is not closed hides the rest
    r"|<(?P<closes>/?)(?P<name>[a-z][a-z0-9-]*)"
    r"(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?<![^\s/\"'])(?P<name>[a-z-]+)\s*=\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'=<>`]+))",
    re.IGNORECASE,
)
_ENDS_A_LINE = {"br", "p", "div", "li", "tr", "td", "th", "dt", "dd", "summary"}


def name(tag: Tag) -> str:
    """In lower case, with a ``/`` if the tag closes; empty for a comment."""
    return f"{tag['closes']}{tag['name'].lower()}" if tag["name"] else ""


def attribute(tag: Tag, wanted: str) -> str:
    """The value of an attribute, empty where there is none."""
    for found in _ATTRIBUTE.finditer(tag["attributes"] or ""):
        if found["name"].lower() == wanted:
            return unescape(found["double"] or found["single"] or found["bare"] or "").strip()
    return ""


def words(html: str) -> str:
    """The text without its tags and comments."""
    return unescape(TAG.sub(_gap, html)).strip()


def _gap(tag: Tag) -> str:
    return "\n" if name(tag).removeprefix("/") in _ENDS_A_LINE else ""
