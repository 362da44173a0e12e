"""A whole file: front matter, preamble, topics."""

import re
from collections import Counter
from datetime import datetime, tzinfo
from itertools import pairwise

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token

from digests import markdown
from digests.parsing.front_matter import read_front_matter
from digests.parsing.headings import TOPIC_TAG, read_heading
from digests.parsing.model import ParsedDigest, ParsedTopic, ParseWarning

_DATE_IN_NAME = re.compile(r"(?P<year>\d{4}|\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")


def parse_digest(text: str, *, name: str, zone: tzinfo) -> ParsedDigest:
    """Read the text of a file called ``name`` (without suffix); ``zone`` is for dates without one.

    Lossless: front matter, preamble, headings and bodies put together are ``text``.
    Raises ParseError, and nothing else, for a file that cannot be read.
    """
    front_matter = read_front_matter(text, zone)
    content = text[len(front_matter.raw) :]
    tokens, _env = markdown.blocks(content)
    lines = markdown.lines(content)
    headings = _headings(tokens)
    starts = _topic_starts(headings)
    offset = len(markdown.lines(front_matter.raw))

    topics = tuple(
        _topic(lines, start, heading_end, end, offset)
        for (start, heading_end), (end, _) in pairwise([*starts, (len(lines), 0)])
    )
    title_heading = next((h for h in headings if h.markup in {"#", "="}), None)
    warnings: list[ParseWarning] = []
    title = front_matter.title
    if not title and title_heading and title_heading.map:
        title = read_heading("".join(lines[slice(*title_heading.map)])).title
    if not title:
        title = name
        warnings.append(
            ParseWarning(1, "title-missing", _("no title: the name of the file is used"))
        )
    return ParsedDigest(
        title=title,
        published_at=front_matter.published_at or _date_in(name, zone),
        tags=front_matter.tags,
        front_matter=front_matter.raw,
        preamble="".join(lines[: starts[0][0]] if starts else lines),
        topics=topics,
        warnings=(*warnings, *_number_warnings(topics)),
    )


def _headings(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.type == "heading_open" and token.level == 0]


def _topic_starts(headings: list[Token]) -> list[tuple[int, int]]:
    """First line of each topic's heading and the line after it, counted from 0.

    Topics are the ``##`` sections; without one, the sections of the shallowest level that
    occurs at least twice below the title.
    """
    counts = Counter(heading.tag for heading in headings)
    repeated = [tag for tag, count in counts.items() if count > 1]
    level = TOPIC_TAG if TOPIC_TAG in counts else min(repeated, default="")
    return [(h.map[0], h.map[1]) for h in headings if h.map and h.tag == level]


def _topic(lines: list[str], start: int, heading_end: int, end: int, offset: int) -> ParsedTopic:
    raw = "".join(lines[start:heading_end])
    heading = read_heading(raw)
    return ParsedTopic(
        line=offset + start + 1,
        number=heading.number,
        title=heading.title,
        heading=raw,
        body="".join(lines[heading_end:end]),
    )


def _date_in(name: str, zone: tzinfo) -> datetime | None:
    match = _DATE_IN_NAME.match(name)
    if match is None:
        return None
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    try:
        return datetime(year, int(match["month"]), int(match["day"]), tzinfo=zone)
    except ValueError:
        return None


def _number_warnings(topics: tuple[ParsedTopic, ...]) -> list[ParseWarning]:
    seen: set[int] = set()
    warnings = []
    for topic in topics:
        if topic.number in seen:
            message = format_lazy(_("number {number} is used twice"), number=topic.number)
            warnings.append(ParseWarning(topic.line, "duplicate-number", message))
        if topic.number is not None:
            seen.add(topic.number)
        if not topic.body.strip():
            message = format_lazy(_("topic “{title}” is empty"), title=topic.title)
            warnings.append(ParseWarning(topic.line, "empty-topic", message))
    return warnings
