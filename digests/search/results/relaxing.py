"""Other searches to offer: some of the words where no topic has all, and other spellings."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import inf
from typing import NamedTuple

from digests.search.engines.requests import RANKED
from digests.search.language import parser, spelling, tokenizer
from digests.search.language.spelling import KnownWords
from digests.search.language.tree import And, Node, Not, Or, Text
from digests.search.results.model import Alternative

ALTERNATIVES = 5
_BETWEEN = 3  # characters: a blank, 的, a sign


class Relaxed(NamedTuple):
    """A query for topics that have some of the ``words``, by which they are ranked: for about
    ``total`` of them."""

    node: Node
    words: Sequence[Text]
    total: int


NOTHING = Relaxed(Not(And(())), (), 0)


class Help(NamedTuple):
    """Help for a query that finds nothing.

    ``others`` are queries to try instead, whose hits nobody has counted yet. Each stands with the
    part of the query that it leaves out, which is empty for those that only correct words.
    """

    relaxed: Relaxed
    others: Sequence[tuple[str, str]]

    def alternatives(self, counts: Mapping[str, int]) -> list[Alternative]:
        """The best queries that find topics: corrections in their order, then those with most
        topics. ``counts``: the number of topics by query."""
        found = [Alternative(other, counts[other], part) for other, part in self.others]
        found.sort(key=lambda other: -other.count if other.dropped else -inf)
        return [other for other in found if other.count][:ALTERNATIVES]


def help_with(query: parser.Query, missing: Sequence[Text], topics: int) -> Help:
    """Find help for a query. ``missing``: its words that none of all ``topics`` has. One query."""
    # With a word that no topic has, changes of the other words would still find nothing.
    words = missing or query.words
    typed = _typed(_loose(query))
    known = spelling.known_words([tokenizer.fold(word.typed) for word in words], typed)
    several = len(missing) > 1
    spelled = _all_respelled if several else _respelled
    droppable = words if len(query.words) > 1 and not several else ()
    dropped = [(parser.without(query, word), word.typed) for word in droppable]
    spellings = dict.fromkeys(spelled(query, words, known), "")
    shorter = [*dropped, *parser.without_fields(query)]
    return Help(
        _relaxed(query, spelling.rarest(typed, topics, known.counts)),
        [*spellings.items(), *(other for other in shorter if other[0] not in spellings)],
    )


def other_forms(query: parser.Query) -> dict[str, Text | None]:
    """The queries with the plural or singular of one of its words. With that, if they may find
    something though no topic has it, as those with OR do."""
    firm = [query.node, *demanded(query)]
    return {
        parser.with_replaced(query, word, form): (
            None if word in firm else Text(form, tokenizer.phrase(form))
        )
        for word in query.words
        for form in spelling.forms_of(tokenizer.fold(word.typed))
    }


def most_found(found: Mapping[str, int]) -> list[Alternative]:
    """The best of other queries that find so many topics each."""
    others = [Alternative(other, topics) for other, topics in found.items() if topics]
    return sorted(others, key=lambda other: -other.count)[:ALTERNATIVES]


def demanded(query: parser.Query) -> list[Text]:
    """The words that a hit must have, if there are several."""
    parts = query.node.parts if isinstance(query.node, And) else ()
    return [word for word in query.words if word in parts]


def _loose(query: parser.Query) -> list[Text]:
    return [word for word in query.words if not word.is_quoted]


def _typed(words: Sequence[Text]) -> str:
    return tokenizer.fold(" ".join(word.typed for word in words))


def _relaxed(query: parser.Query, counts: Mapping[str, int]) -> Relaxed:
    """Relax a query. Returns `NOTHING` if nothing can be left out.

    Phrases in quotes, fields and negations stay as they are.
    """
    loose = _loose(query)
    words = [Text(word, tokenizer.phrase(word)) for word in counts]
    if not words or (len(loose) == len(words) == 1 and words[0].phrase == loose[0].phrase):
        return NOTHING
    # A hit needs one of the rarest words: of just so many that their topics fill the ranking.
    topics_before = accumulate(counts.values(), initial=0)
    needed = [word for word, before in zip(words, topics_before, strict=False) if before < RANKED]
    firm = query.node.parts if isinstance(query.node, And) else ()
    kept = [part for part in firm if part not in loose]
    ranking = Or((*words, *_neighbours(_typed(loose), words)))
    total = sum(counts[word.typed] for word in needed)
    return Relaxed(And((Or(tuple(needed)), ranking, *kept)), words, total)


def _neighbours(typed: str, words: Sequence[Text]) -> Iterator[Text]:
    """Phrases of two of the words that stand side by side in what was typed.

    They only rank: a topic in which the two follow each other, too, has one text more than a topic
    in which they stand apart.
    """
    starts = sorted((typed.find(word.typed), word.typed) for word in words)
    for (start, first), (following, second) in pairwise(starts):
        if 0 <= following - start - len(first) <= _BETWEEN:
            together = typed[start : following + len(second)]
            yield Text(together, tokenizer.phrase(together))


def _respelled(query: parser.Query, words: Sequence[Text], known: KnownWords) -> Iterator[str]:
    """The query with another spelling of one of these of its words."""
    for word in words:
        for other in spelling.corrections(tokenizer.fold(word.typed), known):
            yield parser.with_replaced(query, word, other)


def _all_respelled(query: parser.Query, words: Sequence[Text], known: KnownWords) -> Iterator[str]:
    """The query with the best other spelling of each of these of its words."""
    other = query
    for number, word in reversed(list(enumerate(query.words))):  # those before it keep their place
        if word in words:
            found = spelling.corrections(tokenizer.fold(word.typed), known, 1)
            if not found:
                return
            other = parser.parse(parser.with_replaced(other, other.words[number], found[0]))
    yield other.typed
