"""A tree of what is asked → the SQL with which PostgreSQL finds and ranks it."""

from collections.abc import Iterable
from typing import NamedTuple

from digests.search.engines.base import RANKED, Request
from digests.search.engines.terms import (
    ALL,
    EVERYTHING,
    Choice,
    TitleText,
    asked,
    character_of,
    character_term,
    filter_term,
    has_break,
    has_title,
    texts,
    word_filter,
    word_of,
)
from digests.search.engines.tsvector import Overflow, quoted
from digests.search.query import And, Filter, Node, Not, Or, Text

# What a phrase counts in body, points, conclusions, and in title and tags: the weights D to A.
_WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"
# Long texts hold more of anything (1). The rank stays below 1 (32), and so does what titles count:
# a word that is one counts more than both.
_NORMALIZATION = 1 | 32
_TITLE_BONUS = 1.0
_WORD_BONUS = 2.0


class Sql(NamedTuple):
    text: str
    params: tuple[int | str, ...] = ()


def compose(template: str, *parts: Sql) -> Sql:
    """Each ``{}`` of the template is one of the parts."""
    params = tuple(param for part in parts for param in part.params)
    return Sql(template.format(*(part.text for part in parts)), params)


def hits(table: str, request: Request, node: Node) -> Sql:
    """Selects the places of hits, in no order."""
    if node == EVERYTHING:
        return _places(table, request, Sql("true"))
    limit = _limit(node)
    return compose(
        "{} UNION ALL {}",
        _places(table, request, compose(f"overflow < {limit} AND {{}}", _is_in_vectors(node))),
        _places(table, request, compose(f"overflow >= {limit} AND {{}}", _is_in_tokens(node))),
    )


def ranked(table: str, request: Request, node: Node, depth: int) -> Sql:
    """Selects the places of the newest ``depth`` hits, the best first."""
    return compose(
        "WITH hits AS MATERIALIZED ({}), newest AS MATERIALIZED"
        f" (SELECT place FROM hits ORDER BY place DESC LIMIT {depth})"
        f" SELECT place FROM newest JOIN {table} USING (place) ORDER BY {{}} DESC, place DESC",
        hits(table, request, node),
        _score(node),
    )


def by_rarity(table: str, request: Request, choice: Choice) -> Sql:
    """Selects the places for `ranking.ByRarity`; the title counts half as much again."""
    return compose(
        "WITH held AS MATERIALIZED ({}), worth AS (SELECT number,"
        " ln(1 + (SELECT count(*) FROM held)::float / count(*)) AS value FROM held GROUP BY number)"
        " SELECT place FROM ("
        "SELECT place, value FROM held JOIN worth USING (number) UNION ALL "
        "SELECT place, value / 2 FROM ({}) AS titled JOIN worth USING (number)) AS scored"
        f" GROUP BY place ORDER BY sum(value) DESC, place DESC LIMIT {RANKED}",
        _numbered(table, request, choice.alternatives),
        _numbered(table, request, choice.titled),
    )


def _numbered(table: str, request: Request, nodes: Iterable[Node]) -> Sql:
    """Selects the places of the hits of each, with its number."""
    numbered = (
        compose(f"SELECT {number} AS number, place FROM ({{}}) AS hits", hits(table, request, node))
        for number, node in enumerate(nodes)
    )
    return _joined(" UNION ALL ", numbered, around="{}")


def _score(node: Node) -> Sql:
    asked_for = [text for text in dict.fromkeys(texts(node)) if not isinstance(text, TitleText)]
    bonuses = [
        *((_is_in_title(text), _TITLE_BONUS / len(asked_for)) for text in asked_for),
        *((_is_in("texts", word), _WORD_BONUS) for word in _words(node)),
    ]
    rank = Sql(
        f"ts_rank_cd(%s, texts, %s::tsquery, {_NORMALIZATION})", (_WEIGHTS, _rank_query(node))
    )
    return _joined(
        " + ", [rank, *(compose(f"({{}})::int * {value}", is_so) for is_so, value in bonuses)]
    )


def _words(node: Node) -> list[Filter]:
    found = (word_of(text.phrase) for text in texts(node))
    return list(dict.fromkeys(word_filter(word) for word in found if word))


def _joined(separator: str, parts: Iterable[Sql], around: str = "({})") -> Sql:
    found = list(parts)
    return compose(around.format(separator.join(["{}"] * len(found))), *found)


def _places(table: str, request: Request, condition: Sql) -> Sql:
    bounds = [
        Sql(f"{bound} %s", (value,))
        for bound, value in (("place >=", request.first), ("place <", request.before))
        if value is not None
    ]
    where = _joined(" AND ", [condition, *bounds], around="{}")
    return compose(f"SELECT place FROM {table} WHERE {{}}", where)


def _limit(node: Node) -> Overflow:
    """From which overflow on a vector may lack what is asked for."""
    return Overflow.BREAKS if has_break(node) else Overflow.TOKENS


def _is_in(column: str, node: Node) -> Sql:
    return Sql(f"{column} @@ %s::tsquery", (_query(node),))


def _is_in_title(node: Text) -> Sql:
    return _is_in("title", node)


def _is_in_vectors(node: Node) -> Sql:
    if not has_title(node):
        return _is_in("texts", node)
    match node:
        case And():
            # One condition for all that the one vector holds, as each reads it anew.
            rest = tuple(part for part in node.parts if not has_title(part))
            parts = [*filter(has_title, node.parts), *([And(rest)] if rest else [])]
            return _joined(" AND ", map(_is_in_vectors, parts))
        case Or():
            return _joined(" OR ", map(_is_in_vectors, node.parts))
        case Not():
            return compose("NOT {}", _is_in_vectors(node.part))
    return _is_in("title", node)


def _is_in_tokens(node: Node) -> Sql:
    """The tree with its leaves in SQL, for documents that overflow."""
    match node:
        case TitleText():
            return _is_in_title(node)
        case Text() | Filter():
            return _is_in_tokens_of_row(node)
        case Not():
            return compose("NOT {}", _is_in_tokens(node.part))
        case And():
            return _joined(" AND ", [Sql("true"), *map(_is_in_tokens, node.parts)])
        case Or():
            return _joined(" OR ", map(_is_in_tokens, node.parts))


def _is_in_tokens_of_row(node: Text | Filter) -> Sql:
    if isinstance(node, Filter) or character_of(node.phrase):
        return _is_in("texts", node)  # vectors always have room for these
    phrase = " ".join(map(asked, node.phrase.tokens))
    for sign in r"\%_":
        phrase = phrase.replace(sign, rf"\{sign}")
    end = "%" if node.phrase.open_ended else " %"
    return Sql("tokens LIKE %s", (f"% {phrase}{end}",))


def _query(node: Node) -> str:
    """The tree as a tsquery."""
    match node:
        case Text():
            if character := character_of(node.phrase):
                return quoted(character_term(asked(character)))
            return _phrase(node)
        case Filter():
            return quoted(asked(filter_term(node.token)))
        case Not():
            return f"({quoted(ALL)} & !{_query(node.part)})"
        case And():
            parts = [
                f"!{_query(part.part)}" if isinstance(part, Not) else _query(part)
                for part in node.parts
            ]
            if all(isinstance(part, Not) for part in node.parts):
                parts.append(quoted(ALL))
            return f"({' & '.join(parts)})"
        case Or():
            return f"({' | '.join(map(_query, node.parts))})"


def _phrase(text: Text) -> str:
    lexemes = " <-> ".join(quoted(asked(token)) for token in text.phrase.tokens)
    return f"({lexemes}{':*' * text.phrase.open_ended})"


def _rank_query(node: Node) -> str:
    """The texts of the tree as a tsquery: they alone have positions, which make the rank."""
    match node:
        case TitleText():
            return ""  # it is one of the texts, too
        case Text():
            return _phrase(node)
        case And() | Or():
            parts = list(filter(None, map(_rank_query, node.parts)))
            sign = " & " if isinstance(node, And) else " | "
            return f"({sign.join(parts)})" if parts else ""
        case Not() | Filter():
            return ""
