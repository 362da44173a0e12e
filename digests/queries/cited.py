"""What a text cites, as a page lists it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.utils.safestring import SafeString

from digests.models import Citation


@dataclass(frozen=True)
class CitedItem:
    """One entry of a reference list as it is written, and what it cites."""

    html: SafeString
    citations: list[Citation]

    @classmethod
    def of(cls, item: Iterable[Citation]) -> "CitedItem":
        citations = list(item)
        return cls(citations[0].rendered, citations)


@dataclass(frozen=True)
class CitedGroup:
    """A list of references, under the name that the text gives it."""

    name: str
    items: list[CitedItem]


@dataclass(frozen=True)
class Cited:
    """What one text cites: in its lists, and what only its running text links to."""

    groups: list[CitedGroup]
    inline: list[Citation]

    @classmethod
    def by(cls, citations: Iterable[Citation]) -> "Cited":
        """From the citations of one text in their order, each with its reference."""
        listed: list[Citation] = []
        inline: dict[int, Citation] = {}
        for citation in citations:
            if citation.inline:
                inline.setdefault(citation.reference_id, citation)
            else:
                listed.append(citation)
        for citation in listed:
            inline.pop(citation.reference_id, None)
        groups = [
            CitedGroup(name, [CitedItem.of(item) for _, item in groupby(group, attrgetter("item"))])
            for name, group in groupby(listed, attrgetter("group"))
        ]
        return cls(groups, list(inline.values()))

    def __bool__(self) -> bool:
        return bool(self.groups or self.inline)
