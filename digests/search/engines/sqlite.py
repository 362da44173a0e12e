"""Search with SQLite's FTS5.

A collection is an FTS5 table, whose rowid is the place, and a table of the values that facets
count. The tokenizer takes tokens apart at blanks alone; each token of a query is quoted, so that
nothing typed is syntax.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from django.db import DatabaseError, connection
from django.db.models.expressions import RawSQL

from digests.search.engines.asking import (
    Question,
    Row,
    Sql,
    compose,
    count_of,
    count_unless,
    joined,
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
from digests.search.engines.terms import (
    ALL,
    EVERYTHING,
    NOTHING,
    TitleText,
    asked,
    character_of,
    character_term,
    filter_term,
    is_word,
    leaves,
    of_titles,
    simplified,
    terms,
    terms_of_all,
    texts,
    title_character_term,
    title_term,
    word_of,
    word_term,
)
from digests.search.language.tokenizer import Phrase
from digests.search.language.tree import And, Filter, Node, Not, Or, Text

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
    def create(self) -> None:
        self.drop()
        tokenizer = _TOKENIZER.replace('"', '""')
        for table in map(_table, Collection):
            # A phrase may end in one Chinese character, which begins a thousand pairs.
            _run(
                f"CREATE VIRTUAL TABLE {table} USING fts5"
                f"({_COLUMNS}, prefix='1', tokenize=\"{tokenizer}\")"
            )
            _run(f"CREATE TABLE {_facets(table)} (place INTEGER PRIMARY KEY, filters TEXT)")

    def drop(self) -> None:
        for table in map(_table, Collection):
            _run(f"DROP TABLE IF EXISTS {table}")
            _run(f"DROP TABLE IF EXISTS {_facets(table)}")

    def clear(self) -> None:
        if any(select(Sql(f"SELECT 1 FROM {_facets(_table(one))} LIMIT 1")) for one in Collection):
            self.create()

    def index(self, collection: Collection, entries: Iterable[Entry]) -> None:
        table = _table(collection)
        signs = ", ".join(["%s"] * (len(_WEIGHTS) + 1))
        with connection.cursor() as cursor:
            for batch in batched(entries):
                cursor.executemany(
                    f"INSERT INTO {table} (rowid, {_COLUMNS}) VALUES ({signs})",
                    [_row(entry) for entry in batch],
                )
                cursor.executemany(
                    f"INSERT INTO {_facets(table)} VALUES (%s, %s)",
                    [(entry.place, " ".join(entry.facet_values)) for entry in batch],
                )

    def delete(self, collection: Collection, places: Sequence[int]) -> None:
        table = _table(collection)
        rows = [(place,) for place in places]
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", rows)
            cursor.executemany(f"DELETE FROM {_facets(table)} WHERE place = %s", rows)

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
        hits = _hits(request, simplified(request.node))
        table = _facets(_table(request.collection))
        known = compose(
            "SELECT 0 AS part, count(*) AS number, 0.0 AS score,"
            " coalesce(group_concat(filters, ' '), '') AS name"
            f" FROM ({{}}) JOIN {table} USING (place)",
            hits,
        )
        others = (
            count_unless(hits, _hits(other, simplified(other.node)), part)
            for part, other in enumerate(otherwise, 1)
        )
        return Question(union([known, *others]), _overview)

    def suggest(self, request: Request, limit: int) -> Question[list[int]]:
        node = of_titles(simplified(request.node))
        return Question(rows_of(_newest(request, node, limit)), newest_first)

    def titled(self, request: Request, limit: int) -> RawSQL:
        return RawSQL(*_newest(request, of_titles(simplified(request.node)), limit))

    def verify(self) -> list[str]:
        return [problem for table in map(_table, Collection) for problem in _problems(table)]

    def places(self, collection: Collection) -> list[int]:
        rows = select(Sql(f"SELECT place FROM {_facets(_table(collection))} ORDER BY place"))
        return [place for (place,) in rows]


def _table(collection: Collection) -> str:
    return f"search_{collection}"


def _facets(table: str) -> str:
    return f"{table}_facets"


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _row(entry: Entry) -> tuple[int | str, ...]:
    sources: tuple[Iterable[str], ...] = (
        *map(terms, entry.texts),
        map(word_term, entry.words),
        map(character_term, entry.characters),
        [
            *map(title_term, terms(entry.title)),
            *map(title_character_term, entry.title_characters),
        ],
        terms_of_all(entry),
    )
    return entry.place, *map(" ".join, sources)


def _hits(request: Request, node: Node) -> Sql:
    """Selects the places of hits in the order of its table."""
    return compose("SELECT rowid AS place {}", _from(request, node))


def _from(request: Request, node: Node, *, with_words: bool = False) -> Sql:
    table = _table(request.collection)
    conditions = [
        Sql(f"rowid {bound} %s", (value,))
        for bound, value in ((">=", request.first), ("<", request.before))
        if value is not None
    ]
    if node == EVERYTHING:
        table = _facets(table)
    elif node == NOTHING:
        conditions.append(Sql("false"))
    else:
        expression = _expression(node, with_words=with_words)
        conditions.append(Sql(f"{table} MATCH %s", (expression,)))
    where = joined(" AND ", conditions or [Sql("true")], around="{}")
    return compose(f"FROM {table} WHERE {{}}", where)


def _newest(request: Request, node: Node, limit: int, offset: int = 0) -> Sql:
    return compose(f"{{}} ORDER BY rowid DESC LIMIT {limit} OFFSET {offset}", _hits(request, node))


def _scan(request: Request, node: Node, depth: Sql) -> Sql:
    """By bm25."""
    weights = ", ".join(map(str, _WEIGHTS.values()))
    # Each phrase of the query is counted in the whole table, so none is asked for twice.
    with_words = not any(is_word(leaf) for leaf in leaves(node))
    rank = f"bm25({_table(request.collection)}, {weights})"
    return compose(
        f"SELECT rowid AS place, {rank} AS score {{}} ORDER BY rowid DESC LIMIT {{}}",
        _from(request, node, with_words=with_words),
        depth,
    )


def _overview(rows: Sequence[Row]) -> Overview:
    (_, total, _, filters), *others = sorted(rows)
    return Overview(
        total, facets_of(Counter(filters.split(" "))), [count for _, count, *_ in others]
    )


def _expression(node: Node, *, with_words: bool = False) -> str:
    """A tree in FTS5's syntax. ``with_words`` finds the same and ranks whole words higher."""
    inner = partial(_expression, with_words=with_words)
    match node:
        case TitleText():
            return _text(node.phrase, title_term, title_character_term)
        case Text():
            return _ranked_text(node.phrase) if with_words else _text(node.phrase)
        case Filter():
            return _quoted([asked(filter_term(node.token))])
        case Not():
            return f"({_EVERYTHING} NOT {inner(node.part)})"
        case Or():
            return _any_of(map(inner, node.parts))
        case And():
            held = [inner(part) for part in node.parts if not isinstance(part, Not)]
            banned = [inner(part.part) for part in node.parts if isinstance(part, Not)]
            all_held = "({})".format(" AND ".join(held)) if held else _EVERYTHING
            return f"({all_held} NOT {_any_of(banned)})" if banned else all_held


def _text(
    phrase: Phrase,
    of_token: Callable[[str], str] = str,
    of_character: Callable[[str], str] = character_term,
) -> str:
    if character := character_of(phrase):
        return _quoted([of_character(character)])
    return _quoted(map(of_token, map(asked, phrase.tokens))) + "*" * phrase.open_ended


def _ranked_text(phrase: Phrase) -> str:
    """The text, or what implies it and is worth more."""
    if character := character_of(phrase):
        return _any_of([_text(phrase), _quoted([title_character_term(character)])])
    if word := word_of(phrase):
        return _any_of([_text(phrase), _quoted([word_term(word)])])
    return _text(phrase)


def _any_of(expressions: Iterable[str]) -> str:
    return "({})".format(" OR ".join(expressions))


def _quoted(terms: Iterable[str]) -> str:
    return '"{}"'.format(" ".join(terms).replace('"', '""'))


def _problems(table: str) -> Iterator[str]:
    tables = connection.introspection.table_names()
    if missing := {table, _facets(table)}.difference(tables):
        yield f"There is no table {', '.join(sorted(missing))}."
        return
    if not set(_WEIGHTS) <= columns_of(table):
        yield f"The table {table} is that of another version."
        return
    try:
        _run(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
    except DatabaseError as error:
        yield f"The table {table} is damaged: {error}"
        return
    [(documents,)] = select(Sql(f"SELECT count(*) FROM {table}_docsize"))
    [(facets,)] = select(Sql(f"SELECT count(*) FROM {_facets(table)}"))
    if documents != facets:
        yield f"{table} holds {documents} documents, {_facets(table)} {facets}."


_EVERYTHING = _quoted([ALL])
