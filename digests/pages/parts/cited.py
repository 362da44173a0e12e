"""Citations of a text as a page lists them.

They are values and no models, because a text may cite hundreds of references.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from digests import identity
from digests.grouping import grouped
from digests.models import Citation, Reader, Reference
from digests.models.kept import kept_query
from digests.models.references import entry_html, reference_address, title_of
from digests.models.statements import Slot
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


class CitedReference(NamedTuple):
    """A reference as a list shows it."""

    pk: int
    key: str
    editor_title: str
    cited_title: str
    url: str
    topic_count: int

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reference_address(self.pk, self.title)

    @property
    def is_titled(self) -> bool:
        return bool(self.editor_title or self.cited_title)

    @property
    def title(self) -> str:
        return title_of(self.editor_title, self.cited_title, self.key, self.url)


class Listed(NamedTuple):
    """A citation in a list. ``item`` is the index of its entry, whose first citation has the
    entry's ``html``."""

    reference: CitedReference
    item: int
    group: str
    label: str
    kind: str
    title: str
    url: str
    html: str

    def __str__(self) -> str:
        return self.title or self.url or self.reference.title

    @property
    def is_titled(self) -> bool:
        """True if its text is a title and more than the address."""
        return identity.is_title(self.title)

    @property
    def rendered_text(self) -> SafeString:
        """HTML of the entry without its label."""
        return entry_html(self.html)


@dataclass(frozen=True)
class CitedItem:
    """An entry of a reference list as it is written, and the references that it cites."""

    citations: list[Listed]

    @property
    def first(self) -> Listed:
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
    that one page shows. ``unread``: the ids of what the text links to beyond the links that were
    asked for, which do not count in its length.
    """

    groups: list[CitedGroup]
    inline: list[CitedReference]
    unread: Sequence[int] = ()

    @property
    def references(self) -> dict[int, CitedReference]:
        """The references that are cited, by id, but those of unread links."""
        listed = (
            citation.reference
            for group in self.groups
            for work in group.works
            for item in work.items
            for citation in item.citations
        )
        return {reference.pk: reference for reference in (*listed, *self.inline)}

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


NOTHING = Cited([], [])


def cited_in_topics(
    user: Reader, topics: Iterable[int], *, links: int | None = None
) -> dict[int, Cited]:
    """Citations of topics of these ids, by id; of what each links to in its running text the first
    ``links``, or all. Two queries."""
    rows = grouped((row[0], row[1:]) for row in _in_topics(user, list(topics)))
    return _cited(user, rows, links)


def cited_in_preamble(user: Reader, digest: int) -> Cited:
    """Citations of the preamble of a digest. One query, or two if there are any."""
    return _cited(user, {digest: _in_preamble(user, digest)}, None)[digest]


@kept_query
def _in_topics(user: Reader, topics: Slot) -> QuerySet[Any, Any]:
    citations = Citation.objects.visible_to(user, archived=True).filter(topic__one_of=topics)
    return citations.order_by("position").values_list("topic", "reference", *_COLUMNS)


@kept_query
def _in_preamble(user: Reader, digest: Slot) -> QuerySet[Any, Any]:
    citations = Citation.objects.visible_to(user, archived=True).filter(digest=digest)
    return citations.order_by("position").values_list("reference", *_COLUMNS)


@kept_query
def _references(user: Reader, pks: Slot) -> QuerySet[Any, Any]:
    references = Reference.objects.visible_to(user).filter(pk__one_of=pks)
    return references.order_by().values_list(*CitedReference._fields)


_COLUMNS = Listed._fields[1:]


class _Rows(NamedTuple):
    """Citations of one text in their order: those in its lists, as the id of a reference and
    `_COLUMNS`; and the ids of what only its running text links to."""

    listed: list[Sequence[Any]]
    linked: list[int]


def _cited(
    user: Reader, texts: Mapping[int, Sequence[Sequence[Any]]], links: int | None
) -> dict[int, Cited]:
    """Group the citations of each text, given as the id of a reference and `_COLUMNS`.

    References are read apart. A text may link to hundreds, and a digest shows few of each topic.
    """
    parts = {text: _parts(rows) for text, rows in texts.items()}
    shown = {row[0] for part in parts.values() for row in part.listed}
    shown.update(pk for part in parts.values() for pk in part.linked[:links])
    rows = _references(user, list(shown)) if shown else []
    references = {row[0]: CitedReference(*row) for row in rows}
    return {text: _with_references(part, references, links) for text, part in parts.items()}


def _parts(rows: Sequence[Sequence[Any]]) -> _Rows:
    listed = [row for row in rows if row[1] is not None]
    in_lists = {pk for pk, *_ in listed}
    linked = dict.fromkeys(row[0] for row in rows if row[1] is None)
    return _Rows(listed, [pk for pk in linked if pk not in in_lists])


def _with_references(
    rows: _Rows, references: Mapping[int, CitedReference], links: int | None
) -> Cited:
    listed = [Listed(references[pk], *of_citation) for pk, *of_citation in rows.listed]
    groups = [
        CitedGroup(name, _works(CitedItem(list(item)) for _, item in groupby(group, _ITEM)))
        for name, group in groupby(listed, attrgetter("group"))
    ]
    read = rows.linked[:links]
    return Cited(groups, [references[pk] for pk in read], rows.linked[len(read) :])


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
