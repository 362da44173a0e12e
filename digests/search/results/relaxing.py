"""Other searches to offer: some of the words where no topic has all, and other spellings."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
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

    ``spellings`` are corrected queries, ``shorter`` ones each leave something out, which is their
    value. Nobody has counted their hits yet.
    """

    relaxed: Relaxed
    spellings: Sequence[str]
    shorter: Sequence[tuple[str, str]]

    def alternatives(self, found: Mapping[str, int]) -> list[Alternative]:
        """The best queries that find topics. ``found``: the number of topics by query."""
        spellings = [Alternative(other, found[other]) for other in self.spellings if found[other]]
        shorter = [
            Alternative(other, found[other], dropped)
            for other, dropped in self.shorter
            if other not in self.spellings and found[other]
        ]
        shorter.sort(key=lambda alternative: -alternative.count)
        return [*spellings[:ALTERNATIVES], *shorter][:ALTERNATIVES]


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
    return Help(
        _relaxed(query, spelling.rarest(typed, topics, known.counts)),
        list(dict.fromkeys(spelled(query, words, known))),
        [*dropped, *parser.without_fields(query)],
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
    # A hit has one of the rarest words, so that there are no more hits than can be ranked.
    needed, topics = [], 0
    for word in words:
        if topics < RANKED:
            needed.append(word)
            topics += counts[word.typed]
    firm = query.node.parts if isinstance(query.node, And) else ()
    kept = [part for part in firm if part not in loose]
    asked = (*words, *_in_a_row(_typed(loose), words))
    return Relaxed(And((Or(tuple(needed)), Or(asked), *kept)), words, topics)


def _in_a_row(typed: str, words: Sequence[Text]) -> Iterator[Text]:
    """Pairs of neighbouring words with the text between them. Topics that hold these are more
    likely the ones meant."""
    places = sorted((typed.find(word.typed), word.typed) for word in words)
    for (start, first), (following, second) in pairwise(places):
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
