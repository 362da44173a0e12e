"""In which order hits come, for engines that cannot rank all hits of a broad query."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from digests.search.engines.base import RANKED
from digests.search.engines.terms import (
    Choice,
    TitleText,
    choice_in,
    simplified,
    texts,
    whole_title_filter,
    word_filter,
    word_of,
)
from digests.search.query import And, Node, Or, Text

DEPTH = 300
"""So many of the newest hits are ranked that hold what is good in a hit of a broad query."""


Scan = Callable[[Node, int], list[int]]
"""The newest hits, as many as asked for, the best first."""

ByRarity = Callable[[Choice], list[int]]
"""Those that have some of the texts, by how many and how rare ones they have."""

Newest = Callable[[Node], list[int]]
"""Hits of which there are at most `RANKED`."""


class Ways(NamedTuple):
    """How an engine ranks."""

    scan: Scan
    by_rarity: ByRarity
    newest: Newest


def best(ways: Ways, node: Node, boosts: Sequence[Node], *, total: int, wanted: int) -> list[int]:
    """The places of the best of ``total`` hits, at least ``wanted`` unless there are fewer.

    Up to `RANKED` hits are ranked together. Of more, those come first that hold the words in their
    titles and as words; so a page of them costs no more than these, however many hits there are.
    Boosts come before all, and before these what has no other title than the query or a boost.
    """
    if choice := choice_in(node):
        return ways.by_rarity(choice)
    tiers = _boosts(node, boosts)
    if total <= RANKED:
        return _sorted_by(tiers if total > 1 else [], ways.scan(node, RANKED), node, ways.newest)
    found: dict[int, None] = {}
    for tier in [*tiers, *_favours(node)]:
        found.update(dict.fromkeys(ways.scan(simplified(And((node, tier))), DEPTH)))
        if len(found) >= wanted:
            return list(found)[:RANKED]
    return list(dict.fromkeys([*found, *ways.scan(node, RANKED)]))[:RANKED]


def _sorted_by(tiers: list[Node], hits: list[int], node: Node, newest: Newest) -> list[int]:
    """The hits of the first tier first, and so on; else as they were."""
    found: dict[int, None] = {}
    for tier in tiers:
        held = set(newest(simplified(And((node, tier)))))
        found.update(dict.fromkeys(hit for hit in hits if hit in held))
    return list(dict.fromkeys([*found, *hits]))


def _boosts(node: Node, boosts: Sequence[Node]) -> list[Node]:
    asked = [node, *map(simplified, boosts)]
    phrases = dict.fromkeys(part.phrase for part in asked if isinstance(part, Text))
    whole_titles = [whole_title_filter(phrase.tokens) for phrase in phrases]
    return [*whole_titles, *(part for part in asked if part != node)]


def _favours(node: Node) -> Iterator[Node]:
    """What good hits of a broad query hold, the best first."""
    asked = list(dict.fromkeys(texts(node)))
    titles = tuple(TitleText(text.typed, text.phrase) for text in asked)
    found = (word_of(text.phrase) for text in asked)
    words = tuple(word_filter(word) for word in found if word)
    if words:
        yield And((*titles, *words))
        yield And(words)
    yield And(titles)
    if len(titles) > 1:
        yield Or(titles)
