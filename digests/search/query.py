"""What is asked for, as a tree; it knows neither how a reader types it nor any database."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from digests.search.analyzer import Phrase


@dataclass(frozen=True)
class Text:
    """The text of a document holds ``phrase``. ``typed`` is how the reader spells it."""

    typed: str
    phrase: Phrase
    is_quoted: bool = False


@dataclass(frozen=True)
class Filter:
    """A property of a document: one of its `filters`, as ``tag=rag``."""

    field: str
    value: str

    @property
    def token(self) -> str:
        return f"{self.field}={self.value}"


@dataclass(frozen=True)
class Not:
    part: "Node"


@dataclass(frozen=True)
class And:
    parts: tuple["Node", ...]
    """May be empty: everything."""


@dataclass(frozen=True)
class Or:
    parts: tuple["Node", ...]
    """Two or more."""


Node: TypeAlias = Text | Filter | Not | And | Or


@dataclass(frozen=True)
class Days:
    """Documents from ``first`` on and before ``before``, both days in the site's time zone."""

    first: date | None = None
    before: date | None = None
