"""YAML front matter, read from the parser's events: no type is constructed.

Aliases are refused, because a few lines of them expand without bound. The parser is libyaml, which
every wheel of PyYAML contains and which is fifteen times faster than the one in Python. Deeply
nested brackets take it minutes, so reading stops at `MAX_DEPTH`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import yaml
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.parsing.front_matter.block import (
    MAX_DEPTH,
    READ_KEYS,
    Block,
    Node,
    Value,
    as_json,
    line_at,
    nested_too_deeply,
    unreadable,
)
from digests.parsing.model import ParseError

_OWN_TAG = re.compile(
    r"!|tag:yaml\.org,2002:"
    r"(binary|bool|float|int|map|merge|null|omap|pairs|seq|set|str|timestamp|value)"
)
_LINE_ENDS = "\n\x85\u2028\u2029"
_BLANK_LINES = re.compile(r"([ \t\r]*\n)([ \t\r\n]+)")
_NULL = {"", "~", "null", "Null", "NULL"}


class YamlBlock(Block):
    def nodes(self) -> dict[str, Node]:
        return self._read().nodes()

    def replaced(self, node: Node, written: str) -> str:
        # An empty value starts right after its colon, and a list may start in column 0.
        before = self.raw[node.start - 1]
        lead = " " if before == ":" else "  " if before in _LINE_ENDS else ""
        # Blank lines may hold tabs after a plain scalar, but not after a quoted one.
        rest = self.raw[node.end :]
        if blanks := _BLANK_LINES.match(rest):
            rest = blanks[1] + blanks[2].replace("\t", "") + rest[blanks.end() :]
        return self.raw[: node.start] + lead + written + rest

    def added(self, key: str, written: str) -> str:
        root = self._read().root
        mark = root.start_mark if root else None
        if root and root.flow_style:
            at, text = _end(root), f"{key}: {written}, "
        elif mark:
            # Before the other keys, because only a last line may hold certain things, as a tab.
            at, text = mark.index, f"{key}: {written}{self.newline}{' ' * mark.column}"
        else:
            at, text = self.start, f"{key}: {written}{self.newline}"
        return self.raw[:at] + text + self.raw[at:]

    def written(self, value: Value) -> str:
        return value.isoformat() if isinstance(value, datetime) else as_json(value)

    def _read(self) -> "_Tree":
        # Parsing starts at the opening line, so that marks are indexes into ``raw``. A byte order
        # mark then counts as a character; at the start of the source the marks would skip it.
        tree = _Tree(self.raw[: self.end])
        for event in tree.events():
            tree.take(event)
        return tree


@dataclass
class _Tree:
    """Builds nodes from the parser's events, bottom up."""

    text: str
    open: list[yaml.CollectionStartEvent] = field(default_factory=list)
    children: list[list[Node]] = field(default_factory=lambda: [[]])
    """The finished nodes of each open collection; the first list holds the documents."""
    end: int = 0
    """The end of the last node, which also ends a block list: libyaml's own mark for that lies
    after the comments that follow."""
    root: yaml.CollectionStartEvent | None = None
    pairs: list[Node] = field(default_factory=list)
    """The keys and values of the root, in turn."""

    def events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self.text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.index if error.problem_mark else 0
            raise unreadable(error.problem or str(error), line_at(self.text, at)) from error
        except yaml.reader.ReaderError as error:
            # This position counts bytes; all others count characters.
            line = self.text.encode().count(b"\n", 0, error.position) + 1
            raise unreadable(error.reason, line) from error

    def take(self, event: yaml.Event) -> None:
        """Process one event. Raises ParseError for aliases, foreign tags and too deep nesting."""
        start, end = _start(event), _end(event)
        match event:
            case yaml.AliasEvent():
                raise unreadable(_("aliases are not allowed"), line_at(self.text, start))
            case yaml.ScalarEvent():
                self._check_tag(event)
                is_null = event.implicit[0] and event.value in _NULL
                # libyaml's mark for the end of a block scalar lies after the blank lines below it.
                end = start + len(self.text[start:end].rstrip(" \t\r" + _LINE_ENDS))
                self._close(Node("" if is_null else event.value, start, end))
            case yaml.CollectionStartEvent():
                self._check_tag(event)
                if len(self.open) == MAX_DEPTH:
                    raise nested_too_deeply(line_at(self.text, start))
                self.open.append(event)
                self.children.append([])
            case yaml.DocumentEndEvent(explicit=True):  # as by three dots and a comment
                raise self._no_mapping(start)
            case yaml.CollectionEndEvent():
                opening, children = self.open.pop(), self.children.pop()
                is_mapping = isinstance(opening, yaml.MappingStartEvent)
                if not self.open and is_mapping:
                    self.root, self.pairs = opening, children
                end = end if opening.flow_style else self.end
                content = None if is_mapping else tuple(children)
                self._close(Node(content, _start(opening), end))

    def nodes(self) -> dict[str, Node]:
        """The values by key. Raises ParseError if the text is not one mapping."""
        root, *others = self.children[0]
        if others or (self.root is None and root.start < root.end):
            raise self._no_mapping(others[0].start if others else root.start)
        if self.root and (self.root.tag or self.root.anchor):  # the column of the keys is unknown
            raise self._no_mapping(root.start)
        nodes: dict[str, Node] = {}
        for key, value in zip(self.pairs[::2], self.pairs[1::2], strict=True):
            if isinstance(key.content, str):
                if key.content in READ_KEYS:
                    self._check_pair(key, value, nodes)
                nodes[key.content] = value
        return nodes

    def _close(self, node: Node) -> None:
        self.children[-1].append(node)
        self.end = node.end

    def _no_mapping(self, index: int) -> ParseError:
        reason = _("it is not a list of “key: value” pairs")
        return unreadable(reason, line_at(self.text, index))

    def _check_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag and not _OWN_TAG.fullmatch(event.tag):
            reason = format_lazy(_("the tag {tag} is not allowed"), tag=event.tag[:100])
            raise unreadable(reason, line_at(self.text, _start(event)))

    def _check_pair(self, key: Node, value: Node, before: Mapping[str, Node]) -> None:
        """Raise ParseError for a repeated key, whose value is ambiguous, and for a missing colon,
        without which no value can be written."""
        if key.content in before:
            reason = format_lazy(_("“{key}” has two values"), key=key.content)
        elif value.start == value.end and self.text[value.start - 1] != ":":
            reason = format_lazy(_("“{key}” has no colon"), key=key.content)
        else:
            return
        raise unreadable(reason, line_at(self.text, key.start))


def _start(event: yaml.Event) -> int:
    """The index of the event's first character in the text. Marks count characters, not bytes."""
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0
