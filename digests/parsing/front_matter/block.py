"""What the two languages of front matter have in common."""

import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.parsing.model import Message, ParseError

MAX_DEPTH = 100
"""More than anybody writes by hand, and less than makes a parser slow or ends its stack."""

READ_KEYS = TITLE, DATE, TAGS = "title", "date", "tags"

Value = str | datetime | list[str]

# What JSON leaves as it is, and YAML or TOML read only when it is escaped.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Node:
    """One value, and where it stands: a slice of the whole text.

    ``content`` is the text of a scalar (of one that is no text, as written), a list, or None for
    a mapping.
    """

    content: "str | tuple[Node, ...] | None"
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Block(ABC):
    """Front matter with its delimiters. Its source is ``raw[start:end]``."""

    raw: str
    start: int
    end: int

    @abstractmethod
    def nodes(self) -> dict[str, Node]:
        """The values of the top level, by key. Raises ParseError."""

    @abstractmethod
    def replaced(self, node: Node, written: str) -> str:
        """``raw`` with this value in the place of ``node``."""

    @abstractmethod
    def added(self, key: str, written: str) -> str:
        """``raw`` with one more value."""

    @abstractmethod
    def written(self, value: Value) -> str:
        """``value`` in the language of the block."""

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.raw else "\n"


def line_at(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def unreadable(reason: Message, line: int) -> ParseError:
    return ParseError(
        format_lazy(_("the front matter cannot be read: {reason}"), reason=reason), line
    )


def nested_too_deeply(line: int) -> ParseError:
    return unreadable(_("it is nested too deeply"), line)


def not_a_date(written: str, line: int) -> ParseError:
    return ParseError(format_lazy(_("“{written}” is not a date"), written=written[:100]), line)


def as_json(value: str | list[str]) -> str:
    """A text or a list of texts as JSON, which is YAML and TOML as well."""
    text = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
