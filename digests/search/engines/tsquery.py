"""The tree of a query → the SQL with which PostgreSQL finds and ranks its hits."""

from collections.abc import Callable

from digests.search.engines import terms
from digests.search.engines.base import conditions, table_of
from digests.search.engines.requests import Request
from digests.search.engines.sql import Sql, compose, joined
from digests.search.engines.tsvector import Overflow, quoted
from digests.search.language.tree import And, Filter, Node, Not, Or, Text, positive_texts

# Weights D to A: body, points, conclusions, title and tags.
_WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"
# Long texts hold more of anything (1). The rank stays below 1 (32), and so does what titles count:
# a word that is one counts more than both.
_NORMALIZATION = 1 | 32
_TITLE_BONUS = 1.0
_WORD_BONUS = 2.0


def hits(request: Request, node: Node) -> Sql:
    """Select the ids of hits, in no order."""
    if node in (terms.EVERYTHING, terms.NOTHING):
        return _ids(request, Sql("true" if node == terms.EVERYTHING else "false"))
    # From this overflow on a vector may lack tokens of the tree.
    limit = Overflow.BREAKS if terms.has_break(node) else Overflow.TOKENS
    return compose(
        "{} UNION ALL {}",
        _ids(request, compose(f"overflow < {limit} AND {{}}", _is_in_vectors(node))),
        _ids(request, compose(f"overflow >= {limit} AND {{}}", _is_in_tokens(node))),
    )


def score(node: Node) -> Sql:
    """The score of a hit; higher is better."""
    texts = dict.fromkeys(positive_texts(node))
    whole = [text for text in texts if not isinstance(text, terms.TitleText)]
    bonuses = [
        *((_is_in("title", text), _TITLE_BONUS / len(whole)) for text in whole),
        *((_is_in("texts", word), _WORD_BONUS) for word in terms.word_filters(node)),
    ]
    rank = Sql(
        f"ts_rank_cd(%s, texts, %s::tsquery, {_NORMALIZATION})", (_WEIGHTS, _rank_query(node))
    )
    return joined(
        " + ", [rank, *(compose(f"({{}})::int * {value}", is_so) for is_so, value in bonuses)]
    )


def _ids(request: Request, condition: Sql) -> Sql:
    where = joined(" AND ", [condition, *conditions("place", request)], around="{}")
    return compose(f"SELECT place FROM {table_of(request.collection)} WHERE {{}}", where)


def _is_in(column: str, node: Node) -> Sql:
    return Sql(f"{column} @@ %s::tsquery", (_query(node),))


def _is_in_vectors(node: Node) -> Sql:
    if not terms.has_title(node):
        return _is_in("texts", node)
    if isinstance(node, And):
        # One condition for everything in the vector, because each condition would read it again.
        rest = tuple(part for part in node.parts if not terms.has_title(part))
        parts = [*filter(terms.has_title, node.parts), *([And(rest)] if rest else [])]
        return joined(" AND ", map(_is_in_vectors, parts))
    return _is_in_title(node, _is_in_vectors)


def _is_in_tokens(node: Node) -> Sql:
    """The condition of a tree for documents that overflow: its leaves match the tokens."""
    if isinstance(node, Text | Filter) and not isinstance(node, terms.TitleText):
        return _is_in_tokens_of_row(node)
    return _is_in_title(node, _is_in_tokens)


def _is_in_title(node: Node, inner: Callable[[Node], Sql]) -> Sql:
    """The condition of a leaf on the title. The parts of another node are converted by
    ``inner``."""
    match node:
        case Not():
            return compose("NOT {}", inner(node.part))
        case And():
            return joined(" AND ", [Sql("true"), *map(inner, node.parts)])
        case Or():
            return joined(" OR ", map(inner, node.parts))
    return _is_in("title", node)


def _is_in_tokens_of_row(node: Text | Filter) -> Sql:
    if isinstance(node, Filter) or terms.character_of(node.phrase):
        return _is_in("texts", node)  # vectors always have room for these
    phrase = " ".join(map(terms.query_term, node.phrase.tokens))
    for sign in r"\%_":
        phrase = phrase.replace(sign, rf"\{sign}")
    end = "%" if node.phrase.open_ended else " %"
    return Sql("tokens LIKE %s", (f"% {phrase}{end}",))


def _query(node: Node) -> str:
    """The tree as a tsquery."""
    match node:
        case Text():
            if character := terms.character_of(node.phrase):
                return quoted(terms.character_term(character))
            return _phrase(node)
        case Filter():
            return quoted(terms.query_term(terms.filter_term(node.token)))
        case Not():
            return f"({quoted(terms.ALL)} & !{_query(node.part)})"
        case And():
            parts = [
                f"!{_query(part.part)}" if isinstance(part, Not) else _query(part)
                for part in node.parts
            ]
            if all(isinstance(part, Not) for part in node.parts):
                parts.append(quoted(terms.ALL))
            return f"({' & '.join(parts)})"
        case Or():
            return f"({' | '.join(map(_query, node.parts))})"


def _phrase(text: Text) -> str:
    lexemes = " <-> ".join(quoted(terms.query_term(token)) for token in text.phrase.tokens)
    return f"({lexemes}{':*' * text.phrase.open_ended})"


def _rank_query(node: Node) -> str:
    """The texts of the tree as a tsquery: they alone have positions, which make the rank."""
    match node:
        case terms.TitleText():
            return ""  # it is one of the texts, too
        case Text():
            return _phrase(node)
        case And() | Or():
            parts = list(filter(None, map(_rank_query, node.parts)))
            sign = " & " if isinstance(node, And) else " | "
            return f"({sign.join(parts)})" if parts else ""
        case Not() | Filter():
            return ""
