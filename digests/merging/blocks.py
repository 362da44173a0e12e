"""Markdown cut into blocks, the units of a merge: bullets, paragraphs, fences, tables."""

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
    # The white space after ``text``, line ends included.
    space: str
    # Type and nesting level of the block's first token; of several, a list item's.
    kind: tuple[str, int]
    # Index of the block that opens the containing list item.
    parent: int | None

    @property
    def is_item(self) -> bool:
        return self.kind[0] == _ITEM


def split(text: str) -> list[Block]:
    """Cut a text where its blocks begin. Lossless: all ``text`` and ``space`` joined are the text.

    A nested block comes after the block that opens its list item. The first block holds the lines
    before any other, which are blank lines or link definitions; it is empty if there are none.
    Further down, such lines belong to the block before them.
    """
    lines = markdown.lines(text)
    reader = _Reader()
    reader.read(markdown.blocks(text).tokens)
    starts = sorted(reader.found)
    index = {line: number for number, line in enumerate(starts, 1)}
    blocks = [_block(lines[: starts[0]] if starts else lines, _START, None)]
    for start, end in pairwise([*starts, len(lines)]):
        kind, outer = reader.found[start]
        blocks.append(_block(lines[start:end], kind, None if outer is None else index[outer]))
    return blocks


def _block(lines: Sequence[str], kind: tuple[str, int], parent: int | None) -> Block:
    whole = "".join(lines)
    text = whole.rstrip(" \t\r\n")
    return Block(text, whole[len(text) :], kind, parent)


class _Reader:
    """Finds the line on which each block begins. On one line, only the outermost block counts."""

    def __init__(self) -> None:
        self.found: dict[int, tuple[tuple[str, int], int | None]] = {}  # kinds and parents
        self._items: list[int] = []  # the first lines of the open list items
        self._opening = False  # nothing of the innermost item was read yet

    def read(self, tokens: Sequence[Token]) -> None:
        whole: int | None = None  # the level of an open block that is not cut further
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
        if self._opening:  # an item's first block belongs to its opening line, even one below it
            self._opening = False
        else:
            self._add(_line(token), token)

    def _add(self, line: int, token: Token) -> None:
        parent = self._items[-1] if self._items else None
        self.found.setdefault(line, ((token.type, token.level), parent))


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0
