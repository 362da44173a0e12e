"""Search with PostgreSQL's GIN.

A row holds the canonical texts of a document. Its terms are not stored but in an index of what a
function makes of the row. Vectors (`tsvector`) would take three times the space, and they forget
what is beyond their limits.
"""

from collections.abc import Iterator, Sequence

from digests.search.engines import terms
from digests.search.engines.base import Engine, conditions, table_of
from digests.search.engines.canonical import FIRST_CHINESE, canonical
from digests.search.engines.postgres_conditions import (
    PREFIX_LENGTH,
    TERMS,
    hits,
    is_sought_in_texts,
    likely_hits,
    required,
    score,
)
from digests.search.engines.requests import (
    COUNTED,
    Collection,
    Entry,
    Overview,
    Request,
    number_faceted,
    overview_of,
)
from digests.search.engines.sql import Sql, compose, execute, execute_many, joined, select
from digests.search.language.tree import And, Filter, Node

# The texts but the title are lines of one column. "words" are the Chinese ones between blanks,
# "terms" those that nothing else gives. Comparison is that of bytes, the fastest.
_COLUMNS = {
    "place": "bigint PRIMARY KEY",
    "title": 'text COLLATE "C" NOT NULL',
    "texts": 'text COLLATE "C" NOT NULL',
    "words": 'text COLLATE "C" NOT NULL',
    "terms": 'text COLLATE "C" NOT NULL',
    "facets": 'text[] COLLATE "C" NOT NULL',
}

# The terms of a row: the pairs and characters of its Chinese, its other tokens, those of the title,
# and what is known beside the texts. Words have no terms, which would be a fifth of the index: a
# word is sought among the rows with its pairs. The cost keeps the planner from calling the function
# for each row. It uses nothing but `pg_catalog`, because a restore and a vacuum look nowhere else.
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION search_terms(title text, texts text, terms text, facets text[])
RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000 AS $$
SELECT ARRAY(
    SELECT one || next
    FROM unnest(characters, characters[2:]) AS pairs(one, next)
    WHERE one COLLATE "C" >= first_chinese AND next COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT '=u=' || one FROM unnest(characters) AS one WHERE one COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT word FROM unnest(string_to_array(title || texts, ' ')) AS word
    WHERE word COLLATE "C" > ' ' AND word COLLATE "C" < first_chinese
) || ARRAY(
    SELECT '=t=' || one || next
    FROM unnest(of_title, of_title[2:]) AS pairs(one, next)
    WHERE one COLLATE "C" >= first_chinese AND next COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT '=t=' || one FROM unnest(of_title) AS one WHERE one COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT '=t=' || left(word, length)
    FROM unnest(string_to_array(title, ' ')) AS word,
        generate_series(1, least(length(word), {PREFIX_LENGTH})) AS length
    WHERE word COLLATE "C" > ' ' AND word COLLATE "C" < first_chinese
) || string_to_array(btrim(terms), ' ') || ARRAY(SELECT '=' || facet FROM unnest(facets) AS facet)
FROM (SELECT
    string_to_array(title || texts, NULL) AS characters,
    string_to_array(title, NULL) AS of_title,
    chr({ord(FIRST_CHINESE)}) AS first_chinese
) AS parts
$$"""


# Size of the list in which an index gathers new terms before it takes them in, an eighth of the
# default. It costs a fifth more CPU than that, and makes an index that is smaller by an eighth.
_LIST_KB = 512
# From so many documents at once the list is taken in with them.
_MANY = 10


class PostgresEngine(Engine):
    # Each score of a long text takes 30 µs, and to look for a phrase in it 15 µs.
    scored = 300
    columns = frozenset(_COLUMNS)

    def delete(self, collection: Collection, entries: Sequence[Entry]) -> None:
        sql = f"DELETE FROM {table_of(collection)} WHERE place = ANY(%s)"
        execute(sql, [[entry.document_id for entry in entries]])

    def overview(self, request: Request) -> Overview:
        node = terms.simplified(request.node)
        counted = self.scored if is_sought_in_texts(node) else COUNTED
        sql = compose(
            "WITH newest AS MATERIALIZED ({}), counted AS (SELECT facet, count(*) AS number"
            f" FROM (SELECT place FROM newest LIMIT ({number_faceted(counted)})) AS hits"
            f" JOIN {table_of(request.collection)} USING (place),"
            " unnest(facets) AS facet GROUP BY facet)"
            " SELECT (SELECT count(*) FROM newest), json_object_agg(facet, number),"
            f" (SELECT array_agg(place) FROM newest HAVING count(*) <= {self.scored}) FROM counted",
            self._newest(request, node, counted + 1),
        )
        [(total, counts, hits)] = select(sql)
        return overview_of(total, counts or {}, hits, counted)

    def lengths(self, collection: Collection, document_ids: Sequence[int]) -> dict[int, int]:
        # A token takes some four bytes. The length of a text is known without reading it.
        sql = f"SELECT place, octet_length(texts) / 4 FROM {table_of(collection)}"
        signs = ", ".join(["%s"] * len(document_ids))
        return dict(select(Sql(f"{sql} WHERE place IN ({signs})", tuple(document_ids))))

    def _tables(self, collection: Collection) -> list[str]:
        return [table_of(collection)]

    def _create(self, table: str) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        execute(_FUNCTION)
        execute(f"CREATE TABLE {table} ({columns})")
        execute(
            f"CREATE INDEX {_index(table)} ON {table} USING gin (({TERMS}))"
            f" WITH (gin_pending_list_limit = {_LIST_KB})"
        )
        # Without statistics, whose collection calls the function for thousands of rows, the planner
        # expects few rows with any terms, and reads the index.
        execute(f"ALTER INDEX {_index(table)} ALTER COLUMN 1 SET STATISTICS 0")

    def _insert(self, collection: Collection, entries: Sequence[Entry]) -> None:
        table = table_of(collection)
        rows = list(map(_row, entries))
        execute_many(f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s, %s)", rows)
        # The index gathers new terms in a list, which makes many of them cheap. Each search reads
        # the list: 0.06 ms more for each set that it seeks if the list is full, with the terms of
        # some 70 topics. To take in those of a single one costs 1.2 ms, so that few are left there.
        if len(rows) >= _MANY:
            execute(f"SELECT gin_clean_pending_list('{_index(table)}')")

    def _damages(self, table: str) -> Iterator[str]:
        [(rows,)] = select(Sql(f"SELECT count(*) FROM {table}"))
        [(indexed,)] = select(
            Sql(f"SELECT count(*) FROM {table} WHERE {TERMS} @> ARRAY[%s]", (terms.ALL,))
        )
        if rows != indexed:
            yield f"{table} holds {rows} documents, its index {indexed}."

    def _hits(self, request: Request, node: Node) -> Sql:
        return hits(table_of(request.collection), node, conditions("place", request))

    def _newest(self, request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
        # The hits of a year are found by its term, before any of another year is read. MATERIALIZED
        # keeps the planner from walking down the ids and reading each row, and the years apart.
        table, bounds = table_of(request.collection), conditions("place", request)
        nodes = {f"in_{year}": _in_year(node, year) for year in _first_years(request, node)}
        parts = {name: likely_hits(table, each, bounds)[0] for name, each in nodes.items()}
        rest, certain = likely_hits(table, node, bounds)
        if parts:
            found = joined(" UNION ALL ", map(_all_of, parts), around="{}")
            rest = compose("SELECT place FROM ({}) AS hits WHERE place NOT IN ({})", rest, found)
        parts["others"] = rest
        sorted_parts = [
            compose(f"{name} AS MATERIALIZED ({{}} ORDER BY place DESC)", part)
            for name, part in parts.items()
        ]
        return compose(
            "WITH {} SELECT place FROM ({}) AS ordered"
            f" WHERE {{}} LIMIT {limit} OFFSET {offset}",
            joined(", ", sorted_parts, around="{}"),
            joined(" UNION ALL ", map(_all_of, parts), around="{}"),
            certain,
        )

    def _scan(self, request: Request, node: Node, known: Sequence[int] | None) -> Sql:
        found = Sql("SELECT unnest(%s::bigint[]) AS place", ([*known],)) if known else None
        # OFFSET 0 keeps the planner from taking the texts apart for each use of a line.
        return compose(
            "WITH hits AS MATERIALIZED ({})"
            " SELECT place, -({}) AS score FROM (SELECT place, title, words,"
            " string_to_array(texts, E'\\n') AS line, octet_length(texts) AS size,"
            " avg(octet_length(texts)) OVER ()::float AS average_size"
            f" FROM hits JOIN {table_of(request.collection)} USING (place) OFFSET 0) AS read",
            found or self._newest(request, node, self.scored),
            score(node),
        )


def _first_years(request: Request, node: Node) -> Sequence[int]:
    """The years that are searched before the others; none where that takes as long for each year as
    for all: without a term beside that of the year, or with a year."""
    leaves = required(node)
    is_of_year = any(isinstance(leaf, Filter) and leaf.field == "year" for leaf in leaves)
    is_bound = request.first is not None or request.before is not None
    return request.newest_years if leaves and not (is_of_year or is_bound) else ()


def _in_year(node: Node, year: int) -> Node:
    parts = node.parts if isinstance(node, And) else (node,)
    return And((*parts, Filter("year", str(year))))


def _all_of(table: str) -> Sql:
    return Sql(f"SELECT place FROM {table}")


def _index(table: str) -> str:
    return f"{table}_terms"


def _row(entry: Entry) -> tuple[int, str, str, str, str, list[str]]:
    title, *texts = map(canonical, entry.texts)
    facets = entry.facet_values
    of_facets = {terms.filter_term(value) for value in facets}
    known = [each for each in terms.terms_of_all(entry) if each not in of_facets]
    words = f" {' '.join(entry.words)} "
    return entry.document_id, title, "\n".join(texts), words, f" {' '.join(known)} ", facets
