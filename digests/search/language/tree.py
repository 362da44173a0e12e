"""A query as a tree of conditions, independent of its syntax and of any database."""

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
    """Condition: a text of the document holds ``phrase``.

    ``typed`` is the reader's spelling without quotes, from ``start`` to ``end`` in the query; it is
    ignored in comparisons.
    """

    typed: str
    phrase: Phrase
    is_quoted: bool = False
    start: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Filter:
    """Condition: the document has a property, one of its `filters`, such as ``tag=rag``.

    The spelling ``typed`` is ignored in comparisons.
    """

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
    # Parts of the conjunction. Without a part it is true for everything.
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    # Two or more alternatives.
    parts: tuple["Node", ...]


Node: TypeAlias = Text | Filter | Not | And | Or


@dataclass(frozen=True)
class Days:
    """Condition: the document's day is not before ``first`` and is before ``before``, in the site's
    time zone."""

    first: date | None = None
    before: date | None = None

    def narrowed_by(self, other: "Days") -> "Days":
        """The days that both conditions allow."""
        firsts = [day for day in (self.first, other.first) if day]
        befores = [day for day in (self.before, other.before) if day]
        return Days(max(firsts, default=None), min(befores, default=None))


def leaves(node: Node, *, negated: bool = True) -> Iterator[Text | Filter]:
    """The conditions that a tree is made of, in the order of the query."""
    match node:
        case Text() | Filter():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part, negated=negated)
        case Not(part) if negated:
            yield from leaves(part)


def positive_texts(node: Node) -> Iterator[Text]:
    """Texts that are not negated, in the order of the query."""
    return (leaf for leaf in leaves(node, negated=False) if isinstance(leaf, Text))


@lru_cache(maxsize=1 << 12)
def filter_value(text: str) -> str:
    """The canonical spelling of a name in a `Filter`, for the index and for queries.

    It has at most 200 characters, with a hash in place of a longer tail, no blanks and no control
    characters. It is empty only for the empty text.
    """
    value = "_".join(CONTROL.sub(" ", tokenizer.fold(text)).split())
    if text and (not value or len(value) > _VALUE_LENGTH):
        digest = hashlib.sha256((value or text).encode(errors="surrogatepass")).hexdigest()
        value = value[: _VALUE_LENGTH - _HASH_LENGTH] + digest[:_HASH_LENGTH]
    return value


def readable(value: str) -> str:
    """A readable form of a `filter_value`: with blanks, but folded."""
    return value.replace("_", " ")
