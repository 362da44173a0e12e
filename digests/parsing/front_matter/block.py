"""Base class and helpers for both languages of front matter."""

import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.parsing.model import Message, ParseError

# The deepest nesting that is read. Deeper nesting makes a parser slow or overflows its stack.
MAX_DEPTH = 100

READ_KEYS = TITLE, DATE, TAGS = "title", "date", "tags"

# The table in which Zola keeps tags.
TABLE = "taxonomies"

Value = str | datetime | list[str]

# Characters that JSON leaves as they are, but YAML or TOML accept only in escapes.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Node:
    """A value and its span in the text.

    ``content`` is the text of a scalar (of a number or date: as written), a tuple for a list, or
    None for a mapping.
    """

    content: "str | tuple[Node, ...] | None"
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Block(ABC):
    """Front matter: ``raw`` with its delimiters, ``raw[start:end]`` without them.

    ``first_line``: the line of the file, from 1, on which it begins.
    """

    raw: str
    start: int
    end: int
    first_line: int = 1

    @abstractmethod
    def nodes(self) -> dict[str, Node]:
        """The values of the top level by key, and those of `TABLE` by ``taxonomies.key``.

        Raises ParseError for source that it cannot read.
        """

    @abstractmethod
    def added(self, key: str, written: str) -> str:
        """Return ``raw`` with one more key and value."""

    def replaced(self, node: Node, written: str) -> str:
        """Return ``raw`` with ``written`` in place of ``node``."""
        return self.raw[: node.start] + written + self.raw[node.end :]

    def written(self, value: Value) -> str:
        """Serialise ``value`` in the block's language: RFC 3339 and JSON are valid in both."""
        if isinstance(value, datetime):
            return value.isoformat()
        text = json.dumps(value, ensure_ascii=False)
        return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.raw else "\n"

    def line(self, index: int) -> int:
        """The line of the file, from 1, on which this character of ``raw`` stands."""
        return self.raw.count("\n", 0, index) + self.first_line

    def unreadable(self, reason: Message, line: int) -> ParseError:
        message = _("the front matter cannot be read: {reason}")
        return ParseError(format_lazy(message, reason=reason), line)

    def nested_too_deeply(self, line: int) -> ParseError:
        return self.unreadable(_("it is nested too deeply"), line)

    def not_a_date(self, written: str, line: int) -> ParseError:
        return ParseError(format_lazy(_("“{written}” is not a date"), written=written[:100]), line)
