"""The contract of a search engine, and everything that engines of all databases do alike."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from django.db import connection
from django.db.models.expressions import RawSQL

from digests.grouping import batched, grouped
from digests.search.engines import ranking
from digests.search.engines.requests import RANKED, Collection, Entry, Order, Overview, Request
from digests.search.engines.sql import Sql, compose, execute, joined, numbered, select, select_ids
from digests.search.engines.terms import of_titles, simplified
from digests.search.language.tree import Node, positive_texts

_BATCH = 500  # entries in memory at a time


class Engine(ABC):
    """A store of entries that finds those of a `Request`, and raises for none.

    Its statements run in the transaction of the caller. The column ``place`` holds the document id.
    A subclass names its tables, and writes the SQL that finds, ranks and counts hits.
    """

    # The number of hits up to which all are sorted by score. If there are more, a query is broad.
    scored = RANKED

    # Columns of a collection's table. Without one of them it is a table of another version.
    columns: frozenset[str]

    # Tables

    def create(self) -> None:
        """Drop the tables of all collections, and create them empty."""
        self.drop()
        for table in map(table_of, Collection):
            self._create(table)

    def drop(self) -> None:
        for collection in Collection:
            for table in self._tables(collection):
                execute(f"DROP TABLE IF EXISTS {table}")

    def index(self, collection: Collection, entries: Iterable[Entry]) -> None:
        """Add documents. Their ids must be free."""
        for batch in batched(entries, _BATCH):
            self._insert(collection, batch)

    @abstractmethod
    def delete(self, collection: Collection, entries: Sequence[Entry]) -> None:
        """Delete documents. An entry must be equal to the one that was indexed with its id, because
        an engine may keep no copy of it; entries with unknown ids are no error."""

    def verify(self) -> list[str]:
        """Check the tables. Returns their faults, in words for an administrator."""
        return [problem for collection in Collection for problem in self._problems(collection)]

    def document_ids(self, collection: Collection) -> list[int]:
        """The ids of all indexed documents, in order."""
        return select_ids(Sql(f"SELECT place FROM {self._tables(collection)[-1]} ORDER BY place"))

    def span(self, collection: Collection) -> tuple[int, int] | None:
        """The lowest and the highest document id; None without documents. One query."""
        table = self._tables(collection)[-1]
        ends = f"(SELECT min(place) FROM {table}), (SELECT max(place) FROM {table})"
        [(lowest, highest)] = select(Sql(f"SELECT {ends}"))
        return None if lowest is None else (lowest, highest)

    # Searches

    def search(
        self,
        request: Request,
        order: Order,
        *,
        limit: int,
        offset: int = 0,
        overview: Overview | None = None,
    ) -> list[int]:
        """Find the ids of hits in this order. At a tie the newer hit comes first.

        By relevance, only the first `RANKED` hits are found. ``overview``: that of the request, if
        it is known. If it is not, hits are counted first, because scores of too many would be in
        vain.

        One query, or at most nine by relevance, however many hits there are.
        """
        node = simplified(request.node)
        if order is Order.NEWEST and overview and overview.hits is not None:
            return [*overview.hits[offset : offset + limit]]
        if order is Order.RELEVANCE and any(positive_texts(node)):
            total = overview.total if overview else self.count(request, self.scored + 1)
            if not total:
                return []
            ranked = ranking.best(
                partial(self._scan, request, known=overview.hits if overview else None),
                partial(self._newest, request),
                node,
                request.boosts,
                is_broad=total > self.scored,
                wanted=offset + limit,
            )
            return ranked[offset : offset + limit]
        if order is Order.RELEVANCE:
            limit = max(0, min(limit, RANKED - offset))
        return select_ids(self._newest(request, node, limit, offset))

    def count(self, request: Request, at_most: int | None = None) -> int:
        """The number of hits. One query."""
        return self.counts([request], at_most)[0]

    def counts(self, requests: Iterable[Request], at_most: int | None = None) -> list[int]:
        """The number of hits of each request, or ``at_most`` so many. One query for all of them."""
        limit = "" if at_most is None else f" LIMIT {at_most}"
        counts = [
            compose(
                f"(SELECT count(*) FROM ({{}}{limit}) AS hits)",
                self._hits(each, simplified(each.node)),
            )
            for each in requests
        ]
        if not counts:
            return []
        [row] = select(joined(", ", counts, around="SELECT {}"))
        return list(row)

    @abstractmethod
    def overview(self, request: Request) -> Overview:
        """Count the newest hits of a request, in total and by facet. One query."""

    def suggest(self, requests: Sequence[Request], limit: int) -> list[list[int]]:
        """Find the newest hits of each request if its texts are searched in titles alone. Returns
        their ids. One query for all requests, fast enough for each letter that somebody types."""
        titled = [replace(each, node=of_titles(simplified(each.node))) for each in requests]
        return self.newest_of(titled, limit)

    def newest_of(self, requests: Sequence[Request], limit: int) -> list[list[int]]:
        """Find the newest hits of each request. Returns their ids, the newest first. One query for
        all requests."""
        if not requests:
            return []
        nodes = ((request, simplified(request.node)) for request in requests)
        parts = numbered(self._newest(request, node, limit) for request, node in nodes)
        found: dict[int, list[int]] = grouped(sorted(select(parts), reverse=True))
        return [found[number] for number in range(len(requests))]

    def titled(self, request: Request, limit: int) -> RawSQL:
        """The ids that `suggest` finds for a request, as a subquery, in no order."""
        return RawSQL(*self._titled(request, limit))

    @abstractmethod
    def lengths(self, collection: Collection, document_ids: Sequence[int]) -> dict[int, int]:
        """The lengths of these documents, at least one, in tokens, or an estimate. One query."""

    # Parts of an engine

    @abstractmethod
    def _tables(self, collection: Collection) -> list[str]:
        """The tables of a collection. The last one has one row for each document, with its id in
        the column ``place``."""

    @abstractmethod
    def _create(self, table: str) -> None: ...

    @abstractmethod
    def _insert(self, collection: Collection, entries: Sequence[Entry]) -> None: ...

    @abstractmethod
    def _damages(self, table: str) -> Iterator[str]:
        """The faults in the rows of a collection's table that exists and is of this version."""

    @abstractmethod
    def _hits(self, request: Request, node: Node) -> Sql:
        """Select the ids of all hits of a simplified tree, in no order."""

    @abstractmethod
    def _newest(self, request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
        """Select the ids of the newest hits, the newest first."""

    @abstractmethod
    def _scan(self, request: Request, node: Node, known: Sequence[int] | None) -> Sql:
        """Select id and score of all hits, whose ids may be ``known``; a lower score is better."""

    def _titled(self, request: Request, limit: int) -> Sql:
        return self._newest(request, of_titles(simplified(request.node)), limit)

    def _problems(self, collection: Collection) -> Iterator[str]:
        table = table_of(collection)
        existing = connection.introspection.table_names()
        if missing := sorted(set(self._tables(collection)).difference(existing)):
            yield f"There is no table {', '.join(missing)}."
        elif not self.columns <= _columns_of(table):
            yield f"The table {table} is that of another version."
        else:
            yield from self._damages(table)


def table_of(collection: Collection) -> str:
    return f"search_{collection}"


def conditions(column: str, request: Request) -> list[Sql]:
    """Conditions that a column of document ids is within the bounds of a request."""
    bounds = ((">=", request.first), ("<", request.before))
    return [Sql(f"{column} {sign} %s", (value,)) for sign, value in bounds if value is not None]


def _columns_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
    return {column.name for column in columns}
