"""The tree of a query → SQL on a row of PostgreSQL's table: its hits, and their scores."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from digests.search.engines import terms
from digests.search.engines.canonical import FIRST_CHINESE, is_pair, part_of_canonical
from digests.search.engines.ranking import WEIGHTS
from digests.search.engines.sql import Sql, compose, joined
from digests.search.language.tree import And, Filter, Node, Not, Or, Text, positive_texts

# The terms of a row, of which there is an index.
TERMS = "search_terms(title, texts, terms, facets)"

# Number of characters of the beginnings of words of a title that are terms.
PREFIX_LENGTH = 8

# The title, and the lines of the other texts, with their weights.
_COLUMNS = ("title", *(f"line[{number}]" for number in range(1, len(WEIGHTS))))
_WEIGHTS = dict(zip(_COLUMNS, WEIGHTS.values(), strict=True))
# What a text counts is that of BM25, below 1, without its rarity, which put no topic nearer to the
# front where it was tried. A title adds little; a word that is one counts more than both.
# The length counts in full (b = 1), because it is compared with that of hits, which are long.
_UNSATURATED = "1.2::float * size / average_size"
_TITLE_BONUS = 0.1
_WORD_BONUS = 2.0


def hits(table: str, node: Node, bounds: Sequence[Sql]) -> Sql:
    """Select the ids of the rows within bounds of which a simplified tree is true.

    Rows are found by their terms. The canonical texts of these rows are searched for phrases of
    which terms do not tell whether they are there. The index serves one condition of a query alone:
    a second one would call the function of terms for each row.
    """
    if node == terms.NOTHING:
        return Sql(f"SELECT place FROM {table} WHERE false")
    if isinstance(node, Or):
        each = (hits(table, part, bounds) for part in node.parts)
        return compose("SELECT place FROM ({}) AS parts", joined(" UNION ", each, around="{}"))
    return _rows(table, [*_found_by_terms(table, node, bounds), *_found_by_texts(node)])


def is_sought_in_texts(node: Node) -> bool:
    """True if texts are read from the newest row on, until there are enough hits. Those of an OR
    are read before any is counted."""
    return not isinstance(node, Or) and bool(_found_by_texts(node))


def likely_hits(table: str, node: Node, bounds: Sequence[Sql]) -> tuple[Sql, Sql]:
    """The same in two steps: a selection of ids among which are all hits, and a condition of the
    column ``place`` that is true of the hits among them. Only the condition reads texts, which
    are long."""
    if not is_sought_in_texts(node):
        return hits(table, node, bounds), Sql("true")
    condition = joined(" AND ", _found_by_texts(node), around="{}")
    certain = compose(
        f"(SELECT {{}} FROM {table} AS read WHERE read.place = ordered.place)", condition
    )
    return _rows(table, _found_by_terms(table, node, bounds)), certain


def _rows(table: str, conditions: Sequence[Sql]) -> Sql:
    condition = joined(" AND ", conditions or [Sql("true")], around="{}")
    return compose(f"SELECT place FROM {table} WHERE {{}}", condition)


def _found_by_terms(table: str, node: Node, bounds: Sequence[Sql]) -> list[Sql]:
    """Conditions that need no texts."""
    parts = _parts(node)
    leaves = required(node)
    needed = dict.fromkeys(term for leaf in leaves for term in _terms(leaf))
    by_terms = [Sql(f"{TERMS} @> %s::text[]", ([*needed],))] if needed else []
    others = [_is_hit(table, part, bounds) for part in parts if part not in leaves]
    return [*bounds, *by_terms, *others]


def _found_by_texts(node: Node) -> list[Sql]:
    return [_contains(leaf) for leaf in required(node) if _is_unsure(leaf)]


def required(node: Node) -> list[Text | Filter]:
    """The texts and filters that each hit of a simplified tree has."""
    return [part for part in _parts(node) if isinstance(part, Text | Filter)]


def _parts(node: Node) -> Sequence[Node]:
    return node.parts if isinstance(node, And) else (node,)


def score(node: Node) -> Sql:
    """The score of a row; higher is better. The row has its ``title`` and ``words``, its texts as
    ``line``, their ``size``, and the ``average_size`` of all hits."""
    texts = [text for text in dict.fromkeys(positive_texts(node)) if not _is_of_title(text)]
    parts = [part_of_canonical(text.phrase) for text in texts]
    found = [
        *(_share(part, len(parts)) for part in parts),
        *(_bonus("title", part, _TITLE_BONUS / len(parts)) for part in parts),
        *(_bonus("words", f" {word.value} ", _WORD_BONUS) for word in terms.word_filters(node)),
    ]
    return joined(" + ", [Sql("0"), *found])


def _share(part: str, number: int) -> Sql:
    """The score of one of a ``number`` of texts by its frequency."""
    size = len(part.encode())
    without = "octet_length({0}) - octet_length(replace({0}, %s, ''))"
    held = " + ".join(
        f"{weight / size}::float * ({without.format(column)})"
        for column, weight in _WEIGHTS.items()
    )
    share = f"(1 - {_UNSATURATED} / ({held} + {_UNSATURATED})) / {number}"
    return Sql(share, (part,) * len(_WEIGHTS))


def _bonus(column: str, part: str, value: float) -> Sql:
    return Sql(f"(strpos({column}, %s) > 0)::int * {value}", (part,))


def _is_hit(table: str, node: Node, bounds: Sequence[Sql]) -> Sql:
    if isinstance(node, Not):
        return compose("place NOT IN ({})", hits(table, node.part, bounds))
    return compose("place IN ({})", hits(table, node, bounds))


def _contains(leaf: Text | Filter) -> Sql:
    if isinstance(leaf, Filter):
        return Sql("strpos(words, %s) > 0", (f" {leaf.value} ",))
    part = part_of_canonical(leaf.phrase)
    if _is_of_title(leaf):
        return Sql("strpos(title, %s) > 0", (part,))
    return Sql("(strpos(title, %s) > 0 OR strpos(texts, %s) > 0)", (part, part))


def _is_unsure(leaf: Text | Filter) -> bool:
    """True if a row may have the terms of a leaf but not hold it."""
    if isinstance(leaf, Filter):
        return terms.is_word(leaf)
    if terms.character_of(leaf.phrase):
        return False
    if len(leaf.phrase.tokens) > 1:
        return True
    [token] = map(terms.query_term, leaf.phrase.tokens)
    if token >= FIRST_CHINESE:
        return not is_pair(token)
    if _is_of_title(leaf):
        return not leaf.phrase.open_ended or len(token) > PREFIX_LENGTH
    return leaf.phrase.open_ended


def _terms(leaf: Text | Filter) -> Iterator[str]:
    """Terms of all rows that hold a leaf. The beginning of a word has none outside of titles, where
    nobody seeks it."""
    if isinstance(leaf, Filter) and terms.is_word(leaf):
        yield from map("".join, pairwise(leaf.value))
        return
    if isinstance(leaf, Filter):
        yield terms.query_term(terms.filter_term(leaf.token))
        return
    is_title = _is_of_title(leaf)
    of_character = terms.title_term if is_title else terms.character_term
    tokens = list(map(terms.query_term, leaf.phrase.tokens))
    if leaf.phrase.open_ended and not is_title and tokens[-1] < FIRST_CHINESE:
        tokens.pop()
    for token in tokens:
        if is_pair(token):
            yield terms.title_term(token) if is_title else token
        elif token >= FIRST_CHINESE:
            yield from (of_character(each) for each in token if each >= FIRST_CHINESE)
        else:
            yield terms.title_term(token[:PREFIX_LENGTH]) if is_title else token


def _is_of_title(text: Text) -> bool:
    return isinstance(text, terms.TitleText)
