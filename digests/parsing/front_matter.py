"""The YAML block on top of a file: reading it, and writing single values back into it.

Every value is read as text: no YAML type is constructed, and a date is a date only where we ask
for one. Aliases are refused, as nothing in a digest needs them and a few lines of them explode.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, tzinfo

import yaml
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.parsing.model import FrontMatter, Message, ParseError
from digests.text import split_names, unique_names

_BLOCK = re.compile(
    r"---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_OPENING = re.compile(r"---[ \t]*\r?\n")
_KEYS = {"title": "title", "published_at": "date", "tags": "tags"}
_LINES_BEFORE_YAML = 1
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL has no NUL, and half a pair is no text
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")

Value = str | datetime | list[str]


def read_front_matter(text: str, zone: tzinfo) -> FrontMatter:
    """The front matter of ``text``; a date without a zone is read in ``zone``.

    Raises ParseError, with its line in the file, for YAML or values that cannot be read.
    """
    block = _BLOCK.match(text)
    if block is None:
        if _OPENING.match(text):
            raise ParseError(_("the front matter has no closing “---” line"))
        return FrontMatter()
    values = _values(block["yaml"])
    return FrontMatter(
        raw=block.group(),
        title=_text(values.get("title")).strip(),
        published_at=_moment(values.get("date"), zone),
        tags=_names(values.get("tags")),
    )


def with_values(raw: str, changes: Mapping[str, Value]) -> str:
    """``raw`` front matter with some values replaced, and every other byte as it was.

    Where YAML allows no such thing, as in ``{title: a}``, the block is written anew.
    """
    newline = "\r\n" if "\r\n" in raw else "\n"
    block = _BLOCK.match(raw) or _BLOCK.match(f"---{newline}---{newline}")
    if block is None:
        raise ValueError("not a front matter block")
    start, end = block.span("yaml")
    edited = _edited(block["yaml"], changes, newline)
    if not _holds(edited, changes):
        edited = _rewritten(block["yaml"], changes, newline)
    return block.string[:start] + edited + block.string[end:]


def with_fields(raw: str, told: Mapping[str, Value], wanted: Mapping[str, Value]) -> str:
    """``raw`` front matter, which tells of a digest what ``told`` says, brought to ``wanted``.

    Both are by the names of a digest's fields, ``title``, ``published_at`` and ``tags``.
    """
    changes = {key: wanted[field] for field, key in _KEYS.items() if wanted[field] != told[field]}
    return with_values(raw, changes) if changes else raw


def _edited(source: str, changes: Mapping[str, Value], newline: str) -> str:
    nodes = _values(source)
    spans = sorted((nodes[key].start_mark.index, key) for key in changes if key in nodes)
    for start, key in reversed(spans):
        end = _end(nodes[key])
        tail = newline if source[start:end].endswith("\n") else ""
        # Right behind the colon stands an empty value, and at column 0 a list.
        lead = {":": " ", "\n": "  "}.get(source[start - 1], "")
        source = source[:start] + lead + _written(changes[key]) + tail + source[end:]
    for key, value in changes.items():
        if key not in nodes:
            source += f"{key}: {_written(value)}{newline}"
    return source


def _end(node: yaml.Node) -> int:
    """Where a value ends; a block list would count the comments behind it as its own."""
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    return int(node.end_mark.index)


def _holds(source: str, values: Mapping[str, Value]) -> bool:
    try:
        nodes = _values(source)
    except ParseError:
        return False
    written = {key: _values(f"{key}: {_written(value)}\n")[key] for key, value in values.items()}
    return all(
        key in nodes and yaml.serialize(nodes[key]) == yaml.serialize(node)
        for key, node in written.items()
    )


def _rewritten(source: str, changes: Mapping[str, Value], newline: str) -> str:
    values = yaml.load(source, Loader=_TextLoader) or {}  # noqa: S506 - constructs texts alone
    lines = [
        f"{json.dumps(key)}: {_written(value)}" for key, value in {**values, **changes}.items()
    ]
    return newline.join([*lines, ""])


class _TextLoader(yaml.BaseLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # stubs lack it
            raise yaml.MarkedYAMLError(problem=str(_("aliases are not allowed")), problem_mark=mark)
        return super().compose_node(parent, index)


def _values(source: str) -> dict[str, yaml.Node]:
    try:
        root = yaml.compose(source, Loader=_TextLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise _unreadable(error.problem or str(error), line) from error
    except yaml.reader.ReaderError as error:
        raise _unreadable(error.reason, source.count("\n", 0, error.position)) from error
    except RecursionError as error:
        raise _unreadable(_("it is nested too deeply"), 0) from error
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise _unreadable(_("it is not a list of “key: value” pairs"), root.start_mark.line)
    return {key.value: value for key, value in root.value if isinstance(key, yaml.ScalarNode)}


def _unreadable(reason: Message, yaml_line: int) -> ParseError:
    message = format_lazy(_("the front matter cannot be read: {reason}"), reason=reason)
    return ParseError(message, yaml_line + _LINES_BEFORE_YAML + 1)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + _LINES_BEFORE_YAML + 1


def _text(node: yaml.Node | None) -> str:
    if node is None:
        return ""
    if not isinstance(node, yaml.ScalarNode):
        raise ParseError(_("a text is expected here, not a list"), _line(node))
    if _UNSTORABLE.search(node.value):
        raise ParseError(_("there is a character here that cannot be stored"), _line(node))
    return str(node.value)


def _names(node: yaml.Node | None) -> tuple[str, ...]:
    """A list of names, or one text with commas."""
    if isinstance(node, yaml.SequenceNode):
        return tuple(unique_names(_text(item) for item in node.value))
    return tuple(split_names(_text(node)))


def _moment(node: yaml.Node | None, zone: tzinfo) -> datetime | None:
    written = _text(node).strip()
    if node is None or not written:
        return None
    try:
        day = parse_date(written)
        moment = datetime.combine(day, time()) if day else parse_datetime(written)
        if moment is None:
            raise ValueError(written)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        aware.astimezone(UTC)  # a database keeps it in UTC: year 1 in Shanghai has none
    except (ValueError, OverflowError) as error:
        message = format_lazy(_("“{written}” is not a date"), written=written)
        raise ParseError(message, _line(node)) from error
    return aware


def _written(value: Value) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    # JSON is YAML, but for some characters that YAML reads only when they are escaped.
    text = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
