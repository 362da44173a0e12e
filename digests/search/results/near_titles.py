"""Topics whose titles have all words of a query but one, as of a title that is half remembered.

A long topic may have all the words by chance, somewhere. It is what was searched for; but if no
title has them all, a title that nearly does may be what was meant.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from rapidfuzz import fuzz

from digests.search import engines
from digests.search.engines import Request
from digests.search.engines.terms import of_titles
from digests.search.language import parser, spelling, tokenizer
from digests.search.language.tree import And, Filter, Text
from digests.search.results import rows

NEAR_TITLES = 3

# Of fewer words, what is left says too little. So many must have been typed apart, because what was
# typed in one piece is in the hits in one piece, which says more than a title.
_LEAST_WORDS = 4
_MOST_WORDS = 12

# Number of titles without a word that are compared with the query: the newest ones.
_COMPARED = 100


class NearTitle(NamedTuple):
    """A topic that is no hit, and the word that its title lacks."""

    document_id: int
    lacking: str


def near_titles(
    query: parser.Query, filters: Sequence[Filter], request: Request
) -> list[NearTitle]:
    """Find the titles that are most like a query, which is a plain list of words, among topics that
    are no hits of its request. None if the title of a topic has all the words. At most three
    queries."""
    typed = tokenizer.fold(query.typed)
    words = spelling.words_of(typed)
    if min(len(query.words), len(words)) < _LEAST_WORDS or len(words) > _MOST_WORDS:
        return []
    lacking = _lacking(words, replace(request, node=And(tuple(filters)), boosts=()))
    titles = rows.titles(request.collection, sorted(lacking))
    # Of topics with one title only the newest is compared.
    by_title = {tokenizer.fold(title): place for place, title in titles.items()}

    def unlikeness(title: str) -> tuple[int, float, int]:
        more = abs(len(spelling.words_of(title)) - len(words))
        return more, -fuzz.ratio(typed, title), -by_title[title]

    nearest = [by_title[title] for title in sorted(by_title, key=unlikeness)[:NEAR_TITLES]]
    alone = [replace(request, first=place, before=place + 1) for place in nearest]
    are_hits = zip(nearest, engines.current().counts(alone), strict=True)
    return [NearTitle(place, lacking[place]) for place, is_hit in are_hits if not is_hit]


def _lacking(words: Sequence[str], request: Request) -> dict[int, str]:
    """The topics whose titles have all words but one, by document id, with this word; nothing if a
    title has all."""
    titled = [of_titles(Text(word, tokenizer.phrase(word))) for word in words]
    others = combinations(titled, len(titled) - 1)  # the last word is left out first
    nodes = [And((*some, request.node)) for some in (titled, *others)]
    requests = [replace(request, node=node) for node in nodes]
    complete, *nearly = engines.current().newest_of(requests, _COMPARED)
    if complete:
        return {}
    by_word = zip(reversed(words), nearly, strict=True)
    return {place: word for word, places in by_word for place in places}
