"""The tree of a query → SQL conditions on a row of PostgreSQL's table, and its score."""

from collections.abc import Callable

from digests.search.engines import terms
from digests.search.engines.sql import Sql, compose, joined
from digests.search.engines.tsvector import quoted
from digests.search.language.tree import And, Filter, Node, Not, Or, Text, positive_texts

# Weights D to A: body, points, conclusions, title and tags.
_WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"
# Long texts hold more of anything (1). The rank stays below 1 (32), and so does what titles count:
# a word that is one counts more than both.
_NORMALIZATION = 1 | 32
_TITLE_BONUS = 1.0
_WORD_BONUS = 2.0


def score(node: Node) -> Sql:
    """The score of a hit; higher is better."""
    texts = dict.fromkeys(positive_texts(node))
    whole = [text for text in texts if not isinstance(text, terms.TitleText)]
    bonuses = [
        *((_is_in("title", text), _TITLE_BONUS / len(whole)) for text in whole),
        *((_is_in("texts", word), _WORD_BONUS) for word in terms.word_filters(node)),
    ]
    rank = f"ts_rank_cd(%s, texts, %s::tsquery, {_NORMALIZATION})"
    scores = [compose(f"({{}})::int * {value}", condition) for condition, value in bonuses]
    return joined(" + ", [Sql(rank, (_WEIGHTS, _rank_query(node))), *scores])


def _is_in(column: str, node: Node) -> Sql:
    return Sql(f"{column} @@ %s::tsquery", (_query(node),))


def is_in_vectors(node: Node) -> Sql:
    """The condition of a tree for documents of which everything is in the vectors."""
    if not terms.has_title(node):
        return _is_in("texts", node)
    if isinstance(node, And):
        # One condition for everything in the vector, because each condition would read it again.
        rest = tuple(part for part in node.parts if not terms.has_title(part))
        parts = [*filter(terms.has_title, node.parts), *([And(rest)] if rest else [])]
        return joined(" AND ", map(is_in_vectors, parts))
    return _of_parts(node, is_in_vectors)


def is_in_tokens(node: Node) -> Sql:
    """The condition of a tree for documents that overflow: its texts match the tokens.

    Titles, characters and filters are always in the vectors.
    """
    is_title = isinstance(node, terms.TitleText)
    if is_title or not isinstance(node, Text) or terms.character_of(node.phrase):
        return _of_parts(node, is_in_tokens)
    phrase = " ".join(map(terms.query_term, node.phrase.tokens))
    for sign in r"\%_":
        phrase = phrase.replace(sign, rf"\{sign}")
    end = "%" if node.phrase.open_ended else " %"
    return Sql("tokens LIKE %s", (f"% {phrase}{end}",))


def _of_parts(node: Node, condition: Callable[[Node], Sql]) -> Sql:
    """The condition of a tree, of whose parts ``condition`` gives those."""
    match node:
        case Not():
            return compose("NOT {}", condition(node.part))
        case And() | Or():
            sign = " AND " if isinstance(node, And) else " OR "
            return joined(sign, map(condition, node.parts))
    return _is_in("title" if isinstance(node, terms.TitleText) else "texts", node)


def _query(node: Node) -> str:
    """The tree as a tsquery."""
    match node:
        case Text():
            character = terms.character_of(node.phrase)
            return quoted(terms.character_term(character)) if character else _phrase(node)
        case Filter():
            return quoted(terms.query_term(terms.filter_term(node.token)))
        case Or():
            return f"({' | '.join(map(_query, node.parts))})"
    parts = node.parts if isinstance(node, And) else (node,)
    held = [_query(part) for part in parts if not isinstance(part, Not)] or [quoted(terms.ALL)]
    banned = [f"!{_query(part.part)}" for part in parts if isinstance(part, Not)]
    return f"({' & '.join([*held, *banned])})"


def _phrase(text: Text) -> str:
    lexemes = " <-> ".join(quoted(terms.query_term(token)) for token in text.phrase.tokens)
    return f"({lexemes}{':*' * text.phrase.open_ended})"


def _rank_query(node: Node) -> str:
    """The texts of the tree as a tsquery: they alone have positions, which make the rank."""
    match node:
        case And() | Or():
            parts = list(filter(None, map(_rank_query, node.parts)))
            sign = " & " if isinstance(node, And) else " | "
            return f"({sign.join(parts)})" if parts else ""
        case Text() if not isinstance(node, terms.TitleText):  # that is one of the texts, too
            return _phrase(node)
    return ""
