"""What a reader types → a tree of what is asked for. Nothing that can be typed is an error."""

from dataclasses import dataclass
from enum import StrEnum

from digests.search.query import Days, Node


class NoteCode(StrEnum):
    """What a reader should know of how the query was read."""

    UNKNOWN_FIELD = "unknown-field"
    """``text`` looks like a field, but is none, or has a value that it cannot have; it was
    searched as text."""
    TOO_LONG = "too-long"
    """Everything from ``text`` on was left out."""
    NOTHING_TO_FIND = "nothing-to-find"
    """``text`` holds no letter, digit or emoji."""
    DATE_IN_OR = "date-in-or"
    """A date counts for the whole query."""


@dataclass(frozen=True)
class Note:
    code: NoteCode
    text: str


@dataclass(frozen=True)
class Query:
    """``node`` is None where there is nothing to look for."""

    typed: str
    node: Node | None
    days: Days
    notes: tuple[Note, ...] = ()


def parse(typed: str) -> Query:
    raise NotImplementedError
