"""Search with SQLite's FTS5.

A collection is an FTS5 table, whose rowid is the document id, and a table of the values that facets
count. The tokenizer takes tokens apart at blanks alone; each token of a query is quoted, so that
nothing typed is syntax.

The FTS5 table is contentless: it holds postings and no text, so that a document is deleted with the
tokens that it was indexed with. A deletion is a posting of its own until a merge meets both.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.db import DatabaseError

from digests.search.engines import ranking, terms
from digests.search.engines.base import Engine, conditions, table_of
from digests.search.engines.requests import (
    COUNTED,
    Collection,
    Entry,
    Overview,
    Request,
    number_faceted,
    overview_of,
)
from digests.search.engines.sql import (
    Sql,
    compose,
    execute,
    execute_many,
    joined,
    select,
    select_ids,
)
from digests.search.language.tree import And, Filter, Node, Not, Or, Text, leaves

_NAMES = {"references": "refs"}  # the other is a word of SQL
# Characters come first, as postings of the first column do not name it: this saves 5 % of the index
# of small digests.
_WEIGHTS = {
    "characters": 0.5,
    **{_NAMES.get(text, text): weight for text, weight in ranking.WEIGHTS.items()},
    "words": 100.0,  # as good as more
    "title_terms": 10.0,
    "filters": 0.0,
}
_COLUMNS = ", ".join(_WEIGHTS)
_TEXTS = slice(1, 7)  # of the columns
_TOKEN_SIGNS = "".join(
    chr(code) for code in range(1, 128) if not chr(code).isspace() and not chr(code).isalnum()
)
_TOKENIZER = "ascii tokenchars '{}'".format(_TOKEN_SIGNS.replace("'", "''"))


# Bytes of postings that FTS5 gathers in memory before it writes them, four times its default: each
# write is a segment, which merges read again.
_HASH_BYTES = 4 << 20

# A merge of all postings takes a tenth of the time of indexing them. So it is done when a quarter
# of the documents, and some, has been deleted.
_PART_DELETED = 4
_KEPT = 100


class SqliteEngine(Engine):
    columns = frozenset(_WEIGHTS)

    def delete(self, collection: Collection, entries: Sequence[Entry]) -> None:
        table = table_of(collection)
        ids = tuple(entry.document_id for entry in entries)
        signs = ", ".join(["%s"] * len(ids))
        # FTS5 would take a deletion of what it does not hold, and be damaged.
        known = {
            *select_ids(Sql(f"SELECT place FROM {_facets(table)} WHERE place IN ({signs})", ids))
        }
        _write(table, [entry for entry in entries if entry.document_id in known], "'delete'")
        execute_many(f"DELETE FROM {_facets(table)} WHERE place = %s", [(each,) for each in known])
        _count(table, documents=-len(known), deleted=len(known))

    def overview(self, request: Request) -> Overview:
        sql = compose(
            "WITH newest AS MATERIALIZED ({}) SELECT (SELECT count(*) FROM newest),"
            " coalesce(group_concat(filters, ' '), '')"
            f" FROM (SELECT * FROM newest LIMIT ({number_faceted(COUNTED)}))"
            f" JOIN {_facets(table_of(request.collection))} USING (place)",
            self._newest(request, terms.simplified(request.node), COUNTED + 1),
        )
        [(total, filters)] = select(sql)
        return overview_of(total, Counter(filters.split(" ")))

    def lengths(self, collection: Collection, document_ids: Sequence[int]) -> dict[int, int]:
        signs = ", ".join(["%s"] * len(document_ids))
        sql = f"SELECT id, sz FROM {table_of(collection)}_docsize WHERE id IN ({signs})"
        found = select(Sql(sql, tuple(document_ids)))
        return {place: sum(_column_sizes(sizes)[_TEXTS]) for place, sizes in found}

    def _tables(self, collection: Collection) -> list[str]:
        table = table_of(collection)
        return [table, _size(table), _facets(table)]

    def _create(self, table: str) -> None:
        tokenizer = _TOKENIZER.replace('"', '""')
        execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5"
            f"({_COLUMNS}, content='', tokenize=\"{tokenizer}\")"
        )
        execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {_HASH_BYTES})")
        execute(f"CREATE TABLE {_size(table)} (documents INTEGER, deleted INTEGER)")
        execute(f"INSERT INTO {_size(table)} VALUES (0, 0)")
        execute(f"CREATE TABLE {_facets(table)} (place INTEGER PRIMARY KEY, filters TEXT)")

    def _insert(self, collection: Collection, entries: Sequence[Entry]) -> None:
        table = table_of(collection)
        facets = [(entry.document_id, " ".join(entry.facet_values)) for entry in entries]
        _write(table, entries)
        execute_many(f"INSERT INTO {_facets(table)} VALUES (%s, %s)", facets)
        _count(table, documents=len(entries))

    def _damages(self, table: str) -> Iterator[str]:
        try:
            execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            postings = _number_of_postings(table)
        except DatabaseError as error:
            yield f"The table {table} is damaged: {error}"
            return
        sizes = [sizes for (sizes,) in select(Sql(f"SELECT sz FROM {table}_docsize"))]
        if postings != (tokens := sum(sum(_column_sizes(each)) for each in sizes)):
            yield f"{table} holds {postings} postings for {tokens} tokens."
        [(facets,)] = select(Sql(f"SELECT count(*) FROM {_facets(table)}"))
        [(counted,)] = select(Sql(f"SELECT documents FROM {_size(table)}"))
        if not len(sizes) == facets == counted:
            yield f"{table} holds {len(sizes)} documents, not {facets} or {counted}."

    def _hits(self, request: Request, node: Node) -> Sql:
        return compose("SELECT rowid AS place {}", _from(request, node))

    def _newest(self, request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
        hits = self._hits(request, node)
        return compose(f"{{}} ORDER BY rowid DESC LIMIT {limit} OFFSET {offset}", hits)

    def _scan(self, request: Request, node: Node, known: Sequence[int] | None) -> Sql:
        """Scores are those of bm25, which FTS5 knows of what it finds itself."""
        weights = ", ".join(map(str, _WEIGHTS.values()))
        # Each phrase of the query is counted in the whole table, so none is sought twice.
        if not any(map(terms.is_word, leaves(node))):
            node = terms.with_texts(node, _or_better)
        return compose(
            f"SELECT rowid AS place, bm25({table_of(request.collection)}, {weights}) AS score {{}}",
            _from(request, node),
        )


def _facets(table: str) -> str:
    return f"{table}_facets"


def _size(table: str) -> str:
    """The table of one row with the number of documents, and of those deleted since the last
    merge."""
    return f"{table}_size"


def _write(table: str, entries: Iterable[Entry], command: str = "") -> None:
    """Add the postings of entries, or those that delete them: ``command`` is ``'delete'``."""
    # FTS5 writes a segment whenever an id is not above the one before it.
    rows = list(map(_row, sorted(entries, key=lambda entry: entry.document_id)))
    columns, signs = f"rowid, {_COLUMNS}", ", ".join(["%s"] * (len(_WEIGHTS) + 1))
    if command:
        columns, signs = f"{table}, {columns}", f"{command}, {signs}"
    execute_many(f"INSERT INTO {table} ({columns}) VALUES ({signs})", rows)


def _count(table: str, *, documents: int, deleted: int = 0) -> None:
    """Add to the numbers of documents, and merge all postings if too many are those of deleted
    documents."""
    size = _size(table)
    numbers = (documents, deleted)
    execute(f"UPDATE {size} SET documents = documents + %s, deleted = deleted + %s", numbers)
    too_many = Sql(f"SELECT deleted > {_KEPT} + documents / {_PART_DELETED} FROM {size}")
    if deleted and select(too_many) == [(1,)]:
        execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        execute(f"UPDATE {size} SET deleted = 0")


def _number_of_postings(table: str) -> int:
    vocabulary = f"temp.{table}_vocabulary"
    execute(f"CREATE VIRTUAL TABLE {vocabulary} USING fts5vocab('main', '{table}', 'row')")
    [(postings,)] = select(Sql(f"SELECT coalesce(sum(cnt), 0) FROM {vocabulary}"))
    execute(f"DROP TABLE {vocabulary}")
    return int(postings)


def _column_sizes(sizes: bytes) -> list[int]:
    """The numbers of tokens of a document's columns. FTS5 keeps them as SQLite's varints of at most
    eight bytes: seven bits a byte, the highest first."""
    found, number = list[int](), 0
    for byte in sizes:
        number = number << 7 | byte & 127
        if byte < 128:
            found.append(number)
            number = 0
    return found


def _row(entry: Entry) -> tuple[int | str, ...]:
    title = map(terms.title_term, terms.terms(entry.title))
    columns: tuple[Iterable[str], ...] = (
        map(terms.character_term, entry.characters),
        *map(terms.terms, entry.texts),
        map(terms.word_term, entry.words),
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
