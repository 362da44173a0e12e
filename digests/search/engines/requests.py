"""The documents that an engine takes in, and the requests that it answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from digests.search.language.tree import Node

# Maximum number of hits in the order of relevance. If there are more, `ranking.best` chooses.
RANKED = 1000

# Maximum number of hits that readers are told, and whose facets are counted. `RANKED` needs no more
# than to know whether there are more. An engine may count fewer of a query that is costly to it.
COUNTED = RANKED

# Hits whose facets are counted where there are more than are counted: the newest ones. They tell
# which values are frequent, and the page says that it counts no more.
FACETED = 300

# The filters that `Engine.overview` counts.
FACET_FIELDS = ("slug", "label", "kind", "year")


class Collection(StrEnum):
    """An index of its own, whose hits are shown apart."""

    TOPICS = "topics"
    # Tags, references and digests: things that readers look for by name.
    NAMES = "names"


class Order(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True)
class Entry:
    """A document as an engine indexes it: the tokens of its texts, each list in text order.

    ``document_id`` is unique in its collection; newer documents have higher ids. No phrase
    reaches from one of the texts into the next. ``words`` and ``characters`` are the distinct ones
    of all texts; ``filters`` are `tree.Filter.token` values, without blanks.
    """

    document_id: int
    title: Sequence[str]
    tags: Sequence[str] = ()
    conclusions: Sequence[str] = ()
    points: Sequence[str] = ()
    body: Sequence[str] = ()
    references: Sequence[str] = ()
    words: Sequence[str] = ()
    characters: Sequence[str] = ()
    title_characters: Sequence[str] = ()
    filters: Sequence[str] = ()

    @property
    def texts(self) -> tuple[Sequence[str], ...]:
        return (self.title, self.tags, self.conclusions, self.points, self.body, self.references)

    @property
    def facet_values(self) -> list[str]:
        return [value for value in self.filters if value.partition("=")[0] in FACET_FIELDS]


@dataclass(frozen=True)
class Request:
    """A search for the documents of which ``node`` is true, with ids from ``first`` on and below
    ``before``.

    ``boosts`` are other trees, such as the whole query as one phrase. A hit of which one is true
    ranks higher, but boosts add no hits. ``newest_years``: the newest of the years that have
    documents, if these are many, so that an engine need not look at all hits of a broad query to
    find the newest. It changes no result unless years and ids are of different time zones, as
    between a change of ``TIME_ZONE`` and the `rebuild` after it.
    """

    collection: Collection
    node: Node
    first: int | None = None
    before: int | None = None
    boosts: Sequence[Node] = ()
    newest_years: Sequence[int] = ()


class Overview(NamedTuple):
    """The number of hits, which is one more than were ``counted`` if there are more; and the
    numbers of those with each value of each of `FACET_FIELDS`, as in ``{"year": {"2024": 12}}``. If
    there are more, these are the numbers among the newest `FACETED`.

    ``hits``: the ids of all hits, the newest first, where they are few and were read anyway. An
    engine that is given them need not find them again.
    """

    total: int
    facets: dict[str, Counter[str]]
    hits: Sequence[int] | None = None
    counted: int = COUNTED

    @property
    def is_more(self) -> bool:
        return self.total > self.counted


def number_faceted(counted: int) -> str:
    """The number of hits whose facets are counted, as a query of the table of the ``newest``."""
    return f"SELECT CASE WHEN count(*) > {counted} THEN {FACETED} ELSE count(*) END FROM newest"


def overview_of(
    total: int,
    counts: Mapping[str, int],
    hits: Sequence[int] | None = None,
    counted: int = COUNTED,
) -> Overview:
    """``counts``: the number of hits by `tree.Filter.token`."""
    facets: dict[str, Counter[str]] = {field: Counter() for field in FACET_FIELDS}
    for token, count in counts.items():
        field, _, value = token.partition("=")
        if field in facets:
            facets[field][value] = count
    return Overview(total, facets, hits, counted)
