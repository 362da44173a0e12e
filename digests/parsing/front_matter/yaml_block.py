"""YAML front matter, read from the parser's events: no type is constructed.

Aliases are refused, because a few lines of them expand without bound. The parser is libyaml, which
every wheel of PyYAML contains and which is fifteen times faster than the one in Python. Deeply
nested brackets take it minutes, so reading stops at `MAX_DEPTH`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.parsing.front_matter.block import MAX_DEPTH, READ_KEYS, TABLE, Block, Node
from digests.parsing.model import ParseError

_OWN_TAG = re.compile(
    r"!|tag:yaml\.org,2002:"
    r"(binary|bool|float|int|map|merge|null|omap|pairs|seq|set|str|timestamp|value)"
)
_LINE_ENDS = "\n\x85\u2028\u2029"
_BLANK_LINES = re.compile(r"([ \t\r]*\n)([ \t\r\n]+)")
_NULL = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, kw_only=True)
class _Mapping(Node):
    opening: yaml.CollectionStartEvent = field(compare=False)
    pairs: Sequence[tuple[Node, Node]] = field(compare=False)


class YamlBlock(Block):
    def nodes(self) -> dict[str, Node]:
        root = self._root()
        nodes: dict[str, Node] = {}
        for key, value in root.pairs if root else ():
            if isinstance(key.content, str):
                if key.content in READ_KEYS:
                    self._check_pair(key, value, nodes)
                nodes[key.content] = value
                if key.content == TABLE and isinstance(value, _Mapping):
                    nodes |= {f"{TABLE}.{name.content}": inner for name, inner in value.pairs}
        return nodes

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
        root = self._root()
        if root is None:
            at, text = self.start, f"{key}: {written}{self.newline}"
        elif root.opening.flow_style:
            at, text = _end(root.opening), f"{key}: {written}, "
        else:
            # Before the other keys, because only a last line may hold certain things, as a tab.
            mark = root.opening.start_mark
            indent = " " * (mark.column if mark else 0)
            at, text = root.start, f"{key}: {written}{self.newline}{indent}"
        return self.raw[:at] + text + self.raw[at:]

    def _root(self) -> _Mapping | None:
        """The mapping that holds all keys; None for an empty source, ParseError for any other."""
        root, *others = self._documents()
        if isinstance(root, _Mapping) and not others:
            if root.opening.tag or root.opening.anchor:  # the column of the keys is unknown
                raise self._no_mapping(root.start)
            return root
        if others or root.start < root.end:
            raise self._no_mapping(others[0].start if others else root.start)
        return None

    def _documents(self) -> Iterator[Node]:
        events = self._events()
        for event in events:
            match event:
                case yaml.DocumentEndEvent(explicit=True):  # as by three dots and a comment
                    raise self._no_mapping(_start(event))
                case yaml.NodeEvent():
                    yield self._node(event, events)

    def _events(self) -> Iterator[yaml.Event]:
        # Parsing starts at the opening line, so that marks are indexes into ``raw``. A byte order
        # mark then counts as a character; at the start of the source the marks would skip it.
        source = self.raw[: self.end]
        try:
            yield from yaml.parse(source, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.index if error.problem_mark else 0
            raise self.unreadable(error.problem or str(error), self.line(at)) from error
        except yaml.reader.ReaderError as error:
            # This position counts bytes; all others count characters.
            line = source.encode().count(b"\n", 0, error.position) + self.first_line
            raise self.unreadable(error.reason, line) from error

    def _node(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int = 0) -> Node:
        """Read the node that ``event`` opens, to its last event."""
        start = _start(event)
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise self.unreadable(_("aliases are not allowed"), self.line(start))
        if event.tag and not _OWN_TAG.fullmatch(event.tag):
            reason = format_lazy(_("the tag {tag} is not allowed"), tag=event.tag[:100])
            raise self.unreadable(reason, self.line(start))
        if isinstance(event, yaml.ScalarEvent):
            is_null = event.implicit[0] and event.value in _NULL
            # libyaml's mark for the end of a block scalar lies after the blank lines below it.
            end = start + len(self.raw[start : _end(event)].rstrip(" \t\r" + _LINE_ENDS))
            return Node("" if is_null else event.value, start, end)
        if depth == MAX_DEPTH:
            raise self.nested_too_deeply(self.line(start))
        children: list[Node] = []
        for inner in events:
            if not isinstance(inner, yaml.NodeEvent):
                break
            children.append(self._node(inner, events, depth + 1))
        # libyaml's mark for the end of a block collection lies after the comments that follow.
        end = _end(inner) if event.flow_style else children[-1].end
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(tuple(children), start, end)
        pairs = list(zip(children[::2], children[1::2], strict=True))
        return _Mapping(None, start, end, opening=event, pairs=pairs)

    def _no_mapping(self, index: int) -> ParseError:
        reason = _("it is not a list of “key: value” pairs")
        return self.unreadable(reason, self.line(index))

    def _check_pair(self, key: Node, value: Node, before: Mapping[str, Node]) -> None:
        """Raise ParseError for a repeated key, whose value is ambiguous, and for a missing colon,
        without which no value can be written."""
        if key.content in before:
            reason = format_lazy(_("“{key}” has two values"), key=key.content)
        elif value.start == value.end and self.raw[value.start - 1] != ":":
            reason = format_lazy(_("“{key}” has no colon"), key=key.content)
        else:
            return
        raise self.unreadable(reason, self.line(key.start))


def _start(event: yaml.Event) -> int:
    """The index of the event's first character in the text. Marks count characters, not bytes."""
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0
