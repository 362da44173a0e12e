"""The parser of a whole file: front matter, preamble, topics."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import chain, pairwise
from operator import attrgetter

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests import markdown
from digests.parsing.front_matter import date_in_name, read_front_matter
from digests.parsing.headings import TOPIC_TAG, plain_title, read_heading, read_title
from digests.parsing.limits import check_bodies, check_topics, read_blocks, read_section
from digests.parsing.model import (
    UNSTORABLE,
    FrontMatter,
    ParsedBody,
    ParsedDigest,
    ParsedTopic,
    ParseError,
    ParseWarning,
)
from digests.vocabulary import WarningCode

# Up to this many topics are doubtful, if there are that many headings of the next level for each.
_FEW, _MANY = 2, 3


def parse_digest(text: str, *, name: str, zone: tzinfo) -> ParsedDigest:
    """Parse the text of a file.

    ``name``: the file's name without suffix, which may hold a date and is the last resort for a
    title. ``zone``: for dates without a zone.

    Lossless: front matter, preamble, headings, bodies and ending put together are ``text``.
    Raises ParseError, and nothing else, for a file that cannot be read.
    """
    _check(text)
    front_matter = read_front_matter(text, zone)
    content = text[len(front_matter.raw) : len(text) - len(front_matter.ending)]
    first_line = 1 + len(markdown.lines(front_matter.raw))
    blocks = read_blocks(content, first_line)
    headings = _headings(blocks)
    title = _title_heading(headings, front_matter.title)
    of_topics = _topic_headings(headings, title)
    check_topics((heading.start for heading in of_topics), first_line)
    preamble, topics, bodies = _sections(content, blocks, of_topics, first_line)
    check_bodies(bodies)
    parsed = ParsedDigest(
        title=front_matter.title or (title.text if title else "") or name,
        published_at=front_matter.published_at or date_in_name(name, zone),
        tags=front_matter.tags,
        front_matter=front_matter.raw,
        preamble=preamble,
        topics=topics,
        ending=front_matter.ending,
        bodies=bodies,
    )
    warnings = [
        *_fallbacks(parsed, front_matter, title, first_line),
        *_control_characters(text),
        *_topic_warnings(parsed.topics),
        *_no_points(parsed),
        *_few_topics(headings, of_topics, first_line),
        *chain.from_iterable(body.warnings for body in parsed.bodies),
    ]
    return replace(parsed, warnings=tuple(sorted(warnings, key=attrgetter("line"))))


def _check(text: str) -> None:
    if not text.strip():
        raise ParseError(_("the file is empty"))
    if found := UNSTORABLE.search(text):
        line, column = markdown.end_of(text[: found.start()])
        message = _("there is a NUL character in column {column}: this is not a text file")
        if found.group() != "\0":
            message = _("there is half a character in column {column}")
        raise ParseError(format_lazy(message, column=column), line)


@dataclass(frozen=True)
class _Heading:
    """A heading outside lists and quotes, on the lines from ``start`` to before ``end``."""

    tag: str
    start: int
    end: int
    content: str

    @property
    def text(self) -> str:
        return plain_title(self.content)


def _headings(blocks: markdown.Blocks) -> list[_Heading]:
    return [
        _Heading(opening.tag, opening.map[0], opening.map[1], inline.content)
        for opening, inline in pairwise(blocks.tokens)
        if opening.type == "heading_open" and opening.level == 0 and opening.map
    ]


def _title_heading(headings: Sequence[_Heading], title: str) -> _Heading | None:
    """The first ``#`` heading, if it is the title; None if the front matter has another title, or
    if this is the first of several that all have numbers, as topics have."""
    on_top = [heading for heading in headings if heading.tag == "h1"]
    if len(on_top) > 1 and all(read_title(heading.text).number is not None for heading in on_top):
        return None
    return on_top[0] if on_top and title in {"", on_top[0].text} else None


def _topic_headings(headings: Sequence[_Heading], title: _Heading | None) -> list[_Heading]:
    """The headings that start topics: those of ``##``.

    Without any ``##``, the shallowest level serves that occurs at least twice below the title.
    """
    below = headings[headings.index(title) + 1 :] if title else headings
    counts = Counter(heading.tag for heading in below)
    repeated = [tag for tag, count in counts.items() if count > 1]
    level = TOPIC_TAG if any(h.tag == TOPIC_TAG for h in headings) else min(repeated, default="")
    return [heading for heading in headings if heading.tag == level and heading != title]


def _few_topics(
    headings: Sequence[_Heading], of_topics: Sequence[_Heading], first_line: int
) -> Iterator[ParseWarning]:
    """Warn of one or two topics above many headings of the next level, which may be the topics."""
    below = next((h.tag for h in headings if of_topics and h.tag > of_topics[0].tag), "")
    count = sum(heading.tag == below for heading in headings)
    if 0 < len(of_topics) <= _FEW and count >= _MANY * len(of_topics):
        message = _("{topics} topics above {count} headings that may be the topics")
        message = format_lazy(message, topics=len(of_topics), count=count)
        yield ParseWarning(first_line + of_topics[0].start, WarningCode.FEW_TOPICS, message)


def _sections(
    content: str, blocks: markdown.Blocks, headings: Sequence[_Heading], first_line: int
) -> tuple[str, tuple[ParsedTopic, ...], tuple[ParsedBody, ...]]:
    """The preamble, the topics below these headings, and the bodies, first the preamble's."""
    lines = markdown.lines(content)
    # In turn a heading and its body. The preamble comes first, below a heading of no line.
    cuts = [0, 0, *chain.from_iterable((heading.start, heading.end) for heading in headings)]
    texts = ["".join(lines[start:end]) for start, end in pairwise([*cuts, len(lines)])]
    bodies = tuple(
        read_section(body, heading=heading, first_line=first_line + start)
        for body, heading, start in zip(blocks.cut(cuts)[1::2], texts[::2], cuts[1::2], strict=True)
    )
    topics = tuple(
        _topic(first_line + start, heading, body)
        for start, heading, body in zip(cuts[2::2], texts[2::2], texts[3::2], strict=True)
    )
    return texts[1], topics, bodies


def _topic(line: int, raw: str, body: str) -> ParsedTopic:
    heading = read_heading(raw)
    return ParsedTopic(line, heading.number, heading.title, raw, body)


def _fallbacks(
    parsed: ParsedDigest, front_matter: FrontMatter, title: _Heading | None, first_line: int
) -> Iterator[ParseWarning]:
    """Warn of a title or a date that the front matter lacks, and name the substitute; and of what
    was skipped before it."""
    if front_matter.fence is not None:
        message = _("the whole file stands in a fence; it was read as what is in it")
        yield ParseWarning(front_matter.fence, WarningCode.FILE_FENCED, message)
    if front_matter.skipped is not None:
        message = _("what stands before the front matter is on no page")
        yield ParseWarning(front_matter.skipped, WarningCode.BEFORE_FRONT_MATTER, message)
    if not front_matter.title:
        if title is None or not title.text:
            message = _("no title: the name of the file is used")
            yield ParseWarning(1, WarningCode.TITLE_MISSING, message)
        else:
            message = _("no title in the front matter: the first heading is used")
            yield ParseWarning(first_line + title.start, WarningCode.TITLE_FROM_HEADING, message)
    if front_matter.published_at is None and parsed.published_at is not None:
        message = _("no date in the front matter: the one in the name of the file is used")
        yield ParseWarning(1, WarningCode.DATE_FROM_NAME, message)


def _control_characters(text: str) -> Iterator[ParseWarning]:
    found = [match.start() for match in markdown.CONTROL.finditer(text)]
    if found:
        line, column = markdown.end_of(text[: found[0]])
        message = format_lazy(
            _("{count} control characters are shown as �, the first in column {column}"),
            count=len(found),
            column=column,
        )
        yield ParseWarning(line, WarningCode.CONTROL_CHARACTER, message)


def _no_points(parsed: ParsedDigest) -> Iterator[ParseWarning]:
    if parsed.topics and not any(body.points for body in parsed.bodies):
        message = _("there are topics, but not one point in them")
        yield ParseWarning(parsed.topics[0].line, WarningCode.NO_POINTS, message)


def _topic_warnings(topics: Sequence[ParsedTopic]) -> Iterator[ParseWarning]:
    if not topics:
        message = _("there is no topic in it: no “##” heading, and no two of another level")
        yield ParseWarning(1, WarningCode.NO_TOPICS, message)
    seen: set[int] = set()
    for topic in topics:
        if topic.number in seen:
            message = format_lazy(_("number {number} is used twice"), number=topic.number)
            yield ParseWarning(topic.line, WarningCode.DUPLICATE_NUMBER, message)
        if topic.number is not None:
            seen.add(topic.number)
        if not topic.body.strip():
            message = format_lazy(_("topic “{title}” is empty"), title=topic.title[:200])
            yield ParseWarning(topic.line, WarningCode.EMPTY_TOPIC, message)
