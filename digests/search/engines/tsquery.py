"""A tree of what is asked → the SQL with which PostgreSQL finds and ranks it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from digests.search.engines.base import RANKED, Request
from digests.search.engines.terms import (
    ALL,
    EVERYTHING,
    alternatives,
    asked,
    character_of,
    character_term,
    filter_term,
    has_break,
    simplified,
    texts,
    word_of,
    word_term,
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
        _places(table, request, compose(f"overflow < {limit} AND {{}}", _is_in("texts", node))),
        _places(table, request, compose(f"overflow >= {limit} AND {{}}", _is_in_tokens(node))),
    )


def title_hits(table: str, request: Request, node: Node) -> Sql:
    """Selects the places of documents whose titles hold what is asked for."""
    return _places(table, request, _tree(node, _is_in_title))


def ranked(table: str, request: Request, node: Node) -> Sql:
    """Selects the places of the best hits, at least `RANKED` or all, the best first."""
    boosts = [boost for boost in map(simplified, request.boosts) if boost != node]
    best = [
        Sql(f"(SELECT place FROM hits ORDER BY place DESC LIMIT {RANKED})"),
        *(_newest_hits_of(places) for places in _favoured(table, request, node, boosts)),
    ]
    return compose(
        "WITH hits AS MATERIALIZED ({}), best AS ({}), scored AS ("
        f" SELECT place, {{}} AS tier, {{}} FROM best JOIN {table} USING (place))"
        " SELECT place FROM scored ORDER BY tier, {} DESC, place DESC",
        hits(table, request, node),
        _joined(" UNION ", best),
        _tier(boosts),
        *_scores(node),
    )


def _favoured(table: str, request: Request, node: Node, boosts: list[Node]) -> list[Sql]:
    """What good hits of a broad query hold: its texts in the title, its words as words, a boost.

    They are looked for beyond the newest hits, too.
    """
    words = _words(node)
    return [
        _places(table, request, _joined(" OR ", map(_is_in_title, texts(node)))),
        *([_places(table, request, _joined(" OR ", map(_has_word, words)))] if words else []),
        *(hits(table, request, boost) for boost in boosts),
    ]


def _newest_hits_of(places: Sql) -> Sql:
    """Nothing where all hits are ranked anyway."""
    return compose(
        "(SELECT place FROM hits JOIN ({}) AS favoured USING (place)"
        f" WHERE (SELECT count(*) FROM hits) > {RANKED} ORDER BY place DESC LIMIT {RANKED})",
        places,
    )


def _tier(boosts: list[Node]) -> Sql:
    cases = [
        compose(f"WHEN {{}} THEN {number}", _holds(boost)) for number, boost in enumerate(boosts)
    ]
    return _joined(
        " ", [Sql("CASE"), *cases, Sql(f"ELSE {len(boosts)} END")] if cases else [Sql("0")]
    )


def _scores(node: Node) -> tuple[Sql, Sql]:
    """The columns that the score of a hit needs, and the score.

    An alternative counts the more the fewer of the ranked hits hold it, as bm25 has it.
    """
    asked_for = list(dict.fromkeys(texts(node)))
    bonuses = [
        *((_is_in_title(text), _TITLE_BONUS / len(asked_for)) for text in asked_for),
        *((_has_word(word), _WORD_BONUS) for word in _words(node)),
    ]
    rank = Sql(
        f"ts_rank_cd(%s, texts, %s::tsquery, {_NORMALIZATION})", (_WEIGHTS, _rank_query(node))
    )
    fixed = [rank, *(compose(f"({{}})::int * {bonus}", holds) for holds, bonus in bonuses)]
    rare = list(dict.fromkeys(alternatives(node)))
    columns = [compose("{} AS score", _joined(" + ", fixed))]
    columns += [
        compose(f"({{}})::int AS holds_{number}", _is_in("texts", text))
        for number, text in enumerate(rare)
    ]
    score = ["score"] + [
        f"holds_{number} * ln(1 + (count(*) OVER ()) / (1.0 + sum(holds_{number}) OVER ()))"
        for number in range(len(rare))
    ]
    return _joined(", ", columns, around="{}"), Sql(f"({' + '.join(score)})")


def _words(node: Node) -> list[str]:
    found = (word_of(text.phrase) for text in texts(node))
    return list(dict.fromkeys(word for word in found if word))


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


def _holds(node: Node) -> Sql:
    """Whether a row that is at hand is a hit."""
    return compose(
        f"CASE WHEN overflow < {_limit(node)} THEN {{}} ELSE {{}} END",
        _is_in("texts", node),
        _is_in_tokens(node),
    )


def _is_in(column: str, node: Node) -> Sql:
    return Sql(f"{column} @@ %s::tsquery", (_query(node),))


def _has_word(word: str) -> Sql:
    return Sql("texts @@ %s::tsquery", (quoted(asked(word_term(word))),))


def _is_in_title(node: Text | Filter) -> Sql:
    return _is_in("title" if isinstance(node, Text) else "texts", node)


def _is_in_tokens(node: Node) -> Sql:
    return _tree(node, _is_in_tokens_of_row)


def _is_in_tokens_of_row(node: Text | Filter) -> Sql:
    if isinstance(node, Filter) or character_of(node.phrase):
        return _is_in("texts", node)  # vectors always have room for these
    phrase = " ".join(map(asked, node.phrase.tokens))
    for sign in r"\%_":
        phrase = phrase.replace(sign, rf"\{sign}")
    end = "%" if node.phrase.open_ended else " %"
    return Sql("tokens LIKE %s", (f"% {phrase}{end}",))


def _tree(node: Node, leaf: Callable[[Text | Filter], Sql]) -> Sql:
    """The tree with its leaves in SQL."""
    match node:
        case Text() | Filter():
            return leaf(node)
        case Not():
            return compose("NOT ({})", _tree(node.part, leaf))
        case And() | Or():
            word = " AND " if isinstance(node, And) else " OR "
            parts = [_tree(part, leaf) for part in node.parts]
            return _joined(word, parts or [Sql("true")])


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
        case Text():
            return _phrase(node)
        case And() | Or():
            parts = list(filter(None, map(_rank_query, node.parts)))
            sign = " & " if isinstance(node, And) else " | "
            return f"({sign.join(parts)})" if parts else ""
        case Not() | Filter():
            return ""
