"""Topics that have some of the words of a query, those that have most of them first.

The engine is asked for the newest topics with two of the words, with all but one, with two in the
title, and so on: small sets, because their conditions narrow each other down. What a topic has is
put together of the sets that it is in. So a topic with four of five words is found however old it
is, and no long list of hits is read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import accumulate, combinations, pairwise
from math import log, sqrt
from typing import NamedTuple

from digests.grouping import grouped
from digests.search import engines
from digests.search.engines import Request
from digests.search.engines.requests import RANKED
from digests.search.engines.terms import of_titles, simplified
from digests.search.language import tokenizer
from digests.search.language.tree import And, Filter, Node, Or, Text

# Share of all topics. A word that more of them have tells nothing by standing somewhere in a topic,
# but still by standing in a title.
_FEW = 0.2

# Number of topics of each set that are read: the newest ones.
_READ = 300

# Number of the best topics whose lengths are read.
_MEASURED = 300

# Two words in a title make a hit if one of them is among so many of the rarest.
_TITLE_WORDS = 4

# The rarity of a word that one topic in 3,000 has. A rarer word counts no more, so that it does not
# outweigh several others.
_RAREST = 8.0

# A long topic has many words by chance, so it counts less: by its length as a multiple of the usual
# one, in tokens, within bounds, raised to a power.
_USUAL_LENGTH = 1000
_SHORTEST, _LONGEST = 0.1, 20
_POWER = -0.2

# Characters between two words that stand side by side: a blank, 的, a sign.
_BETWEEN = 3


class Word(NamedTuple):
    """A folded word of a query, and the number of topics that have it: as a word if ``is_known`` as
    one, else as any part of a text."""

    folded: str
    topics: int
    is_known: bool = True

    @property
    def text(self) -> Text:
        return Text(self.folded, tokenizer.phrase(self.folded))

    @property
    def anywhere(self) -> Node:
        """The condition that a topic has the word. Of Chinese this is a single term of the index,
        while for a phrase the engine has to see whether its tokens follow each other."""
        is_term = self.is_known and tokenizer.is_chinese(self.folded)
        return Filter("w", self.folded) if is_term else self.text

    @property
    def in_title(self) -> Node:
        return of_titles(self.text)


class _Evidence(NamedTuple):
    """Numbers of the words that a topic has, of those that it has in the title, and of those that
    follow another one as in the query."""

    held: Sequence[int] = ()
    titled: Sequence[int] = ()
    following: Sequence[int] = ()


@dataclass(frozen=True)
class Coverage:
    """A search for the topics that have some of these words, the rarest first, of ``total`` topics.

    ``typed`` is the folded query.
    """

    words: Sequence[Word]
    total: int
    typed: str

    @cached_property
    def node(self) -> Node:
        """The condition of these topics: one of the rarest words, or two words in the title.

        Whatever lacks a third of the telling words has one of the others; so just so many are asked
        for that no such topic is lost, and more until their topics fill the ranking. If no word is
        telling, topics with the rarest come behind those with words in their titles.
        """
        titles = [And(self._in_title(pair)) for pair in self._title_pairs()]
        return simplified(Or((*self._anywhere(self._needed), *titles)))

    def ranked(self, request: Request) -> list[int]:
        """Rank the topics that meet the request as well. Returns document ids, at most `RANKED`;
        they may be fewer than there are. Two queries."""
        engine, sets = engines.current(), list(self._sets())
        requests = [replace(request, node=And((node, request.node))) for node, _ in sets]
        found = enumerate(engine.newest_of(requests, _READ))
        sets_of = grouped((hit, number) for number, hits in found for hit in hits)

        @cache  # most topics are in the same few sets
        def scores(numbers: tuple[int, ...]) -> tuple[float, float]:
            return self._scores(sets[number][1] for number in numbers)

        scores_of = {hit: scores(tuple(numbers)) for hit, numbers in sets_of.items()}
        best = sorted(scores_of, key=lambda hit: (-sum(scores_of[hit]), -hit))
        lengths = engine.lengths(request.collection, best[:_MEASURED]) if best else {}

        def score(hit: int) -> float:
            anywhere, in_title = scores_of[hit]
            return anywhere * _length_factor(lengths.get(hit, _USUAL_LENGTH)) + in_title

        measured = sorted(best[:_MEASURED], key=lambda hit: (-score(hit), -hit))
        return [*measured, *best[_MEASURED:]][:RANKED]

    # The words by number

    @cached_property
    def _telling(self) -> range:
        few = max(2, self.total * _FEW)
        return range(sum(word.topics < few for word in self.words))

    @cached_property
    def _needed(self) -> range:
        least = 1 + max(1, len(self._telling) // 3)
        topics_before = accumulate((word.topics for word in self.words), initial=0)
        filling = sum(before < RANKED for before in topics_before)
        return self._telling[: max(least, filling)] or range(min(1, len(self.words)))

    @cached_property
    def _rarities(self) -> list[float]:
        return [min(_RAREST, log(1 + self.total / word.topics)) for word in self.words]

    def _title_pairs(self) -> Iterator[Sequence[int]]:
        pairs = combinations(range(len(self.words)), 2)
        return (pair for pair in pairs if min(pair) < _TITLE_WORDS)

    def _anywhere(self, numbers: Iterable[int]) -> tuple[Node, ...]:
        return tuple(self.words[number].anywhere for number in numbers)

    def _in_title(self, numbers: Iterable[int]) -> tuple[Node, ...]:
        return tuple(self.words[number].in_title for number in numbers)

    # The sets

    def _sets(self) -> Iterator[tuple[Node, _Evidence]]:
        """Conditions of sets of topics, and what these topics have."""
        telling = self._telling
        for number in self._needed:
            [word] = self._anywhere([number])
            held = [number] if number in telling else []
            yield word, _Evidence(held)
            yield And((word, *self._in_title([number]))), _Evidence(held, [number])
        pairs = [pair for pair in combinations(telling, 2) if min(pair) in self._needed]
        for some in (*pairs, *_all_but_one(telling)):
            yield And(self._anywhere(some)), _Evidence(some)
        for some in (*self._title_pairs(), *_all_but_one(range(len(self.words)))):
            held = [number for number in some if number in telling]
            yield And(self._in_title(some)), _Evidence(held, some)
        for phrase, pair in self._neighbours():
            if min(pair) in self._needed:
                node = And((phrase, *self._anywhere([min(pair)])))
                yield node, _Evidence(pair, following=[max(pair)])

    def _neighbours(self) -> Iterator[tuple[Text, Sequence[int]]]:
        """Phrases of two telling words that stand side by side in the query."""
        starts = sorted((self.typed.find(self.words[n].folded), n) for n in self._telling)
        for (start, first), (following, second) in pairwise(starts):
            if 0 <= following - start - len(self.words[first].folded) <= _BETWEEN:
                together = self.typed[start : following + len(self.words[second].folded)]
                yield Text(together, tokenizer.phrase(together)), (first, second)

    # The scores

    def _scores(self, evidence: Iterable[_Evidence]) -> tuple[float, float]:
        """The scores of a topic for what it has anywhere, and for what it has in the title."""
        held, titled, following = (set[int]().union(*each) for each in zip(*evidence, strict=True))
        rarities = self._rarities
        anywhere = sum(rarities[number] for number in held)
        anywhere += sum(rarities[number] / 2 for number in following)
        in_title = sum(1 + rarities[number] for number in titled)
        share = len(held) / max(1, len(self._telling))
        return sqrt(share) * anywhere, 2 * (len(titled) / len(self.words)) ** 3 * in_title


def _all_but_one(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return combinations(numbers, len(numbers) - 1) if len(numbers) > 3 else iter(())


def _length_factor(length: int) -> float:
    return float(min(max(length / _USUAL_LENGTH, _SHORTEST), _LONGEST) ** _POWER)
