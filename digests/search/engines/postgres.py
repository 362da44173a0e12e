"""Search with PostgreSQL's tsvector and GIN.

The vectors are written here, lexeme by lexeme, as PostgreSQL's parsers know no Chinese. A vector
has limits: an entry beyond them is matched by LIKE on its tokens, and its vector, which is cut,
serves to rank it alone.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from django.db import connection
from django.db.models.expressions import RawSQL

from digests.search.engines.asking import (
    Question,
    Row,
    Sql,
    compose,
    count_of,
    count_unless,
    rows_of,
    select,
    union,
)
from digests.search.engines.base import (
    RANKED,
    Collection,
    Engine,
    Entry,
    Order,
    Overview,
    Request,
    batched,
    columns_of,
    counted,
    facets_of,
    newest_first,
)
from digests.search.engines.ranking import Ways, best
from digests.search.engines.terms import ALL, of_titles, simplified, texts
from digests.search.engines.tsquery import hits, score
from digests.search.engines.tsvector import quoted, vectors
from digests.search.language.tree import Node

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
            if select(Sql(f"SELECT 1 FROM {table} LIMIT 1")):
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
        self, request: Request, order: Order, *, offset: int, limit: int, total: int
    ) -> Question[list[int]]:
        node = simplified(request.node)
        if order is Order.RELEVANCE and any(texts(node)):
            ways = Ways(partial(_scan, request), partial(_newest, request))
            return best(ways, node, request.boosts, total=total, offset=offset, limit=limit)
        if order is Order.RELEVANCE:
            limit = max(0, min(limit, RANKED - offset))
        return Question(rows_of(_newest(request, node, limit, offset)), newest_first)

    def count(self, request: Request) -> Question[int]:
        return Question(count_of(_hits(request, simplified(request.node))), counted)

    def overview(self, request: Request, otherwise: Sequence[Request] = ()) -> Question[Overview]:
        table = _table(request.collection)
        facets = Sql(
            "SELECT 0 AS part, count(*) AS number, 0.0 AS score, facet AS name"
            f" FROM hits JOIN {table} USING (place), unnest(facets) AS facet GROUP BY facet"
        )
        others = (
            count_unless(Sql("SELECT FROM hits"), _hits(other, simplified(other.node)), part)
            for part, other in enumerate(otherwise, 1)
        )
        sql = compose(
            "WITH hits AS MATERIALIZED ({}) {}",
            _hits(request, simplified(request.node)),
            union([count_of(Sql("SELECT FROM hits")), facets, *others]),
        )
        return Question(sql, _overview)

    def suggest(self, request: Request, limit: int) -> Question[list[int]]:
        node = of_titles(simplified(request.node))
        return Question(rows_of(_newest(request, node, limit)), newest_first)

    def titled(self, request: Request, limit: int) -> RawSQL:
        return RawSQL(*_newest(request, of_titles(simplified(request.node)), limit))

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
            [(rows,)] = select(Sql(f"SELECT count(*) FROM {table}"))
            [(indexed,)] = select(
                Sql(f"SELECT count(*) FROM {table} WHERE texts @@ %s::tsquery", (quoted(ALL),))
            )
            if rows != indexed:
                problems.append(f"{table} holds {rows} documents, its index {indexed}.")
        return problems

    def places(self, collection: Collection) -> list[int]:
        rows = select(Sql(f"SELECT place FROM {_table(collection)} ORDER BY place"))
        return [place for (place,) in rows]


def _table(collection: Collection) -> str:
    return f"search_{collection}"


def _hits(request: Request, node: Node) -> Sql:
    return hits(_table(request.collection), request, node)


def _newest(request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
    # All hits are found before they are sorted. The planner would rather walk down the places and
    # read each vector, where it expects many hits.
    return compose(
        "WITH hits AS MATERIALIZED ({}) SELECT place FROM hits"
        f" ORDER BY place DESC LIMIT {limit} OFFSET {offset}",
        _hits(request, node),
    )


def _scan(request: Request, node: Node, depth: Sql) -> Sql:
    return compose(
        "WITH hits AS MATERIALIZED ({}), newest AS MATERIALIZED"
        " (SELECT place FROM hits ORDER BY place DESC LIMIT {})"
        " SELECT place, -({}) AS score FROM newest"
        f" JOIN {_table(request.collection)} USING (place)",
        _hits(request, node),
        depth,
        score(node),
    )


def _overview(rows: Sequence[Row]) -> Overview:
    facets = {name: count for _, count, _, name in rows if name}
    total, *otherwise = (count for _, count, _, name in sorted(rows) if not name)
    return Overview(total, facets_of(facets), otherwise)


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
