"""Search with PostgreSQL's tsvector and GIN.

The vectors are written here, lexeme by lexeme, as PostgreSQL's parsers know no Chinese. A vector
has limits: an entry beyond them is matched by LIKE on its tokens, and its vector, which is cut,
serves to rank it alone.
"""

from collections.abc import Iterator, Sequence

from digests.search.engines import tsquery
from digests.search.engines.base import Engine, conditions, table_of
from digests.search.engines.requests import Collection, Entry, Overview, Request, overview_of
from digests.search.engines.sql import Sql, compose, execute, execute_many, joined, select
from digests.search.engines.terms import ALL, EVERYTHING, NOTHING, has_break, simplified
from digests.search.engines.tsvector import Overflow, quoted, vectors
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
    columns = frozenset(_COLUMNS)

    def delete(self, collection: Collection, entries: Sequence[Entry]) -> None:
        sql = f"DELETE FROM {table_of(collection)} WHERE place = ANY(%s)"
        execute(sql, [[entry.document_id for entry in entries]])

    def overview(self, request: Request) -> Overview:
        sql = compose(
            "WITH hits AS MATERIALIZED ({}), counted AS (SELECT facet, count(*) AS number"
            f" FROM hits JOIN {table_of(request.collection)} USING (place),"
            " unnest(facets) AS facet GROUP BY facet)"
            " SELECT (SELECT count(*) FROM hits), json_object_agg(facet, number) FROM counted",
            self._hits(request, simplified(request.node)),
        )
        [(total, counts)] = select(sql)
        return overview_of(total, counts or {})

    def _tables(self, collection: Collection) -> list[str]:
        return [table_of(collection)]

    def _create(self, table: str) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        execute(f"CREATE TABLE {table} ({columns})")
        # Without the list of new rows that each search would read until it is merged.
        for column in ("title", "texts"):
            execute(
                f"CREATE INDEX {table}_{column} ON {table} USING gin ({column})"
                " WITH (fastupdate = off)"
            )
        execute(f"CREATE INDEX {table}_overflow ON {table} (overflow) WHERE overflow > 0")

    def _insert(self, collection: Collection, entries: Sequence[Entry]) -> None:
        rows = [(entry.document_id, *vectors(entry), entry.facet_values) for entry in entries]
        execute_many(f"INSERT INTO {table_of(collection)} VALUES (%s, %s, %s, %s, %s, %s)", rows)

    def _damages(self, table: str) -> Iterator[str]:
        [(rows,)] = select(Sql(f"SELECT count(*) FROM {table}"))
        [(indexed,)] = select(
            Sql(f"SELECT count(*) FROM {table} WHERE texts @@ %s::tsquery", (quoted(ALL),))
        )
        if rows != indexed:
            yield f"{table} holds {rows} documents, its index {indexed}."

    def _hits(self, request: Request, node: Node) -> Sql:
        if node in (EVERYTHING, NOTHING):
            return _ids(request, Sql("true" if node == EVERYTHING else "false"))
        # From this overflow on a vector may lack tokens of the tree.
        limit = Overflow.BREAKS if has_break(node) else Overflow.TOKENS
        in_vectors, in_tokens = tsquery.is_in_vectors(node), tsquery.is_in_tokens(node)
        return compose(
            "{} UNION ALL {}",
            _ids(request, compose(f"overflow < {limit} AND {{}}", in_vectors)),
            _ids(request, compose(f"overflow >= {limit} AND {{}}", in_tokens)),
        )

    def _newest(self, request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
        # All hits are found before they are sorted. The planner would rather walk down the ids and
        # read each vector, where it expects many hits.
        return compose(
            "WITH hits AS MATERIALIZED ({}) SELECT place FROM hits"
            f" ORDER BY place DESC LIMIT {limit} OFFSET {offset}",
            self._hits(request, node),
        )

    def _scan(self, request: Request, node: Node, limit: int) -> Sql:
        return compose(
            "WITH newest AS MATERIALIZED ({}) SELECT place, -({}) AS score FROM newest"
            f" JOIN {table_of(request.collection)} USING (place)",
            self._newest(request, node, limit),
            tsquery.score(node),
        )


def _ids(request: Request, condition: Sql) -> Sql:
    where = joined(" AND ", [condition, *conditions("place", request)], around="{}")
    return compose(f"SELECT place FROM {table_of(request.collection)} WHERE {{}}", where)
