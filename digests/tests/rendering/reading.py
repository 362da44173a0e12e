"""Texts rendered for tests, and their words as an HTML parser finds them in what was made."""

import re
from xml.etree.ElementTree import Element

import html5lib

from digests.parsing import parse_body
from digests.rendering import Permalinks, Place, RenderedBody, body_html, fill, render

_WITHIN_A_LINE = {"a", "abbr", "b", "cite", "code", "del", "em", "i", "img", "input", "ins", "kbd"}
_WITHIN_A_LINE |= {"label", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}


def rendered(markdown: str) -> RenderedBody:
    return render(parse_body(markdown))


def title(heading: str) -> str:
    """The HTML of a heading; empty where plain text says it all."""
    return fill(render(parse_body("", heading=heading)).title, Place())


def shown(markdown: str, prefix: str = "", permalinks: Permalinks | None = None) -> str:
    """The HTML of a text on a page."""
    body = rendered(markdown)
    return fill(body_html(body.parts, body.points, permalinks), Place(prefix))


def words_in(html: str) -> str:
    """The words that readers see in HTML that was made of a text; a line end parts blocks."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    lines = re.sub(r"[^\S\n]+", " ", _words(tree))
    return re.sub(r"\s*\n\s*", "\n", lines).strip()


def _words(element: Element) -> str:
    name = str(element.tag).rpartition("}")[2]
    if name == "math":
        dollars = "$$" if element.get("display") == "block" else "$"
        return f"{dollars}{_in_line(element.get('alttext', ''))}{dollars}"
    if element.get("role") == "doc-backlink":
        return ""
    inner = _in_line(element.text or "")
    inner += "".join(_words(child) + _in_line(child.tail or "") for child in element)
    return inner if name in _WITHIN_A_LINE or name == "DOCUMENT_FRAGMENT" else f"\n{inner}\n"


def _in_line(text: str) -> str:
    return text.replace("\n", " ")
