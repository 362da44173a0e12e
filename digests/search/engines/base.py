"""What a search engine has to do. One for another database is one more file like its neighbours."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from digests.search.query import Node


class Collection(StrEnum):
    """What is searched apart, as its hits are shown apart."""

    TOPICS = "topics"
    NAMES = "names"
    """Tags, references and digests: things that readers look for by name."""


class Order(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True)
class Entry:
    """A document as an engine holds it: tokens of `analyzer`, by where they stand.

    ``place`` identifies it in its collection and orders it: what is newer has a higher one.
    Phrases do not reach from one of the texts into the next. ``words`` and ``characters`` are
    distinct ones of all texts; ``filters`` are `query.Filter.token` values, without blanks.
    """

    place: int
    title: Sequence[str]
    tags: Sequence[str] = ()
    conclusions: Sequence[str] = ()
    points: Sequence[str] = ()
    body: Sequence[str] = ()
    references: Sequence[str] = ()
    words: Sequence[str] = ()
    characters: Sequence[str] = ()
    title_characters: Sequence[str] = ()
    filters: Sequence[str] = ()


@dataclass(frozen=True)
class Request:
    """What an engine is asked: documents for which ``node`` is true, at places from ``first`` on
    and before ``before``.

    ``boosts`` raise the rank of those hits that hold one of these (the whole query as one phrase);
    they change nothing in what is found.
    """

    collection: Collection
    node: Node
    first: int | None = None
    before: int | None = None
    boosts: Sequence[Node] = field(default=())


RANKED = 3000
"""As many hits, the newest ones and those with the words in their titles, are ranked at most."""


class Engine(ABC):
    """Works in the transaction of its caller. Raises nothing for any `Request`."""

    @abstractmethod
    def create(self) -> None:
        """Make the empty tables of all collections; those that are there are dropped."""

    @abstractmethod
    def index(self, collection: Collection, entries: Iterable[Entry]) -> None:
        """Take documents in whose places are free."""

    @abstractmethod
    def delete(self, collection: Collection, places: Sequence[int]) -> None: ...

    @abstractmethod
    def search(self, request: Request, order: Order, *, offset: int, limit: int) -> list[int]:
        """The places of hits in this order. By relevance those beyond `RANKED` are never given."""

    @abstractmethod
    def count(self, request: Request) -> int: ...

    @abstractmethod
    def facets(self, request: Request, fields: Sequence[str]) -> dict[str, Counter[str]]:
        """How many hits have which value of these filters: ``{"tag": {"rag": 12}}``."""

    @abstractmethod
    def suggest(self, request: Request, limit: int) -> list[int]:
        """The places of the newest hits, the title before all else: fast, to be shown while
        somebody types."""

    @abstractmethod
    def verify(self) -> list[str]:
        """What is wrong with the tables, in words for an administrator; empty if all is well."""

    @abstractmethod
    def places(self, collection: Collection) -> Iterable[int]:
        """All that is indexed."""
