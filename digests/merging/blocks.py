"""A Markdown text as blocks: a point, a nested bullet, a paragraph, a fence, a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from digests import markdown

_WHOLE = {"blockquote_open", "table_open"}
_LISTS = {"bullet_list_open", "ordered_list_open"}
_START = ("start", 0)
_ITEM = "list_item_open"


@dataclass(frozen=True)
class Block:
    text: str
    space: str
    """The white space that follows, line ends included."""
    kind: tuple[str, int]
    """The token that it begins with, a list item before all, and how deep that is nested."""
    parent: int | None
    """The index of the block that opens the list item in which it stands."""

    @property
    def is_item(self) -> bool:
        return self.kind[0] == _ITEM


def split(text: str) -> list[Block]:
    """Cut a text where its blocks begin; texts and spaces put together are ``text``.

    A list item's blocks come after the one that holds its opening line. The first block is what
    stands before any other: blank lines, link definitions, or nothing. Elsewhere these belong to
    the block before them.
    """
    lines = markdown.lines(text)
    reader = _Reader()
    reader.read(markdown.blocks(text).tokens)
    starts = sorted(reader.kinds)
    index = {line: place for place, line in enumerate(starts, 1)}
    blocks = [_block(lines[: starts[0]] if starts else lines, _START, None)]
    for start, end in pairwise([*starts, len(lines)]):
        parent = reader.parents[start]
        place = None if parent is None else index[parent]
        blocks.append(_block(lines[start:end], reader.kinds[start], place))
    return blocks


def _block(lines: Sequence[str], kind: tuple[str, int], parent: int | None) -> Block:
    whole = "".join(lines)
    text = whole.rstrip(" \t\r\n")
    return Block(text, whole[len(text) :], kind, parent)


class _Reader:
    """Finds the lines on which blocks begin; of several on one line, the outermost counts."""

    def __init__(self) -> None:
        self.kinds: dict[int, tuple[str, int]] = {}
        self.parents: dict[int, int | None] = {}
        self._items: list[int] = []  # the first lines of the open list items
        self._opening = False  # nothing of the innermost item was read yet

    def read(self, tokens: Sequence[Token]) -> None:
        whole: int | None = None  # the level of a block whose inside is not looked at
        for token in tokens:
            if whole is not None:
                if token.level == whole:
                    whole = None
            elif token.type == _ITEM:
                self._open_item(token)
            elif token.type == "list_item_close":
                self._items.pop()
                self._opening = False
            elif token.map and token.type not in _LISTS and token.type != "inline":
                self._read_leaf(token)
                if token.type in _WHOLE:
                    whole = token.level

    def _open_item(self, token: Token) -> None:
        line = _line(token)
        self._add(line, token)
        self._items.append(line)
        self._opening = True

    def _read_leaf(self, token: Token) -> None:
        if self._opening:  # it belongs to the item's opening line, even below it
            self._opening = False
        else:
            self._add(_line(token), token)

    def _add(self, line: int, token: Token) -> None:
        if line not in self.kinds:
            self.kinds[line] = token.type, token.level
            self.parents[line] = self._items[-1] if self._items else None


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0
