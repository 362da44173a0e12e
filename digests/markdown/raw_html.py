"""Tags and words of raw HTML in Markdown.

nh3, in `rendering`, parses HTML as browsers do. Here anything that looks like a tag is one.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape, unescape

Tag = re.Match[str]

TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"  # an open comment hides the rest
    r"|<(?P<closes>/?)(?P<name>[a-z][a-z0-9-]*)"
    r"(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?<![^\s/\"'])(?P<name>[a-z-]+)\s*=\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'<>][^\s<>]*))",
    re.IGNORECASE,
)
# In an attribute, ``&copy=`` is no entity (HTML standard, named character reference state).
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.IGNORECASE)
# https://html.spec.whatwg.org/multipage/indices.html#elements-3, and obsolete elements.
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
# Control characters mark holes in stored HTML, so no author may write their entities.
_CONTROL_ENTITY = re.compile(r"&#(?:0*[23](?![0-9])|x0*[23](?![0-9a-f]));?", re.IGNORECASE)
# Browsers do not parse the content of these as HTML, so words would vanish in it.
# GitHub shows these tags as text too:
# https://github.github.com/gfm/#disallowed-raw-html-extension-
_SWALLOWING = {"title", "textarea", "style", "xmp", "iframe", "noembed", "noframes"}
_SWALLOWING |= {"script", "plaintext", "template"}
_DROPPED = {"", "input", "label"}  # comments, and forms: only task lists may have boxes
# Maximum depth of raw HTML, because a parser looks through all open tags at each new one.
_DEEPEST = 100
# Tags that no end tag needs to follow.
_NOT_NESTING = {"a", "p", "li", "dt", "dd", "rt", "rp", "thead", "tbody", "tfoot", "tr", "td", "th"}
_NOT_NESTING |= {"br", "hr", "img", "wbr", "col", "input", "source", "track", "area", "embed"}
_NOT_NESTING |= {"link", "meta", "base", "param", "option", "optgroup", "colgroup", "caption"}
_LOOSE_TAG = re.compile(r"<(?=/?[a-z])", re.IGNORECASE)
# Elements that keep their attributes.
#
# nh3 would drop those of all others, but only after its parser had copied a ``<b id=1>`` into each
# paragraph below it: it limits such copies to three only for tags with equal attributes.
WITH_ATTRIBUTES = {"a", "img", "ol"}
_ENDS_A_LINE = {"br", "p", "div", "li", "tr", "td", "th", "dt", "dd", "summary"}


def name(tag: Tag) -> str:
    """The lower-case name of a tag, with a ``/`` if it is an end tag; empty for a comment."""
    return f"{tag['closes']}{tag['name'].lower()}" if tag["name"] else ""


def attribute(tag: Tag, wanted: str) -> str:
    """The value of an attribute; empty if the tag has none of this name."""
    for found in _ATTRIBUTE.finditer(tag["attributes"] or ""):
        if found["name"].lower() == wanted:
            value = found["double"] or found["single"] or found["bare"] or ""
            return _ENTITY.sub(lambda entity: unescape(entity.group()), value).strip()
    return ""


def is_element(tag: Tag) -> bool:
    """True for tags of HTML elements, custom elements (with a hyphen) and comments.

    Other tags are text: an author who writes ``<think>`` or ``<path>`` means these words.
    """
    element = name(tag).removeprefix("/")
    return not element or element in _ELEMENTS or "-" in element


def is_open_comment(html: str) -> bool:
    """True if a block of HTML is an open comment, which hides the rest of its text."""
    return html.lstrip().startswith("<!--") and "-->" not in html


def words(html: str) -> str:
    """The text without its tags and comments. Tags of unknown elements are text."""
    return unescape(TAG.sub(_gap, html)).strip()


def _gap(tag: Tag) -> str:
    if not is_element(tag):
        return tag.group()
    return "\n" if name(tag).removeprefix("/") in _ENDS_A_LINE else ""


def pieces(html: str, opened: Counter[str]) -> Iterator[Tag | str]:
    """Split raw HTML into tags to keep, and text to escape.

    ``opened`` counts the open tags. Pass the same counter for all pieces of HTML of one text.
    """
    html = without_control_entities(html)
    at = 0
    for tag in TAG.finditer(html):
        yield _LOOSE_TAG.sub("&lt;", html[at : tag.start()])
        if _is_text(tag, opened):
            yield escape(tag.group())
        elif name(tag).removeprefix("/") not in _DROPPED:
            yield tag
        at = tag.end()
    yield _LOOSE_TAG.sub("&lt;", html[at:])


def without_control_entities(html: str) -> str:
    """Replace the entities of control characters, which have a meaning in stored HTML.

    Call it with the whole HTML that goes to a parser, because removing a tag joins the pieces of
    ``&#<!-- -->2;``.
    """
    return _CONTROL_ENTITY.sub("\ufffd", html)


def _is_text(tag: Tag, opened: Counter[str]) -> bool:
    """True for a tag that is shown as it is written."""
    if _is_too_deep(tag, opened):
        return True
    element = name(tag).removeprefix("/")
    if element in _DROPPED | {"h1", "h2"}:
        return False
    # nh3 drops an element of SVG, such as <path>, together with all text behind it.
    if element in _SWALLOWING or not is_element(tag):
        return True
    # A quote without an end, as in <p don't>, would hide the text behind it.
    return element not in WITH_ATTRIBUTES and "<" in tag["attributes"]


def _is_too_deep(tag: Tag, opened: Counter[str]) -> bool:
    """Update ``opened`` for a tag. True if the tag would be nested too deep."""
    element = name(tag)
    if element.startswith("/"):
        opened[element[1:]] -= opened[element[1:]] > 0
    elif element and element not in _NOT_NESTING:
        if opened.total() >= _DEEPEST:
            return True
        opened[element] += 1
    return False
