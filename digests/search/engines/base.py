"""What a search engine has to do. One for another database is one more file like its neighbours."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from digests.search.engines.asking import Question, Row
from digests.search.language.tree import Node


class Collection(StrEnum):
    """What is searched apart, as its hits are shown apart."""

    TOPICS = "topics"
    NAMES = "names"
    """Tags, references and digests: things that readers look for by name."""


class Order(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


FACET_FIELDS = ("slug", "label", "kind", "year")
"""The filters that `Engine.overview` counts."""


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

    @property
    def texts(self) -> tuple[Sequence[str], ...]:
        return (
            self.title,
            self.tags,
            self.conclusions,
            self.points,
            self.body,
            self.references,
        )

    @property
    def facet_values(self) -> list[str]:
        return [value for value in self.filters if value.partition("=")[0] in FACET_FIELDS]


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


RANKED = 1000
"""By relevance so many hits are given at most, or all if there are fewer. They are chosen among the
newest ones, the newest with the words in their titles and the newest with a boost."""


class Overview(NamedTuple):
    """All hits of a request: how many there are, and how many have which value of each of
    `FACET_FIELDS`, as in ``{"year": {"2024": 12}}``.

    ``otherwise`` are the numbers of hits of other requests; 0 where there is a hit of this one.
    """

    total: int
    facets: dict[str, Counter[str]]
    otherwise: list[int]


class Engine(ABC):
    """Works in the transaction of its caller. Raises nothing for any `Request`.

    What a reader's search needs are questions, of which `asking.ask` puts many into one query.
    """

    @abstractmethod
    def create(self) -> None:
        """Make the empty tables of all collections; those that are there are dropped."""

    @abstractmethod
    def drop(self) -> None: ...

    @abstractmethod
    def clear(self) -> None:
        """Empty the tables of all collections; next to nothing to do if they are."""

    @abstractmethod
    def index(self, collection: Collection, entries: Iterable[Entry]) -> None:
        """Take documents in whose places are free."""

    @abstractmethod
    def delete(self, collection: Collection, places: Sequence[int]) -> None: ...

    @abstractmethod
    def search(
        self, request: Request, order: Order, *, offset: int, limit: int, total: int
    ) -> Question[list[int]]:
        """The places of hits in this order, newer ones first where they are equal. By relevance
        those beyond `RANKED` are never given. ``total`` is what `count` says, or a guess: it
        decides how they are ranked."""

    @abstractmethod
    def count(self, request: Request) -> Question[int]: ...

    @abstractmethod
    def overview(self, request: Request, otherwise: Sequence[Request] = ()) -> Question[Overview]:
        """What is counted of the hits. ``otherwise`` costs nothing where there are any."""

    @abstractmethod
    def suggest(self, request: Request, limit: int) -> Question[list[int]]:
        """The places of the newest documents whose titles alone hold the texts that are asked for:
        fast, to be shown while somebody types."""

    @abstractmethod
    def titled(self, request: Request, limit: int) -> RawSQL:
        """What `suggest` gives, in no order, as a subquery."""

    @abstractmethod
    def verify(self) -> list[str]:
        """What is wrong with the tables, in words for an administrator; empty if all is well."""

    @abstractmethod
    def places(self, collection: Collection) -> list[int]:
        """All that is indexed, in order."""


def batched(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries in lists of which memory holds one at a time."""
    rest = iter(entries)
    while batch := list(islice(rest, 500)):
        yield batch


def columns_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
    return {column.name for column in columns}


def facets_of(counts: Mapping[str, int]) -> dict[str, Counter[str]]:
    """What `Overview.facets` are, of the hits that each filter has."""
    found: dict[str, Counter[str]] = {field: Counter() for field in FACET_FIELDS}
    for token, count in counts.items():
        name, _, value = token.partition("=")
        if name in found:
            found[name][value] = count
    return found


def counted(rows: Sequence[Row]) -> int:
    [(_, count, _, _)] = rows
    return count


def newest_first(rows: Sequence[Row]) -> list[int]:
    return sorted((place for _, place, *_ in rows), reverse=True)
