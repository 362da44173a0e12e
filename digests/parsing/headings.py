"""Reading and rewriting the number and the title in a topic's heading line."""

import re
from dataclasses import dataclass

from digests import markdown

_END = r"[ \t]*(?:\r\n|\r|\n|\Z)"
# The content must end in a non-blank, or matching would take quadratic time.
_ATX = re.compile(
    rf"(?P<open>[ ]{{0,3}}\#{{1,6}}(?:[ \t]+|(?={_END})))"
    rf"(?P<content>(?:.*?[^ \t\r\n])?)(?P<close>(?:[ \t]+\#+)?{_END})\Z",
    re.DOTALL,
)
_SETEXT = re.compile(
    r"(?P<open>[ \t]*)(?P<content>(?:.*?[^ \t\r\n])?)"
    rf"(?P<close>[ \t]*(?:\r\n|\r|\n)[ ]{{0,3}}(?:=+|-+){_END})\Z",
    re.DOTALL,
)
_CLOSING_SIGNS = re.compile(r"(?:(?<=[ \t])|^)(?=\#+\Z)")
# "2 标题" has a number; "2 种方法" counts something, and "2024 回顾" begins with a year.
_NUMBER = re.compile(
    r"(?P<number>\d{1,4})(?P<mark>[ \t]*\\?[.．、)）](?!\d)[ \t\u3000]*"
    r"|(?<!\d{4})[ \t\u3000]+(?=[^\s\W]|[\[*_`<《“「【])(?![个種种篇款年月天分岁倍亿億万萬]))"
    r"(?P<title>.*)",
    re.DOTALL,
)

TOPIC_TAG = "h2"
MAX_NUMBER = 9999  # as many digits as _NUMBER reads


@dataclass(frozen=True)
class Heading:
    """``number`` is None where the heading has none; ``title`` is plain text."""

    number: int | None
    title: str


def read_heading(raw: str) -> Heading:
    """Parse a heading as it stands in the file, line end included."""
    _, number, _, title, _ = _pieces(raw)
    return Heading(int(number) if number else None, plain_title(title))


def number_as_written(raw: str) -> str:
    """The digits of the number, as ``01`` in ``## 01. Title``; empty without a number."""
    _, number, _, _, _ = _pieces(raw)
    return number


def heading_content(raw: str) -> str:
    """The Markdown of the title in a heading."""
    _, _, _, title, _ = _pieces(raw)
    return title


def with_heading(raw: str, heading: Heading) -> str:
    """Write a new number or title into a heading. Unchanged parts keep their spelling.

    An underlined (Setext) heading becomes one with ``#``, because a number would make it a list.
    """
    opening, number, mark, title, closing = _pieces(raw)
    now = read_heading(raw)
    if heading == now:
        return raw
    if heading.number is None:
        number, mark = "", ""
    elif heading.number != now.number:
        number, mark = str(heading.number), mark or ". "
    if heading.title != now.title:
        title = _CLOSING_SIGNS.sub(r"\\", " ".join(heading.title.split()))
    if mark and title[:1].isdigit() and not mark[-1].isspace():
        mark += " "  # "5.2024" is no number
    if opening.endswith("#") and number + title:  # an empty heading may lack the blank
        opening += " "
    if not _ATX.match(raw):
        opening = "# " if "=" in closing else "## "
        closing = "".join(markdown.lines(closing)[:1])
        title = " ".join(title.split())
    return opening + number + mark + title + closing


def section_count(text: str, heading: str) -> int:
    """Count the topics of a file that consists of ``text`` and then a topic with ``heading``.

    Shows whether an edited text would stay in its topic: a heading in it starts another topic, and
    an unclosed fence swallows the next one. 0 if ``text`` changes the level of topic headings.
    """
    levels = _levels(f"{text}\n\n{heading}")
    (level,) = _levels(heading)
    if level != TOPIC_TAG and TOPIC_TAG in levels:
        return 0
    return levels.count(level)


def is_same_level(raw: str, other: str) -> bool:
    return _levels(raw) == _levels(other)


def _levels(text: str) -> list[str]:
    tokens = markdown.blocks(text).tokens
    return [token.tag for token in tokens if token.type == "heading_open" and token.level == 0]


def _pieces(raw: str) -> tuple[str, str, str, str, str]:
    match = _ATX.match(raw) or _SETEXT.match(raw)
    if match is None:
        raise ValueError(f"not a heading: {raw!r}")
    numbered = _NUMBER.match(match["content"])
    if numbered is None:
        return match["open"], "", "", match["content"], match["close"]
    number, mark, title = numbered["number"], numbered["mark"], numbered["title"]
    return match["open"], number, mark, title, match["close"]


def plain_title(content: str) -> str:
    """The plain text of a heading's content, on one line."""
    content = " ".join(content.split())
    return " ".join(markdown.plain_text([markdown.inline(content)]).split())
