"""Long HTML in pieces, each of which is whole HTML, so that no page grows without end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from digests.rendering.holes import stored

# Maximum bytes of the HTML of a text on one page. Real texts have at most 0.3 MB.
MOST_OF_TEXT = 1_000_000

# A tag as nh3 and this package write it: values stand between double quotes.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_ID = re.compile(r' id="[^"]*"')
_ENTITY_CUT = re.compile(r"&#?\w{0,30}\Z")
_VOID = {"br", "hr", "img", "input", "wbr", "col"}
# Elements that are not cut: a half formula says something else, and half a link is two.
_WHOLE = {"math", "a", "sup", "label", "summary"}
_BLOCKS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "div", "pre", "blockquote", "table"}
_BLOCKS |= {"tr", "hr", "details", "figure", "dd"}
# From this share of a piece on it ends before the next block; else it ends where it is full.
_NEARLY_FULL = 0.9


def cut(html: str, most: int) -> list[SafeString]:
    """Cut HTML that this package made into pieces of at most some ``most`` bytes, open elements
    included. What is in an element of `_WHOLE` stays together.

    Elements that a cut leaves open are closed there and opened again in the next piece, without
    their ids. Put together, the texts of the pieces are the text.
    """
    if len(html) <= most and len(html.encode()) <= most:
        return [stored(html)]
    cutter = _Cutter(most)
    at = 0
    for tag in _TAG.finditer(html):
        cutter.add_text(html[at : tag.start()])
        cutter.add_tag(tag)
        at = tag.end()
    cutter.add_text(html[at:])
    return [stored(piece) for piece in cutter.finished()]


@dataclass
class _Cutter:
    most: int
    pieces: list[str] = field(default_factory=list)
    piece: list[str] = field(default_factory=list)
    size: int = 0
    opened: list[tuple[str, str]] = field(default_factory=list)
    whole: int = 0  # number of open elements that are not cut

    def add_tag(self, tag: re.Match[str]) -> None:
        name = tag[2]
        if tag[1]:
            self._close(name)
        elif not self.whole:
            share = _NEARLY_FULL if name in _BLOCKS else 1
            if self.size + len(tag[0]) > share * self.most:
                self._cut()
        self._append(tag[0])
        if not tag[1] and name not in _VOID:
            self.opened.append((name, _ID.sub("", tag[0])))
            self.whole += name in _WHOLE

    def add_text(self, text: str) -> None:
        while text:
            room = self.most - self.size
            if self.whole or len(text.encode()) <= room:
                self._append(text)
                return
            head = text.encode()[: max(room, 0)].decode(errors="ignore")
            head = _ENTITY_CUT.sub("", head) or (text[:40] if not self._holds_text else "")
            self._append(head)
            text = text[len(head) :]
            self._cut()

    @property
    def _holds_text(self) -> bool:
        return len(self.piece) > len(self.opened)

    def _close(self, name: str) -> None:
        if self.opened and self.opened[-1][0] == name:
            self.opened.pop()
            self.whole -= name in _WHOLE

    def _append(self, html: str) -> None:
        self.piece.append(html)
        self.size += len(html.encode())

    def _cut(self) -> None:
        if not self._holds_text:
            return
        closing = "".join(f"</{name}>" for name, _ in reversed(self.opened))
        self.pieces.append("".join(self.piece) + closing)
        self.piece = [opening for _, opening in self.opened]
        self.size = sum(len(opening.encode()) for opening in self.piece)

    def finished(self) -> Iterator[str]:
        yield from self.pieces
        yield "".join(self.piece)
