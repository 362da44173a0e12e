"""Search with PostgreSQL's tsvector and GIN.

The vectors are written here, lexeme by lexeme, as PostgreSQL's parsers know no Chinese. A vector
has limits: an entry beyond them is matched by LIKE on its tokens, and its vector, which is cut,
serves to rank it alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from digests.search.engines.base import (
    RANKED,
    Collection,
    Engine,
    Entry,
    Order,
    Request,
    batched,
    columns_of,
    facets_of,
)
from digests.search.engines.ranking import Ways, best
from digests.search.engines.terms import ALL, of_titles, simplified, texts
from digests.search.engines.tsquery import Sql, by_rarity, compose, hits, ranked
from digests.search.engines.tsvector import quoted, vectors
from digests.search.query import Node

_COLUMNS = {
    "place": "bigint PRIMARY KEY",
    "title": "tsvector NOT NULL",
    "texts": "tsvector NOT NULL",
    "overflow": "smallint NOT NULL",
    "tokens": "text",
    "facets": "text[] NOT NULL",
}


class PostgresEngine(Engine):
    def create(self) -> None:
        self.drop()
        for table in map(_table, Collection):
            _execute(
                f"CREATE TABLE {table}"
                f" ({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})"
            )
            # Without the list of new rows that each search would read until it is merged.
            for column in ("title", "texts"):
                _execute(
                    f"CREATE INDEX {table}_{column} ON {table} USING gin ({column})"
                    " WITH (fastupdate = off)"
                )
            _execute(f"CREATE INDEX {table}_overflow ON {table} (overflow) WHERE overflow > 0")

    def drop(self) -> None:
        for table in map(_table, Collection):
            _execute(f"DROP TABLE IF EXISTS {table}")

    def clear(self) -> None:
        for table in map(_table, Collection):
            if _select(f"SELECT 1 FROM {table} LIMIT 1"):
                _execute(f"TRUNCATE {table}")

    def index(self, collection: Collection, entries: Iterable[Entry]) -> None:
        sql = f"INSERT INTO {_table(collection)} VALUES (%s, %s, %s, %s, %s, %s)"
        with connection.cursor() as cursor:
            for batch in batched(entries):
                cursor.executemany(
                    sql, [(entry.place, *vectors(entry), entry.facet_values) for entry in batch]
                )

    def delete(self, collection: Collection, places: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {_table(collection)} WHERE place = ANY(%s)", [list(places)]
            )

    def search(
        self, request: Request, order: Order, *, offset: int, limit: int, total: int | None = None
    ) -> list[int]:
        node = simplified(request.node)
        if order is Order.RELEVANCE and any(texts(node)):
            total = self.count(request) if total is None else total
            table = _table(request.collection)
            ways = Ways(
                lambda node, depth: _places(ranked(table, request, node, depth)),
                lambda choice: _places(by_rarity(table, request, choice)),
                partial(_newest, request, limit=RANKED),
            )
            wanted = offset + limit
            return best(ways, node, request.boosts, total=total, wanted=wanted)[offset:wanted]
        if order is Order.RELEVANCE:
            limit = max(0, min(limit, RANKED - offset))
        return _newest(request, node, offset=offset, limit=limit)

    def count(self, request: Request) -> int:
        found = hits(_table(request.collection), request, simplified(request.node))
        sql, params = compose("SELECT count(*) FROM ({}) AS hits", found)
        count: int = _select(sql, params)[0][0]
        return count

    def facets(self, request: Request, fields: Sequence[str]) -> dict[str, Counter[str]]:
        table = _table(request.collection)
        sql, params = compose(
            f"SELECT facet, count(*) FROM ({{}}) AS hits JOIN {table} USING (place),"
            " unnest(facets) AS facet GROUP BY facet",
            hits(table, request, simplified(request.node)),
        )
        return facets_of(dict(_select(sql, params)), fields)

    def suggest(self, request: Request, limit: int) -> list[int]:
        node = of_titles(simplified(request.node))
        return _newest(request, node, limit=limit)

    def titled(self, request: Request, limit: int) -> RawSQL:
        return RawSQL(*_newest_hits(request, of_titles(simplified(request.node)), limit))

    def verify(self) -> list[str]:
        tables = connection.introspection.table_names()
        problems = []
        for table in map(_table, Collection):
            if table not in tables:
                problems.append(f"There is no table {table}.")
                continue
            if columns_of(table) != set(_COLUMNS):
                problems.append(f"The table {table} is that of another version.")
                continue
            [(rows,)] = _select(f"SELECT count(*) FROM {table}")
            [(indexed,)] = _select(
                f"SELECT count(*) FROM {table} WHERE texts @@ %s::tsquery", [quoted(ALL)]
            )
            if rows != indexed:
                problems.append(f"{table} holds {rows} documents, its index {indexed}.")
        return problems

    def places(self, collection: Collection) -> list[int]:
        return _places(Sql(f"SELECT place FROM {_table(collection)} ORDER BY place"))


def _table(collection: Collection) -> str:
    return f"search_{collection}"


def _newest(request: Request, node: Node, *, limit: int, offset: int = 0) -> list[int]:
    return _places(_newest_hits(request, node, limit, offset))


def _newest_hits(request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
    # All hits are found before they are sorted. The planner would rather walk down the places and
    # read each vector, where it expects many hits.
    return compose(
        "WITH hits AS MATERIALIZED ({}) SELECT place FROM hits"
        f" ORDER BY place DESC LIMIT {limit} OFFSET {offset}",
        hits(_table(request.collection), request, node),
    )


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _select(sql: str, params: Sequence[int | str] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _places(sql: Sql) -> list[int]:
    return [place for (place,) in _select(*sql)]
