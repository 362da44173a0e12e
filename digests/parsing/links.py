"""The http(s) links and pictures in Markdown and raw HTML, except in code."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from markdown_it.token import Token

from digests import markdown
from digests.markdown import raw_html


@dataclass
class Link:
    """``title`` is the text of the link; ``line`` counts from 0 at the start of its token.

    ``is_broken``: a blank or a line end in the target, so that it is no link to readers.
    """

    url: str
    title: str
    line: int
    is_broken: bool = False


def links(token: Token) -> list[Link]:
    """The links of an ``inline`` token with parsed children, or of an ``html_block``."""
    is_html = token.type == "html_block"
    children = _html_children(token.content) if is_html else token.children or []
    if not any(child.type in markdown.MAY_LINK for child in children):  # most paragraphs
        return []
    return [
        link for link in _links(children) if link.url.lower().startswith(("http://", "https://"))
    ]


def _links(children: Sequence[Token]) -> list[Link]:
    found: list[Link] = []
    opened: tuple[Link, int] | None = None
    line = code = 0
    for position, child in enumerate(children):
        element, url, alternative = _element(child)
        if element in {"code", "pre"}:
            code += 1
        elif element in {"/code", "/pre"}:
            code = max(0, code - 1)
        elif element in {"a", "/a"} and opened:  # a second <a> closes the first, as in browsers
            link, start = opened
            link.title = markdown.plain_inline(children[start:position])
            opened = None
        if element == "broken" and not code:
            found.append(Link(url, "", child.meta["line"], is_broken=True))
        if element in {"a", "img"} and url and not code:
            found.append(link := Link(url, alternative, child.meta.get("line", line)))
            if element == "a":
                opened = link, position + 1
        line += child.content.count("\n")  # in a block of HTML
    if opened:  # an unclosed <a> holds the rest
        link, start = opened
        link.title = markdown.plain_inline(children[start:])
    for link in found:
        link.title = " ".join(link.title.split())
    return found


def _element(token: Token) -> tuple[str, str, str]:
    """The name of an element (``/a`` for an end tag), its URL and its alternative text."""
    match token.type:
        case "link_open":
            return "a", str(token.attrs.get("href", "")), ""
        case "link_close":
            return "/a", "", ""
        case "broken_link":
            return "broken", str(token.meta["url"]), ""
        case "image":
            return "img", str(token.attrs.get("src", "")), token.content
        case "html_inline" if tag := raw_html.TAG.match(token.content):
            address = raw_html.attribute(tag, "src" if raw_html.name(tag) == "img" else "href")
            return raw_html.name(tag), address, raw_html.attribute(tag, "alt")
    return "", "", ""


def _html_children(source: str) -> list[Token]:
    """Tokens of an HTML block as if it were inline. Text between tags is not read as Markdown."""
    children: list[Token] = []
    at = 0
    for tag in raw_html.TAG.finditer(source):
        children.append(Token("text", "", 0, content=unescape(source[at : tag.start()])))
        children.append(Token("html_inline", "", 0, content=tag.group()))
        at = tag.end()
    return [*children, Token("text", "", 0, content=unescape(source[at:]))]
