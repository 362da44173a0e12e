"""Citations of a text as a page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter

from digests.grouping import grouped_by
from digests.models import Citation
from digests.vocabulary import ReferenceKind

WORKS_ON_PAGE = 60
_ITEM = attrgetter("item")
# These kinds are published along with a paper. Others, such as a blog post, stand alone.
_PARTS_OF_A_WORK = frozenset(
    {
        ReferenceKind.PAPER,
        ReferenceKind.PROJECT,
        ReferenceKind.CODE,
        ReferenceKind.DATASET,
        ReferenceKind.MODEL,
        ReferenceKind.DEMO,
    }
)


@dataclass(frozen=True)
class CitedItem:
    """An entry of a reference list as it is written, and the references that it cites."""

    citations: list[Citation]

    @property
    def first(self) -> Citation:
        """The citation that has the entry's label, text and kind."""
        return self.citations[0]

    @property
    def kinds(self) -> set[str]:
        return {citation.kind for citation in self.citations}

    @property
    def is_linked(self) -> bool:
        """True if the entry has a link; False for a bare name."""
        return any(citation.url for citation in self.citations)


@dataclass(frozen=True)
class Work:
    """The entries of one work, listed together: its paper, code, data and model."""

    items: list[CitedItem]

    @property
    def is_linked(self) -> bool:
        return any(item.is_linked for item in self.items)


@dataclass(frozen=True)
class CitedGroup:
    """A list of references, or a part of it, under the heading that the text gives it."""

    name: str
    works: list[Work]


@dataclass(frozen=True)
class Cited:
    """The citations of one text: entries of its lists, and links in its running text.

    Its length is the number of works in the lists and of links together. A slice holds the part
    that one page shows.
    """

    groups: list[CitedGroup]
    inline: list[Citation]

    @classmethod
    def by(cls, citations: Iterable[Citation]) -> "Cited":
        """Group the citations of one text, given in their order, each with its reference."""
        by_inline = grouped_by(citations, lambda citation: citation.inline)
        listed = by_inline[False]
        groups = [
            CitedGroup(name, _works(CitedItem(list(item)) for _, item in groupby(group, _ITEM)))
            for name, group in groupby(listed, attrgetter("group"))
        ]
        in_lists = {citation.reference_id for citation in listed}
        inline = grouped_by(by_inline[True], lambda citation: citation.reference_id)
        return cls(groups, [first for pk, (first, *_) in inline.items() if pk not in in_lists])

    def __len__(self) -> int:
        return sum(len(group.works) for group in self.groups) + len(self.inline)

    def __getitem__(self, part: slice) -> "Cited":
        works = [(group.name, work) for group in self.groups for work in group.works]
        begin, end, _ = part.indices(len(self))
        groups = [
            CitedGroup(name, [work for _, work in some])
            for name, some in groupby(works[begin:end], itemgetter(0))
        ]
        inline = self.inline[max(begin - len(works), 0) : max(end - len(works), 0)]
        return Cited(groups, inline)


def _works(items: Iterable[CitedItem]) -> list[Work]:
    works: list[Work] = []
    kinds: set[str] = set()  # of the work that is open
    for item in items:
        if works and kinds and item.kinds <= _PARTS_OF_A_WORK - kinds:
            works[-1].items.append(item)
            kinds |= item.kinds
        else:
            works.append(Work([item]))
            kinds = item.kinds if item.kinds <= _PARTS_OF_A_WORK else set()
    return works
