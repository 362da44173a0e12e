"""Other searches to offer: some of the words where no topic has all, and other spellings."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import inf
from typing import NamedTuple

from digests.search.language import glued, parser, spelling, tokenizer
from digests.search.language.spelling import KnownWords
from digests.search.language.tree import And, Node, Text
from digests.search.results.coverage import Coverage, Word
from digests.search.results.model import NO_PARTS, Alternative, Parts

ALTERNATIVES = 5

# Another query is offered beside hits if it finds so many times as many topics, and so many more.
_TIMES, _MORE = 3, 10
# Other spellings of a query that are counted.
_SPELLINGS = 6


class Help(NamedTuple):
    """Help for a query that finds nothing.

    ``others`` are queries to try instead, whose hits nobody has counted yet. Each stands with the
    part of the query that it leaves out, which is empty for those that only correct words.
    """

    others: Sequence[tuple[str, str]]

    def alternatives(self, counts: Mapping[str, int]) -> list[Alternative]:
        """The best queries that find topics: corrections in their order, then those with most
        topics. ``counts``: the number of topics by query."""
        found = [Alternative(other, counts[other], part) for other, part in self.others]
        found.sort(key=lambda other: -other.count if other.dropped else -inf)
        return [other for other in found if other.count][:ALTERNATIVES]


def help_with(query: parser.Query, missing: Sequence[Text]) -> Help:
    """Find help for a query. ``missing``: its words that no topic has. One query."""
    # With a word that no topic has, changes of the other words would still find nothing.
    words = missing or query.words
    known = spelling.known_words(tokenizer.fold(word.typed) for word in words)
    several = len(missing) > 1
    spelled = _all_respelled if several else _respelled
    droppable = words if len(query.words) > 1 and not several else ()
    dropped = [(parser.without(query, word), word.typed) for word in droppable]
    spellings = dict.fromkeys([*other_spellings(query), *spelled(query, words, known)], "")
    shorter = [*dropped, *parser.without_fields(query)]
    return Help([*spellings.items(), *(other for other in shorter if other[0] not in spellings)])


def known_words(query: parser.Query) -> dict[str, int]:
    """The folded words in a query that are words of topics, with their numbers of topics: whole
    words as typed, and what may be words within them. One query."""
    whole = (tokenizer.fold(word.typed) for word in query.words)
    return spelling.topic_counts([*whole, *spelling.possible_words(_typed(query))])


def coverage(
    query: parser.Query, known: Mapping[str, int], counts: Mapping[Text, int], topics: int
) -> Coverage:
    """A search for topics with some of the words of a query, without any if it is a single word.

    ``known`` are `known_words`. ``counts``: how many of all ``topics`` have other parts of the
    query, which are no words of theirs.
    """
    typed, loose = _typed(query), _loose(query)
    words = [Word(word, count) for word, count in spelling.rarest(typed, known).items()]
    for text, count in counts.items():
        folded = tokenizer.fold(text.typed)
        if count and text in loose and not any(word.folded in folded for word in words):
            words.append(Word(folded, count, is_known=False))
    if len(loose) == len(words) == 1 and words[0].text.phrase == loose[0].phrase:
        words = []
    words.sort(key=lambda word: word.topics)
    return Coverage(words[: spelling.RAREST_WORDS], topics, typed)


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


def finds_far_more(found: int, total: int) -> bool:
    """True if a query that finds so many topics is worth offering to who found ``total``."""
    return found >= max(_TIMES * total, total + _MORE) if total else found > 0


def other_spellings(query: parser.Query) -> list[str]:
    """The query with another spelling of one of its words, such as ``gpt-4`` for ``gpt4``."""
    known = {word.phrase.tokens for word in query.words}
    others = (
        parser.with_replaced(query, word, f'"{new}"' if " " in new and not word.is_quoted else new)
        for word in query.words
        for new in glued.other_spellings(word.typed)
        if tokenizer.phrase(tokenizer.fold(new)).tokens not in known
    )
    return list(islice(dict.fromkeys(others), _SPELLINGS))


class Glued(NamedTuple):
    """Words that were ``typed`` without blanks. ``ways``: for each way to cut it, the query for all
    parts apart from each other and those for each part, which are none if there are other words."""

    typed: str
    ways: Sequence[Sequence[str]]

    @property
    def queries(self) -> list[str]:
        return list(dict.fromkeys(query for way in self.ways for query in way))

    def parts(self, counts: Mapping[str, int], total: int) -> Parts:
        """The queries that find topics, of the way to cut it by which most do; none if no query
        finds far more than ``total``. ``counts``: the number of topics by query."""
        found = [
            [Alternative(query, counts[query]) for query in way if counts.get(query)]
            for way in self.ways
        ]
        best = max(found, key=len, default=[])
        is_worth = any(finds_far_more(each.count, total) for each in best)
        return Parts(self.typed, best) if is_worth else NO_PARTS


def glued_words(query: parser.Query) -> Glued | None:
    """The words of a query that were typed in one piece, with their parts; None if there are none
    that a hit must have."""
    required = query.node.parts if isinstance(query.node, And) else (query.node,)
    words = [word for word in _loose(query) if word in required]
    ways_of = {word: ways for word in words if (ways := glued.parts(word.typed))}
    if not ways_of:
        return None
    all_ways = list[list[str]]()
    for number in range(max(map(len, ways_of.values()))):
        chosen = {word: ways[min(number, len(ways) - 1)] for word, ways in ways_of.items()}
        queries = [_apart(query, chosen)]
        if len(query.words) == 1 and len(parts := chosen[words[0]]) > 1:
            queries += [parser.with_replaced(query, words[0], part) for part in parts]
        all_ways.append(queries)
    return Glued(" ".join(word.typed for word in ways_of), all_ways)


def _apart(query: parser.Query, parts: Mapping[Text, Sequence[str]]) -> str:
    """The query with its words cut into these parts."""
    other = query
    for number, word in reversed(list(enumerate(query.words))):  # those before it keep their place
        if word in parts:
            new = parser.with_replaced(other, other.words[number], " ".join(parts[word]))
            other = parser.parse(new)
    return other.typed


def demanded(query: parser.Query) -> list[Text]:
    """The words that a hit must have, if there are several."""
    parts = query.node.parts if isinstance(query.node, And) else ()
    return [word for word in query.words if word in parts]


def firm(query: parser.Query) -> list[Node]:
    """The conditions of a query that are not left out: phrases in quotes, fields, negations."""
    parts = query.node.parts if isinstance(query.node, And) else ()
    loose = _loose(query)
    return [part for part in parts if part not in loose]


def _loose(query: parser.Query) -> list[Text]:
    return [word for word in query.words if not word.is_quoted]


def _typed(query: parser.Query) -> str:
    """The words that may be left out of a query, folded."""
    return tokenizer.fold(" ".join(word.typed for word in _loose(query)))


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
