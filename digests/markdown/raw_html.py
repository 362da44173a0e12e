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
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'<>][^\s<>]*))",
    re.IGNORECASE,
)
# In an attribute, ``&copy=`` is no sign (HTML standard, named character reference state).
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.IGNORECASE)
# https://html.spec.whatwg.org/multipage/indices.html#elements-3, and what is obsolete.
_NAMES = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big"
    " blink blockquote body br button canvas caption center cite code col colgroup data datalist"
    " dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form"
    " frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label"
    " legend li link main map mark marquee menu meta meter nav nobr noembed noframes noscript"
    " object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s"
    " samp script search section select slot small source span strike strong style sub summary sup"
    " table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp"
)
_ELEMENTS = frozenset(_NAMES.split())
_ENDS_A_LINE = {"br", "p", "div", "li", "tr", "td", "th", "dt", "dd", "summary"}


def name(tag: Tag) -> str:
    """In lower case, with a ``/`` if the tag closes; empty for a comment."""
    return f"{tag['closes']}{tag['name'].lower()}" if tag["name"] else ""


def attribute(tag: Tag, wanted: str) -> str:
    """The value of an attribute, empty where there is none."""
    for found in _ATTRIBUTE.finditer(tag["attributes"] or ""):
        if found["name"].lower() == wanted:
            value = found["double"] or found["single"] or found["bare"] or ""
            return _ENTITY.sub(lambda entity: unescape(entity.group()), value).strip()
    return ""


def is_element(tag: Tag) -> bool:
    """Whether HTML knows it, as an element (or a custom one, with a hyphen) or a comment.

    Others are no markup: who writes ``<think>`` or ``<path>`` means these words.
    """
    element = name(tag).removeprefix("/")
    return not element or element in _ELEMENTS or "-" in element


def is_open_comment(html: str) -> bool:
    """Whether this, a block of HTML, is a comment that hides the rest of its text."""
    return html.lstrip().startswith("<!--") and "-->" not in html


def words(html: str) -> str:
    """The text without its tags and comments; what is no element of HTML is text."""
    return unescape(TAG.sub(_gap, html)).strip()


def _gap(tag: Tag) -> str:
    if not is_element(tag):
        return tag.group()
    return "\n" if name(tag).removeprefix("/") in _ENDS_A_LINE else ""
