"""In which order hits come, for engines that cannot rank all hits of a broad query."""

from collections.abc import Iterator, Sequence
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


def best(scan: Scan, node: Node, boosts: Sequence[Node], wanted: int) -> list[int]:
    """The places of the best hits, at least ``wanted`` unless there are fewer.

    Up to `RANKED` hits are ranked together. Of more, those come first that hold the words in their
    titles and as words; so a page of them costs no more than these, however many hits there are.
    Boosts come before all, and before these what has no other title than the query or a boost.
    """
    every = scan(node, RANKED, unless_more=True)
    boosts = list(map(simplified, boosts))
    phrases = [asked.phrase for asked in (node, *boosts) if isinstance(asked, Text)]
    tiers: list[Node] = [whole_title_filter(phrase.tokens) for phrase in dict.fromkeys(phrases)]
    tiers += [boost for boost in boosts if boost != node]
    if every is None:
        tiers += _favours(node)
    found: dict[int, None] = {}
    for tier in tiers:
        hits = scan(simplified(And((node, tier))), DEPTH if every is None else RANKED)
        found.update(dict.fromkeys(hits or []))
        if len(found) >= wanted:
            return list(found)[:RANKED]
    if every is None:
        every = scan(node, RANKED)
    return list(dict.fromkeys([*found, *(every or [])]))[:RANKED]


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
