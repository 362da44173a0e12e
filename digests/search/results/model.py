"""The parts of a search page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from digests.models.digests import topic_address
from digests.models.reversing import row_address
from digests.models.tags import TagLink
from digests.search.engines import Order
from digests.search.engines.requests import COUNTED
from digests.search.language.parser import Query
from digests.search.results.highlight import Pieces


@dataclass(frozen=True)
class Excerpt:
    """The point or sentence of a topic that says most about the query."""

    pieces: Pieces
    label: str = ""
    kind: str = ""


class HitDigest(NamedTuple):
    """The digest of a topic that was found."""

    pk: int
    slug: str
    title: str
    published_at: datetime

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return row_address("digests:digest", self.slug)


class HitTopic(NamedTuple):
    """A topic that was found, as a value, because a model takes ten times as long to make."""

    pk: int
    title: str
    number: int | None
    digest: HitDigest

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return topic_address(self.pk, self.title)


@dataclass(frozen=True)
class Hit:
    """A topic and its own ``tags``.

    Its title is ``lacking`` a word if the topic does not have all that was typed, but nearly its
    title.
    """

    topic: HitTopic
    title: Pieces
    excerpts: Sequence[Excerpt]
    tags: Sequence[TagLink] = ()
    lacking: str = ""


@dataclass(frozen=True)
class NameHit:
    """A tag, a reference or a digest, as ``kind`` says.

    ``topics`` is how many cite a reference, and ``query`` finds them; empty if no query does.
    """

    kind: str
    name: str
    address: str
    title: Pieces
    topics: int = 0
    query: str = ""


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet. ``value`` stands in the address; ``count`` is its number of hits, None
    if they were not counted."""

    value: str
    name: str
    count: int | None


@dataclass(frozen=True)
class Facet:
    """A facet. ``field`` (tag, label, kind, year) is its parameter in the address."""

    field: str
    values: Sequence[FacetValue]


@dataclass(frozen=True)
class Chip:
    """A facet's value that the reader has chosen."""

    field: str
    value: str
    name: str


@dataclass(frozen=True)
class Alternative:
    """Another query, with the number of topics that it finds, at most one more than `COUNTED`;
    ``dropped`` is the word that it leaves out, empty where it spells one differently."""

    query: str
    count: int
    dropped: str = ""


@dataclass(frozen=True)
class Parts:
    """Queries for the parts of what was ``typed`` in one piece: first for all of them, apart from
    each other, then for each. Empty if nothing was cut."""

    typed: str = ""
    queries: Sequence[Alternative] = ()


NO_PARTS = Parts()


@dataclass(frozen=True)
class Results:
    """``total`` is the number of topics found, or one more than were ``counted`` if there are
    more."""

    query: Query
    order: Order
    total: int
    pages: int
    page: int
    hits: Sequence[Hit] = ()
    names: Sequence[NameHit] = ()
    facets: Sequence[Facet] = ()
    chips: Sequence[Chip] = ()
    # The words of which each hit has some, where no topic had what was typed; else empty.
    relaxed: Sequence[str] = ()
    alternatives: Sequence[Alternative] = ()
    # The parts of a query that finds nothing or little in one piece.
    parts: Parts = NO_PARTS
    # Number of topics without the chosen facets, if there is none with them.
    unfiltered: int = 0
    # True if older hits are not ranked, and can be reached only by date.
    is_cut: bool = False
    counted: int = COUNTED

    @property
    def is_more(self) -> bool:
        return self.total > self.counted

    @property
    def near_titles(self) -> int:
        """Number of the first hits that do not count in the total, as their titles lack a word."""
        return sum(bool(hit.lacking) for hit in self.hits)
