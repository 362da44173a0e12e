"""A query as a tree of conditions; it knows neither how a reader types it nor any database."""

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from digests.markdown import CONTROL
from digests.search.language import tokenizer
from digests.search.language.tokenizer import Phrase

_VALUE_LENGTH = 200
_HASH_LENGTH = 16


@dataclass(frozen=True)
class Text:
    """The text of a document holds ``phrase``. ``typed`` is how the reader spells it, without
    quotes, from ``start`` to ``end`` in the query; that makes no difference to what is asked."""

    typed: str
    phrase: Phrase
    is_quoted: bool = False
    start: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Filter:
    """A property of a document: one of its `filters`, as ``tag=rag``. How it was ``typed`` makes no
    difference to what is asked."""

    field: str
    value: str
    typed: str = dataclasses.field(default="", compare=False)

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

    def narrowed_by(self, other: "Days") -> "Days":
        """The days of both."""
        firsts = [day for day in (self.first, other.first) if day]
        befores = [day for day in (self.before, other.before) if day]
        return Days(max(firsts, default=None), min(befores, default=None))


def positive_texts(node: Node) -> Iterator[Text]:
    """The texts that a document may hold to be found, in the order of the query."""
    match node:
        case Text():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive_texts(part)
        case Filter() | Not():
            pass


@lru_cache(maxsize=1 << 12)
def filter_value(text: str) -> str:
    """The one spelling of a name in a `Filter`, for what is indexed and for what is asked.

    It has at most 200 characters, a hash in place of the tail of longer ones; no blank, no control
    character; and is empty only for the empty text.
    """
    value = "_".join(CONTROL.sub(" ", tokenizer.fold(text)).split())
    if text and (not value or len(value) > _VALUE_LENGTH):
        digest = hashlib.sha256((value or text).encode(errors="surrogatepass")).hexdigest()
        value = value[: _VALUE_LENGTH - _HASH_LENGTH] + digest[:_HASH_LENGTH]
    return value


def readable(value: str) -> str:
    """A name as a `filter_value` still tells it: with blanks, but folded."""
    return value.replace("_", " ")
