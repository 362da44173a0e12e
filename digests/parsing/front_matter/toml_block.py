"""TOML front matter. `tomllib` reads the values, and a tokenizer finds their spans.

tomlkit, which knows spans, is no choice: 32 KB of dotted keys take it 47 seconds, and it rewrites
some files.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext_lazy as _

from digests.parsing.front_matter.block import DATE, MAX_DEPTH, TABLE, Block, Node, Value

# An unclosed string ends at the end of its line, or of the text. Searching for its end again from
# each quote in it would take quadratic time.
_TOKEN = re.compile(
    r"""
    (?P<string> "{3} (?: \\. | "{1,2}(?!") | [^"\\] )*+ (?:"{3,5})?
              | '{3} (?: '{1,2}(?!') | [^'] )*+ (?:'{3,5})?
              | "(?: \\. | [^"\\\n] )*+ "?
              | '[^'\n]*+ '? )
    | (?P<blank> [ \t\r]++ | \#[^\n]*+ )
    | (?P<sign> [\n\[\]{}=,.] )
    | (?P<word> [^"'\#\s\[\]{}=,.]++ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_NESTING = {"[": 1, "{": 1, "]": -1, "}": -1}
_MAX_WORD = 1000  # Python refuses to make an int of 4300 digits
_ERROR_POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")

_Token = re.Match[str]


class TomlBlock(Block):
    def nodes(self) -> dict[str, Node]:
        statements = list(self._statements())
        values = self._values(statements)
        # Tables come first, as headers and dotted keys open them; pairs then replace their nodes.
        nodes = {_name(tokens): self._node(tokens, {}) for tokens in reversed(statements)}
        nodes |= {key: self._node(value, values[key]) for key, value in _pairs(statements)}
        nodes = {key: nodes[key] for key in values}
        table = values.get(TABLE)
        inner = table.items() if isinstance(table, dict) else ()
        return nodes | {f"{TABLE}.{key}": _unspanned(value) for key, value in inner}

    def added(self, key: str, written: str) -> str:
        # On top, because below a [table] header the key would belong to that table.
        top = self.start
        return f"{self.raw[:top]}{key} = {written}{self.newline}{self.raw[top:]}"

    def written(self, value: Value) -> str:
        # Offsets before 1901 mostly have seconds, which TOML cannot express.
        if isinstance(value, datetime):
            has_seconds = (value.utcoffset() or timedelta()) % timedelta(minutes=1)
            value = value.astimezone(UTC) if has_seconds else value
        return super().written(value)

    def _statements(self) -> Iterator[list[_Token]]:
        """Yield the tokens of each header and each pair, which may span lines, without blanks.

        Raises ParseError for nesting and words that would keep `tomllib` busy for minutes or
        overflow its stack.
        """
        statement: list[_Token] = []
        depth = dots = 0
        for token in _TOKEN.finditer(self.raw, self.start, self.end):
            sign = token["sign"] or ""
            depth = max(0, depth + _NESTING.get(sign, 0))
            dots = dots + 1 if sign == "." else 0 if sign else dots
            if max(depth, dots) > MAX_DEPTH:
                raise self.nested_too_deeply(self.line(token.start()))
            if len(token["word"] or "") > _MAX_WORD:
                raise self.unreadable(_("a word is too long"), self.line(token.start()))
            if sign == "\n":
                if statement and not depth:
                    yield statement
                    statement = []
            elif not token["blank"]:
                statement.append(token)
        if statement:
            yield statement

    def _values(self, statements: list[list[_Token]]) -> dict[str, Any]:
        try:
            return tomllib.loads(self.raw[self.start : self.end])
        except tomllib.TOMLDecodeError as error:
            position = _ERROR_POSITION.search(str(error))
            line = self.line(self.end - 1)
            if position and position["line"]:  # counted from below the opening line
                line = self.first_line + int(position["line"])
            for key, tokens in _pairs(statements):
                if key == DATE and self.line(tokens[0].start()) == line:
                    raise self.not_a_date(self._written(tokens), line) from error
            raise self.unreadable(_ERROR_POSITION.sub("", str(error)), line) from error

    def _written(self, tokens: list[_Token]) -> str:
        return self.raw[tokens[0].start() : tokens[-1].end()]

    def _node(self, tokens: list[_Token], value: object) -> Node:
        content: str | tuple[Node, ...] | None
        match value:
            case str():
                content = value
            case list():
                items = zip(_items(tokens), value, strict=True)
                content = tuple(self._item(*item) for item in items)
            case dict():
                content = None
            case _scalar:
                content = self._written(tokens)
        return Node(content, tokens[0].start(), tokens[-1].end())

    def _item(self, tokens: list[_Token], value: object) -> Node:
        """Like `_node`, but a list within a list becomes a mapping's node, as nobody reads it."""
        return self._node(tokens, {} if isinstance(value, list) else value)


def _unspanned(value: object) -> Node:
    """The node of a text or a list of texts, for reading alone; of anything else, a mapping's."""
    if isinstance(value, list):
        return Node(tuple(map(_unspanned, value)))
    return Node(value if isinstance(value, str) else None)


def _pairs(statements: Iterable[list[_Token]]) -> Iterator[tuple[str, list[_Token]]]:
    """The keys and value tokens before the first table, but for dotted keys."""
    for statement in takewhile(lambda tokens: tokens[0]["sign"] != "[", statements):
        if len(statement) > 2 and statement[1]["sign"] == "=":
            yield _name(statement), statement[2:]


def _name(statement: list[_Token]) -> str:
    """The first part of the key in a pair or in a header."""
    first = next((token for token in statement if token["sign"] != "["), statement[0])
    if not first["string"]:
        return first.group()
    try:
        return next(iter(tomllib.loads(f"{first.group()}=0")))
    except tomllib.TOMLDecodeError:
        return ""


def _items(tokens: list[_Token]) -> Iterator[list[_Token]]:
    """Split the tokens of a valid list, brackets included, into its items."""
    depth = 0
    item: list[_Token] = []
    for token in tokens[1:-1]:
        depth += _NESTING.get(token["sign"] or "", 0)
        if token["sign"] == "," and not depth:
            yield item
            item = []
        else:
            item.append(token)
    if item:
        yield item
