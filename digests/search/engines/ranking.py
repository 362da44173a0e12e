"""In which order hits come, for engines that cannot rank all hits of a broad query."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from digests.search.engines.base import RANKED
from digests.search.engines.terms import (
    TitleText,
    simplified,
    texts,
    whole_title_filter,
    word_filter,
    word_of,
)
from digests.search.query import And, Node, Or, Text

DEPTH = 300
"""So many of the newest hits are ranked that hold what is good in a hit of a broad query."""


class Scan(Protocol):
    def __call__(self, node: Node, depth: int, *, unless_more: bool = False) -> list[int] | None:
        """The newest ``depth`` hits, the best first; None if asked so and there are more, but for
        a choice of texts, as the words of a question are: the best of all its hits."""


Newest = Callable[[Node], list[int]]
"""Hits of which there are at most `RANKED`."""


def best(scan: Scan, newest: Newest, node: Node, boosts: Sequence[Node], wanted: int) -> list[int]:
    """The places of the best hits, at least ``wanted`` unless there are fewer.

    Up to `RANKED` hits are ranked together. Of more, those come first that hold the words in their
    titles and as words; so a page of them costs no more than these, however many hits there are.
    Boosts come before all, and before these what has no other title than the query or a boost.
    """
    every = scan(node, RANKED, unless_more=True)
    tiers = _boosts(node, boosts)
    if every is not None:
        return _sorted_by(tiers if len(every) > 1 else [], every, node, newest)
    found: dict[int, None] = {}
    for tier in [*tiers, *_favours(node)]:
        found.update(dict.fromkeys(scan(simplified(And((node, tier))), DEPTH) or []))
        if len(found) >= wanted:
            return list(found)[:RANKED]
    return list(dict.fromkeys([*found, *(scan(node, RANKED) or [])]))[:RANKED]


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
    if isinstance(node, Or):
        return
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
