"""Search with SQLite's FTS5.

A collection is an FTS5 table, whose rowid is the place, and a table of the values that facets
count. The tokenizer takes tokens apart at blanks alone; each token of a query is quoted, so that
nothing typed is syntax.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from math import log
from operator import itemgetter
from typing import Any

from django.db import DatabaseError, connection
from django.db.models.expressions import RawSQL

from digests.search.analyzer import Phrase
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
from digests.search.engines.terms import (
    ALL,
    Choice,
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
from digests.search.query import And, Filter, Node, Not, Or, Text

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
_COUNTED = 5 * RANKED
"""Of the hits of an alternative so many are looked at, the newest ones."""

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
        if any(_run(f"SELECT 1 FROM {_facets(_table(one))} LIMIT 1") for one in Collection):
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
        self, request: Request, order: Order, *, offset: int, limit: int, total: int | None = None
    ) -> list[int]:
        node = simplified(request.node)
        if order is Order.RELEVANCE and any(texts(node)):
            total = self.count(request) if total is None else total
            ways = Ways(
                partial(_scan, request),
                partial(_by_rarity, request),
                partial(_newest, request, offset=0, limit=RANKED),
            )
            wanted = offset + limit
            return best(ways, node, request.boosts, total=total, wanted=wanted)[offset:wanted]
        if order is Order.RELEVANCE:
            limit = max(0, min(limit, RANKED - offset))
        return _newest(request, node, offset=offset, limit=limit)

    def count(self, request: Request) -> int:
        source, params = _hits(request, _expression(simplified(request.node)))
        count: int = _run(f"SELECT count(*) {source}", params)[0][0]
        return count

    def facets(self, request: Request, fields: Sequence[str]) -> dict[str, Counter[str]]:
        table = _table(request.collection)
        source, params = _hits(request, _expression(simplified(request.node)))
        rows = _run(
            f"SELECT filters FROM (SELECT rowid AS place {source}) JOIN {_facets(table)}"
            " USING (place)",
            params,
        )
        counts = Counter(" ".join(filters for (filters,) in rows).split(" "))
        return facets_of(counts, fields)

    def suggest(self, request: Request, limit: int) -> list[int]:
        return _newest(request, of_titles(simplified(request.node)), offset=0, limit=limit)

    def titled(self, request: Request, limit: int) -> RawSQL:
        return RawSQL(*_newest_hits(request, of_titles(simplified(request.node)), 0, limit))

    def verify(self) -> list[str]:
        return [problem for table in map(_table, Collection) for problem in _problems(table)]

    def places(self, collection: Collection) -> list[int]:
        rows = _run(f"SELECT place FROM {_facets(_table(collection))} ORDER BY place")
        return [place for (place,) in rows]


def _table(collection: Collection) -> str:
    return f"search_{collection}"


def _facets(table: str) -> str:
    return f"{table}_facets"


def _run(sql: str, params: Sequence[int | str] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


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


def _hits(request: Request, expression: str) -> tuple[str, list[int | str]]:
    """The end of a statement that selects ``rowid``, the place, with its parameters."""
    table = _table(request.collection)
    conditions: dict[str, int | str | None] = {
        "rowid >= %s": request.first,
        "rowid < %s": request.before,
    }
    if expression == _EVERYTHING:
        table = _facets(table)
    else:
        conditions[f"{table} MATCH %s"] = expression
    asked_for = {condition: value for condition, value in conditions.items() if value is not None}
    return f"FROM {table} WHERE {' AND '.join(asked_for) or 'true'}", list(asked_for.values())


def _newest(request: Request, node: Node, *, offset: int, limit: int) -> list[int]:
    return [place for (place,) in _run(*_newest_hits(request, node, offset, limit))]


def _newest_hits(
    request: Request, node: Node, offset: int, limit: int
) -> tuple[str, list[int | str]]:
    source, params = _hits(request, _expression(node))
    statement = f"SELECT rowid {source} ORDER BY rowid DESC LIMIT %s OFFSET %s"
    return statement, [*params, limit, offset]


def _scan(request: Request, node: Node, depth: int) -> list[int]:
    """By bm25; of hits with the same the newest comes first."""
    weights = ", ".join(map(str, _WEIGHTS.values()))
    # Each phrase of the query is counted in the whole table, so none is asked for twice.
    with_words = not any(is_word(leaf) for leaf in leaves(node))
    source, params = _hits(request, _expression(node, with_words=with_words))
    rank = f"bm25({_table(request.collection)}, {weights})"
    rows = _run(f"SELECT rowid, {rank} {source} ORDER BY rowid DESC LIMIT %s", [*params, depth])
    return [place for place, _ in sorted(rows, key=itemgetter(1))]


def _by_rarity(request: Request, choice: Choice) -> list[int]:
    """See `ranking.ByRarity`; the title counts half as much again."""
    newest = partial(_newest, request, offset=0, limit=_COUNTED)
    held = list(map(newest, choice.alternatives))
    total = sum(map(len, held))
    scores: dict[int, float] = defaultdict(float)
    for places, titled in zip(held, choice.titled, strict=True):
        value = log(1 + total / max(1, len(places)))
        for place in places:
            scores[place] += value
        for place in newest(titled) if places else ():
            scores[place] += value / 2
    return sorted(scores, key=lambda place: (-scores[place], -place))[:RANKED]


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
    [(documents,)] = _run(f"SELECT count(*) FROM {table}_docsize")
    [(facets,)] = _run(f"SELECT count(*) FROM {_facets(table)}")
    if documents != facets:
        yield f"{table} holds {documents} documents, {_facets(table)} {facets}."


_EVERYTHING = _quoted([ALL])
