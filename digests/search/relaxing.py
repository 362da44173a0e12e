"""What else to look for: some of the words where no topic has all, and other spellings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from digests.models import SearchDocument
from digests.search import analyzer, spelling, syntax
from digests.search.engines.base import RANKED
from digests.search.query import And, Days, Node, Or, Text
from digests.search.results import Alternative
from digests.vocabulary import DocumentKind

ALTERNATIVES = 5
_BETWEEN = 3  # characters: a blank, 的, a sign


@dataclass(frozen=True)
class Relaxed:
    """A query for topics that have some of the ``words``, by which they are ranked."""

    node: Node
    words: Sequence[Text]


def relaxed(query: syntax.Query) -> Relaxed | None:
    """None where nothing can be left out. What stands in quotes, fields and what is ruled out stay
    as they are. Two queries."""
    loose = [word for word in query.words if not word.is_quoted]
    typed = analyzer.fold(" ".join(word.typed for word in loose))
    total = SearchDocument.objects.filter(kind=DocumentKind.TOPIC).count()
    counts = spelling.rarest(typed, total)
    words = [Text(word, analyzer.phrase(word)) for word in counts]
    if not words or (len(loose) == len(words) == 1 and words[0].phrase == loose[0].phrase):
        return None
    # A hit has one of the rarest words, so that there are no more hits than can be ranked.
    demanded, topics = [], 0
    for word in words:
        if topics < RANKED:
            demanded.append(word)
            topics += counts[word.typed]
    firm = query.node.parts if isinstance(query.node, And) else ()
    kept = [part for part in firm if part not in loose]
    asked = (*words, *_in_a_row(typed, words))
    return Relaxed(And((Or(tuple(demanded)), Or(asked), *kept)), words)


def _in_a_row(typed: str, words: Sequence[Text]) -> Iterator[Text]:
    """Neighbours among the words, with what stands between them: who has these as well is meant
    more likely."""
    places = sorted((typed.find(word.typed), word.typed) for word in words)
    for (start, first), (following, second) in pairwise(places):
        if 0 <= following - start - len(first) <= _BETWEEN:
            together = typed[start : following + len(second)]
            yield Text(together, analyzer.phrase(together))


def alternatives(
    query: syntax.Query, found: int, count: Callable[[syntax.Query], int]
) -> list[Alternative]:
    """Queries that find something where this one does not; beside one that does, those with the
    plural or singular of a word. ``count`` says how much a query finds."""
    # While a word is asked for that no topic has, it makes no difference what the others are.
    missing = [] if found else _missing(query, count)
    words = missing or query.words
    tried: dict[str, Alternative] = {}
    for other in (
        _all_respelled(query, words)
        if len(missing) > 1
        else _respelled(query, words, any_form=not found)
    ):
        if other not in tried and (topics := count(syntax.parse(other))):
            tried[other] = Alternative(other, topics)
    spellings = list(tried.values())[:ALTERNATIVES]
    if found:
        return spellings
    shorter = [
        Alternative(other, topics, dropped)
        for other, dropped in _shortened(query, words if len(missing) < 2 else ())
        if other not in tried and (topics := count(syntax.parse(other)))
    ]
    shorter.sort(key=lambda alternative: -alternative.count)
    return [*spellings, *shorter][:ALTERNATIVES]


def _shortened(query: syntax.Query, words: Sequence[Text]) -> Iterator[tuple[str, str]]:
    """The query without one of these words or of its fields, and what was left out."""
    if len(query.words) > 1:
        yield from ((syntax.without(query, word), word.typed) for word in words)
    yield from syntax.without_fields(query)


def _missing(query: syntax.Query, count: Callable[[syntax.Query], int]) -> list[Text]:
    """Words that a hit must have and that alone find nothing."""
    parts = query.node.parts if isinstance(query.node, And) else ()
    demanded = [word for word in query.words if word in parts]
    return [word for word in demanded if not count(replace(query, node=word, days=Days()))]


def _respelled(query: syntax.Query, words: Sequence[Text], *, any_form: bool) -> Iterator[str]:
    for word in words:
        typed = analyzer.fold(word.typed)
        others = spelling.corrections(typed) if any_form else spelling.known_forms(typed)
        yield from (syntax.with_replaced(query, word, other) for other in others)


def _all_respelled(query: syntax.Query, words: Sequence[Text]) -> Iterator[str]:
    """The query with the best other spelling of each of these of its words."""
    other = query
    for number, word in reversed(list(enumerate(query.words))):  # those before it keep their place
        if word in words:
            found = spelling.corrections(analyzer.fold(word.typed), 1)
            if not found:
                return
            other = syntax.parse(syntax.with_replaced(other, other.words[number], found[0]))
    yield other.typed
