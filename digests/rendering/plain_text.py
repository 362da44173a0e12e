"""Conversion of Markdown tokens to plain text, in which a line end separates blocks."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

from markdown_it.token import Token
from markdown_it.utils import EnvType

from digests import markdown
from digests.markdown import raw_html
from digests.rendering import mathml
from digests.rendering.pictures import Picture
from digests.rendering.safe_html import BLOCK_ELEMENTS

_OPEN, _CLOSE = "\x02", "\x03"  # bounds of a link; no text has control characters
_MARK = re.compile(f"([{_OPEN}{_CLOSE}])")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\s*\n\s*")
_BLANK_AT_LINE_END = re.compile(f" (?=[{_OPEN}{_CLOSE}]+\n)")
# Characters that are left out behind a line end, and behind a blank.
_REPEATED = {"\n": " \n", " ": " "}


@dataclass(frozen=True)
class Link:
    """A link in a plain text: the characters from ``start`` to ``end``."""

    url: str
    start: int
    end: int


@dataclass(frozen=True)
class LinkedText:
    """A plain text with its links in their order."""

    text: str
    links: tuple[Link, ...] = ()


def plain_text(tokens: Sequence[Token], env: EnvType, *, label: str = "") -> LinkedText:
    """Convert block tokens to plain text, after the text of a ``label``.

    ``env`` must be the environment in which the tokens were rendered, as it has the numbers of
    footnotes. A formula is its source as written, without line ends.
    """
    words = _Words(env.get("numbers", {}))
    words.pieces.append(f"{label} " if label else "")
    for token in tokens:
        words.add_block(token)
    return words.text()


class _Words:
    def __init__(self, footnotes: dict[str, int]) -> None:
        self.footnotes = footnotes
        self.opened: Counter[str] = Counter()
        self.pieces: list[str] = []
        self.urls: list[str] = []
        self.in_link = False

    def add_block(self, token: Token) -> None:
        match token.type:
            case "inline":
                for child, following in pairwise([*(token.children or []), None]):
                    if child is not None:
                        self.add_inline(child, following)
            case "html_block":
                self.add_raw(token.content)
            case "fence" | "code_block":
                self.pieces.append(f"\n{_in_line(token.content)}\n")
            case "formula_display" | "formula":
                self.pieces.append(f"\n{mathml.source(token)}\n")
            case "footnote_open":
                self.pieces.append(f"\n{token.content}")
            case _:
                self.pieces.append("" if token.hidden else "\n")

    def add_inline(self, token: Token, following: Token | None) -> None:
        match token.type:
            case "softbreak":
                self.pieces.append(" ")
            case "hardbreak":
                self.pieces.append("\n")
            case "html_inline":
                self.add_raw(token.content)
            case "link_open":
                url = str(token.attrs.get("href", ""))
                self.open_link(url)
                if following is not None and following.type == "link_close":
                    self.pieces.append(url)
            case "link_close":
                self.close_link()
            case "image":
                words = markdown.plain_inline(token.children or [])
                self.add_picture(Picture(str(token.attrs.get("src", "")), words))
            case "formula" | "formula_display":
                self.pieces.append(mathml.source(token))
            case "footnote_reference" if token.meta["label"] in self.footnotes:
                self.pieces.append(f"[{self.footnotes[token.meta['label']]}]")
            case _:
                self.pieces.append(_in_line(markdown.plain_inline([token])))

    def add_raw(self, html: str) -> None:
        for piece in raw_html.pieces(html, self.opened):
            if isinstance(piece, str):
                self.pieces.append(_in_line(unescape(piece)))
                continue
            match raw_html.name(piece):
                case "a":
                    self.close_link()
                    self.open_link(raw_html.attribute(piece, "href"))
                case "/a":
                    self.close_link()
                case "img":
                    alternative = raw_html.attribute(piece, "alt")
                    self.add_picture(Picture(raw_html.attribute(piece, "src"), alternative))
                case name if name.removeprefix("/") in BLOCK_ELEMENTS:
                    self.pieces.append("\n")

    def add_picture(self, picture: Picture) -> None:
        if picture.is_shown:
            return
        is_linked = bool(picture.address) and not self.in_link
        if is_linked:
            self.open_link(picture.address)
        self.pieces.append(_in_line(picture.words))
        if is_linked:
            self.close_link()

    def open_link(self, url: str) -> None:
        self.in_link = True
        self.urls.append(url)
        self.pieces.append(_OPEN)

    def close_link(self) -> None:
        if self.in_link:
            self.in_link = False
            self.pieces.append(_CLOSE)

    def text(self) -> LinkedText:
        """The text so far, with runs of blanks and of line ends collapsed to one."""
        self.close_link()
        source = _LINE_ENDS.sub("\n", _BLANKS.sub(" ", "".join(self.pieces)))
        source = _BLANK_AT_LINE_END.sub("", source)
        pieces: list[str] = []
        links: list[Link] = []
        length = start = 0
        before = "\n"
        for piece in _MARK.split(source):
            if piece == _OPEN:
                start = length
            elif piece == _CLOSE:
                links.append(Link(self.urls[len(links)], start, length))
            elif words := piece.lstrip(_REPEATED.get(before, "")):
                pieces.append(words)
                length += len(words)
                before = words[-1]
        text = "".join(pieces).rstrip()
        return LinkedText(text, tuple(link for link in links if link.end <= len(text)))


def _in_line(text: str) -> str:
    return text.replace("\n", " ")
