"""Limits of what one file may hold, far beyond what real files have.

Each error names the first line that is too much. `docs/limits.md` lists all limits.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token

from digests import markdown
from digests.parsing.body import read_body
from digests.parsing.model import ParsedBody, ParseError

# The largest real files had 627 topics, 1,622 points and 2,263 references in 3.8 MB.
MOST_TOPICS = 2_000
MOST_POINTS = 10_000
MOST_REFERENCES = 10_000
MOST_FOOTNOTES = 2_000
# Tokens of blocks, and as many inline ones: a paragraph has three of them, a bullet or a cell of a
# table up to five, a word in bold seven. Real files have at most 60,000 of either for each MB.
# 400,000 of either take 300 MB of memory.
MOST_TOKENS = 400_000


def read_blocks(content: str, first_line: int) -> markdown.Blocks:
    """The blocks of a file. Raises ParseError if they are too many."""
    with _limited(first_line):
        blocks = markdown.blocks(content, most_tokens=MOST_TOKENS)
    notes = [token for token in blocks.tokens if token.type == "footnote_open"]
    _check(map(_start, notes), MOST_FOOTNOTES, _("footnotes"), first_line)
    return blocks


def read_section(blocks: markdown.Blocks, *, heading: str, first_line: int) -> ParsedBody:
    """A body of the file that `read_blocks` read. Raises ParseError if its inline marks are too
    many."""
    with _limited(first_line):
        return read_body(blocks, heading=heading, first_line=first_line)


@contextmanager
def _limited(first_line: int) -> Iterator[None]:
    try:
        yield
    except markdown.TooManyTokens as error:
        message = _("the file has too many blocks, cells, marks or links: divide it")
        raise ParseError(message, first_line + error.line) from None


def check_topics(lines: Iterable[int], first_line: int) -> None:
    """Raise ParseError if too many topics begin on these lines."""
    _check(lines, MOST_TOPICS, _("topics"), first_line)


def check_bodies(bodies: Sequence[ParsedBody]) -> None:
    """Raise ParseError if the bodies of a file have too many points or references."""
    points = (point.line for body in bodies for point in body.points)
    _check(points, MOST_POINTS, _("points"), 0)
    references = (citation.line for body in bodies for citation in body.citations)
    _check(references, MOST_REFERENCES, _("references"), 0)


def _start(token: Token) -> int:
    return token.map[0] if token.map else 0


def _check(lines: Iterable[int], most: int, what: Promise, first_line: int) -> None:
    for number, line in enumerate(lines):
        if number == most:
            message = _("the file has more than {most} {what}: divide it")
            raise ParseError(format_lazy(message, most=most, what=what), first_line + line)
