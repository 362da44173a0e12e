"""What a digest file says, as frozen values. Lines count from 1 in the file (or in the text
that was parsed alone). ``heading`` and ``body`` are exact slices: front matter, preamble and
topics put together are the file."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from markdown_it.token import Token

from digests.vocabulary import PointKind, ReferenceKind, WarningCode

Message = str | Promise

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL has no NUL, and half a pair is no text."""


class ParseError(Exception):
    """The one error of this package: the file cannot be read as a digest."""

    def __init__(self, message: Message, line: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class ParseWarning:
    """Something was guessed or looks wrong; the digest goes in all the same."""

    line: int
    code: WarningCode
    message: Message


@dataclass(frozen=True)
class FrontMatter:
    """The block on top of a file. ``raw`` holds its delimiters and is empty without one."""

    raw: str = ""
    title: str = ""
    published_at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParsedCitation:
    """One reference as cited. ``item`` counts the listed items of a body; None is inline.

    ``group`` is the label of the list, ``label`` that of the item. ``title`` is the text of the
    link or the bare name, ``url`` is empty for a bare name.
    """

    line: int
    group: str
    label: str
    kind: ReferenceKind
    title: str
    url: str
    key: str
    item: int | None


@dataclass(frozen=True)
class Prose:
    """Blocks that are neither points nor listed references; shown as they are."""

    tokens: tuple[Token, ...] = field(repr=False)


@dataclass(frozen=True)
class ParsedPoint:
    """A labelled top-level bullet. ``text`` is its Markdown without label and indentation."""

    line: int
    label: str
    kind: PointKind
    text: str
    tokens: tuple[Token, ...] = field(repr=False, compare=False)


@dataclass(frozen=True)
class ListedItem:
    """One entry of a reference group, as written; ``is_cited`` if a citation came of it."""

    line: int
    group: str
    label: str
    is_cited: bool
    tokens: tuple[Token, ...] = field(repr=False, compare=False)


Part = Prose | ParsedPoint | ListedItem


@dataclass(frozen=True)
class ParsedBody:
    """The parts of a topic's body (or a preamble) in the order of the text."""

    parts: tuple[Part, ...]
    citations: tuple[ParsedCitation, ...]
    warnings: tuple[ParseWarning, ...] = ()
    title: tuple[Token, ...] = field(default=(), repr=False, compare=False)
    """What stands in the heading, number apart."""

    @property
    def points(self) -> tuple[ParsedPoint, ...]:
        return tuple(part for part in self.parts if isinstance(part, ParsedPoint))

    @property
    def items(self) -> tuple[ListedItem, ...]:
        """The entries that `ParsedCitation.item` counts."""
        return tuple(part for part in self.parts if isinstance(part, ListedItem) and part.is_cited)


@dataclass(frozen=True)
class ParsedTopic:
    line: int
    number: int | None
    title: str
    heading: str
    body: str


@dataclass(frozen=True)
class ParsedDigest:
    """``published_at`` is None where neither front matter nor the name of the file tells.

    ``bodies`` say what stands in the preamble and in the topics' bodies, in this order.
    """

    title: str
    published_at: datetime | None
    tags: tuple[str, ...]
    front_matter: str
    preamble: str
    topics: tuple[ParsedTopic, ...]
    bodies: tuple[ParsedBody, ...] = field(default=(), repr=False)
    warnings: tuple[ParseWarning, ...] = ()
