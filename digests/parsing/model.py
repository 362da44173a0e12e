"""The parser's results, as frozen values.

Lines count from 1 in the file, or in the text if that was parsed alone. ``front_matter``,
``preamble``, ``heading``, ``body`` and ``ending`` are exact slices: put together, they are the
file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django_stubs_ext import StrPromise
from markdown_it.token import Token

from digests.vocabulary import PointKind, ReferenceKind, WarningCode

Message = str | StrPromise

# Characters that PostgreSQL or UTF-8 cannot store: NUL and lone surrogates.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class ParseError(Exception):
    """The only error that this package raises: the file cannot be read as a digest."""

    def __init__(self, message: Message, line: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class ParseWarning:
    """A doubt or a guess of the parser. The digest is imported all the same."""

    line: int
    code: WarningCode
    message: Message


@dataclass(frozen=True)
class FrontMatter:
    """The values on top of a file. ``raw`` includes the delimiters and what was skipped before
    them; empty if there is neither.

    ``ending``: what was skipped at the end of the file. ``skipped``: the line of the first word
    that was skipped. ``fence``: the line of a fence around the file.
    """

    raw: str = ""
    ending: str = ""
    skipped: int | None = None
    fence: int | None = None
    title: str = ""
    published_at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParsedCitation:
    """A reference as cited.

    ``group`` is the label of the list, ``label`` the one of the item. ``title`` is the text of the
    link, or the bare name; then ``url`` is empty. ``item`` is the index of the listed item in
    `ParsedBody.items`; None for a citation in running text.
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
    """Blocks that are neither points nor listed references."""

    tokens: tuple[Token, ...] = field(repr=False)


@dataclass(frozen=True)
class ParsedPoint:
    """A labelled top-level bullet. ``text`` is Markdown, without label and indentation."""

    line: int
    label: str
    kind: PointKind
    text: str
    tokens: tuple[Token, ...] = field(repr=False, compare=False)


@dataclass(frozen=True)
class ListedItem:
    """One entry of a reference group. ``is_cited`` is true if it yielded a citation."""

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
    # Footnotes that other texts of the file define and this one marks, by label: inline tokens.
    shared_footnotes: Mapping[str, Token] = field(
        default_factory=dict, repr=False, compare=False, hash=False
    )
    # The parsed heading, without its number.
    title: tuple[Token, ...] = field(default=(), repr=False, compare=False)

    @property
    def points(self) -> tuple[ParsedPoint, ...]:
        return tuple(part for part in self.parts if isinstance(part, ParsedPoint))

    @property
    def items(self) -> tuple[ListedItem, ...]:
        """The cited entries, which `ParsedCitation.item` indexes."""
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
    """A parsed file. ``bodies`` holds the preamble's first, then one for each topic.

    ``published_at`` is None if neither the front matter nor the file's name has a date. ``ending``
    closes a fence around the file.
    """

    title: str
    published_at: datetime | None
    tags: tuple[str, ...]
    front_matter: str
    preamble: str
    topics: tuple[ParsedTopic, ...]
    ending: str = ""
    bodies: tuple[ParsedBody, ...] = field(default=(), repr=False)
    warnings: tuple[ParseWarning, ...] = ()
