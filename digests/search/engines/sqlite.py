"""Search with SQLite's FTS5.

A collection is an FTS5 table, whose rowid is the document id, and a table of the values that facets
count. The tokenizer takes tokens apart at blanks alone; each token of a query is quoted, so that
nothing typed is syntax.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.db import DatabaseError

from digests.search.engines import terms
from digests.search.engines.base import Engine, conditions, table_of
from digests.search.engines.requests import Collection, Entry, Overview, Request, overview_of
from digests.search.engines.sql import Sql, compose, execute, execute_many, joined, select
from digests.search.language.tree import And, Filter, Node, Not, Or, Text, leaves

# A weight multiplies how often a phrase is there before that saturates: 100 is as good as more.
_WEIGHTS = {
    "title": 10.0,
    "tags": 6.0,
    "conclusions": 4.0,
    "points": 2.0,
    "body": 1.0,
    "refs": 1.0,  # "references" is a word of SQL
    "words": 100.0,
    "characters": 0.5,
    "title_terms": 10.0,
    "filters": 0.0,
}
_COLUMNS = ", ".join(_WEIGHTS)
_TOKEN_SIGNS = "".join(
    chr(code) for code in range(1, 128) if not chr(code).isspace() and not chr(code).isalnum()
)
_TOKENIZER = "ascii tokenchars '{}'".format(_TOKEN_SIGNS.replace("'", "''"))


class SqliteEngine(Engine):
    columns = frozenset(_WEIGHTS)

    def delete(self, collection: Collection, entries: Sequence[Entry]) -> None:
        table = table_of(collection)
        rows = [(entry.document_id,) for entry in entries]
        execute_many(f"DELETE FROM {table} WHERE rowid = %s", rows)
        execute_many(f"DELETE FROM {_facets(table)} WHERE place = %s", rows)

    def overview(self, request: Request) -> Overview:
        sql = compose(
            "SELECT count(*), coalesce(group_concat(filters, ' '), '')"
            f" FROM ({{}}) JOIN {_facets(table_of(request.collection))} USING (place)",
            self._hits(request, terms.simplified(request.node)),
        )
        [(total, filters)] = select(sql)
        return overview_of(total, Counter(filters.split(" ")))

    def _tables(self, collection: Collection) -> list[str]:
        table = table_of(collection)
        return [table, _facets(table)]

    def _create(self, table: str) -> None:
        tokenizer = _TOKENIZER.replace('"', '""')
        # A phrase may end in one Chinese character, which begins a thousand pairs.
        execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5"
            f"({_COLUMNS}, prefix='1', tokenize=\"{tokenizer}\")"
        )
        execute(f"CREATE TABLE {_facets(table)} (place INTEGER PRIMARY KEY, filters TEXT)")

    def _insert(self, collection: Collection, entries: Sequence[Entry]) -> None:
        table = table_of(collection)
        signs = ", ".join(["%s"] * (len(_WEIGHTS) + 1))
        facets = [(entry.document_id, " ".join(entry.facet_values)) for entry in entries]
        rows = list(map(_row, entries))
        execute_many(f"INSERT INTO {table} (rowid, {_COLUMNS}) VALUES ({signs})", rows)
        execute_many(f"INSERT INTO {_facets(table)} VALUES (%s, %s)", facets)

    def _damages(self, table: str) -> Iterator[str]:
        try:
            execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        except DatabaseError as error:
            yield f"The table {table} is damaged: {error}"
            return
        [(documents,)] = select(Sql(f"SELECT count(*) FROM {table}_docsize"))
        [(facets,)] = select(Sql(f"SELECT count(*) FROM {_facets(table)}"))
        if documents != facets:
            yield f"{table} holds {documents} documents, {_facets(table)} {facets}."

    def _hits(self, request: Request, node: Node) -> Sql:
        return compose("SELECT rowid AS place {}", _from(request, node))

    def _newest(self, request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
        hits = self._hits(request, node)
        return compose(f"{{}} ORDER BY rowid DESC LIMIT {limit} OFFSET {offset}", hits)

    def _scan(self, request: Request, node: Node, limit: int) -> Sql:
        """Scores are those of bm25."""
        weights = ", ".join(map(str, _WEIGHTS.values()))
        # Each phrase of the query is counted in the whole table, so none is sought twice.
        if not any(map(terms.is_word, leaves(node))):
            node = terms.with_texts(node, _or_better)
        return compose(
            f"SELECT rowid AS place, bm25({table_of(request.collection)}, {weights}) AS score {{}}"
            f" ORDER BY rowid DESC LIMIT {limit}",
            _from(request, node),
        )


def _facets(table: str) -> str:
    return f"{table}_facets"


def _row(entry: Entry) -> tuple[int | str, ...]:
    title = map(terms.title_term, terms.terms(entry.title))
    columns: tuple[Iterable[str], ...] = (
        *map(terms.terms, entry.texts),
        map(terms.word_term, entry.words),
        map(terms.character_term, entry.characters),
        [*title, *map(terms.title_character_term, entry.title_characters)],
        terms.terms_of_all(entry),
    )
    return entry.document_id, *map(" ".join, columns)


def _or_better(text: Text) -> Node:
    """The text, or what implies it and is worth more."""
    if isinstance(text, terms.TitleText):
        return text
    if terms.character_of(text.phrase):
        return Or((text, terms.of_titles(text)))
    return Or((text, *words)) if (words := terms.word_filters(text)) else text


def _from(request: Request, node: Node) -> Sql:
    table = table_of(request.collection)
    where = conditions("rowid", request)
    if node == terms.EVERYTHING:
        table = _facets(table)
    elif node == terms.NOTHING:
        where.append(Sql("false"))
    else:
        where.append(Sql(f"{table} MATCH %s", (_expression(node),)))
    return compose(f"FROM {table} WHERE {{}}", joined(" AND ", where or [Sql("true")], around="{}"))


def _expression(node: Node) -> str:
    """A tree in FTS5's syntax."""
    match node:
        case Text():
            return _text(node)
        case Filter():
            return _quoted([terms.query_term(terms.filter_term(node.token))])
        case Or():
            return _any_of(node.parts)
    parts = node.parts if isinstance(node, And) else (node,)
    held = [_expression(part) for part in parts if not isinstance(part, Not)] or [_EVERYTHING]
    banned = [part.part for part in parts if isinstance(part, Not)]
    all_held = "({})".format(" AND ".join(held))
    return f"({all_held} NOT {_any_of(banned)})" if banned else all_held


def _text(text: Text) -> str:
    is_title = isinstance(text, terms.TitleText)
    if character := terms.character_of(text.phrase):
        of_character = terms.title_character_term if is_title else terms.character_term
        return _quoted([of_character(character)])
    tokens = map(terms.query_term, text.phrase.tokens)
    of_text = _quoted(map(terms.title_term, tokens) if is_title else tokens)
    return of_text + "*" * text.phrase.open_ended


def _any_of(nodes: Iterable[Node]) -> str:
    return "({})".format(" OR ".join(map(_expression, nodes)))


def _quoted(tokens: Iterable[str]) -> str:
    return '"{}"'.format(" ".join(tokens).replace('"', '""'))


_EVERYTHING = _quoted([terms.ALL])
