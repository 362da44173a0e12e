"""Reading and rewriting the number and the title in a topic's heading line."""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from digests import markdown
from digests.text import chinese_value

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
_BOLD = re.compile(r"(?P<bold>\*\*\*|\*\*|__|\*)(?=\S)(?P<inside>.*?\S(?P=bold).*)", re.DOTALL)
_CHINESE = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_TOPIC = r"(?:话题|話題|议题|議題|主题|主題)[ \t]*[#＃]?"
_SECTION = "(?:[个個]?(?:话题|話題|议题|議題|主题|主題)|章|节|節|部分)"
# ① to ⑳, ⑴ to ⒇, ⒈ to ⒛, ❶ to ❿, ➀ to ➓
_SIGNS = "".join(map(chr, [*range(0x2460, 0x249C), *range(0x2776, 0x2794)]))
_BLANKS = r"[ \t\u3000]*"
# "2 标题" has a number; "2 种方法" counts something, and "2024 回顾" begins with a year.
_NUMBERS = [
    re.compile(pattern + r"(?P<title>.*)", re.DOTALL | re.IGNORECASE)
    for pattern in (
        rf"(?P<before>)(?P<number>\d{{1,4}})"
        rf"(?P<mark>[ \t]*\\?(?:[)）][.、]|[.．、)）])(?!\d){_BLANKS}"
        # 1 - 标题
        rf"|(?<!\d{{4}})[ \t]+[-–—]{{1,2}}[ \t]+(?=[^\s\W\d]|[\[*_`<《“「【])"
        rf"|(?<!\d{{4}})[:：](?!\d){_BLANKS}"
        r"|(?<!\d{4})[ \t\u3000]+(?=[^\s\W]|[\[*_`<《“「【])"
        r"(?![个個種种篇款年月天分岁倍亿億万萬]))",
        # 一、 but not 一、二线城市
        rf"(?P<before>)(?P<number>{_CHINESE})(?P<mark>[ \t]*[、.．](?!{_CHINESE}[、线線级級])"
        rf"{_BLANKS})",
        # （1）, (一), 【1】
        rf"(?P<before>[（(【]{_BLANKS})(?P<number>\d{{1,3}}|{_CHINESE})"
        rf"(?P<mark>{_BLANKS}[）)】][.、]?{_BLANKS})",
        # [1] and a blank
        r"(?P<before>\[)(?P<number>\d{1,3})(?P<mark>\][ \t\u3000]+(?=\S))",
        # 【话题1】
        rf"(?P<before>[【\[]{_TOPIC})(?P<number>\d{{1,4}}|{_CHINESE})"
        rf"(?P<mark>[】\]](?![(\[]){_BLANKS}[:：]?{_BLANKS}(?=\S))",
        # 第一章：, 第1个话题 and a blank
        rf"(?P<before>第{_BLANKS})(?P<number>\d{{1,4}}|{_CHINESE})"
        rf"(?P<mark>{_BLANKS}{_SECTION}(?:{_BLANKS}[:：.、]{_BLANKS}|[ \t\u3000]+(?=\S)))",
        # 话题1：, 话题1 and a blank, Topic 1:, No. 1:
        rf"(?P<before>{_TOPIC})(?P<number>\d{{1,4}}|{_CHINESE})"
        rf"(?P<mark>{_BLANKS}(?:[:：.、]|[-–—]{{1,2}}(?!\d)){_BLANKS}|[ \t\u3000]+(?=\S))",
        rf"(?P<before>(?:topic|part|no\.)[ \t]*\#?)(?P<number>\d{{1,4}})"
        rf"(?P<mark>{_BLANKS}[:：.]{_BLANKS}|[ \t]+[-–—]{{1,2}}[ \t]+)",
        # **1.** 标题
        rf"(?P<before>\*\*|__)(?P<number>\d{{1,4}}|{_CHINESE})"
        rf"(?P<mark>\\?[.．、)）](?P=before){_BLANKS})",
        # ① and 1️⃣
        rf"(?P<before>)(?P<number>[{_SIGNS}]|\d(?=\ufe0f?\u20e3))(?P<mark>\ufe0f?\u20e3?[.、]?{_BLANKS})",
    )
]

TOPIC_TAG = "h2"
MAX_NUMBER = 9999  # as many digits as are read


@dataclass(frozen=True)
class Heading:
    """``number`` is None where the heading has none; ``title`` is plain text."""

    number: int | None
    title: str


def read_heading(raw: str) -> Heading:
    """Parse a heading as it stands in the file, line end included."""
    pieces = _pieces(raw)
    return Heading(_value(pieces.number), plain_title(pieces.content))


def read_title(title: str) -> Heading:
    """Parse a plain title that may open with a number."""
    pieces = _numbered(_Pieces(title=title))
    return Heading(_value(pieces.number), pieces.title.strip())


def number_as_written(raw: str) -> str:
    """The number as written, as ``01`` in ``## 01. Title``; empty without a number."""
    return _pieces(raw).number


def heading_content(raw: str, *, with_number: bool = False) -> str:
    """The Markdown of the title in a heading."""
    pieces = _pieces(raw)
    if not with_number:
        return pieces.content
    return raw[len(pieces.opening) : len(raw) - len(pieces.closing)]


def with_heading(raw: str, heading: Heading) -> str:
    """Write a new number or title into a heading. Unchanged parts keep their spelling.

    An underlined (Setext) heading becomes one with ``#``, because a number would make it a list.
    """
    pieces, now = _pieces(raw), read_heading(raw)
    if heading == now:
        return raw
    if heading.number is None:
        pieces = pieces._replace(before="", number="", mark="")
    elif heading.number != now.number:
        # ① and 1️⃣ are signs, in whose place a figure needs a mark.
        is_sign = "\u20e3" in pieces.mark or pieces.number in {*_SIGNS}
        mark = ". " if is_sign else pieces.mark or ". "
        pieces = pieces._replace(number=str(heading.number), mark=mark)
    if heading.title != now.title:
        title = _CLOSING_SIGNS.sub(r"\\", " ".join(heading.title.split()))
        pieces = pieces._replace(title=title, bold="")
    mark = pieces.mark
    if mark and pieces.content[:1].isdigit() and not mark[-1].isspace():
        pieces = pieces._replace(mark=mark + " ")  # "5.2024" is no number
    if pieces.opening.endswith("#") and pieces.number + pieces.content:
        pieces = pieces._replace(
            opening=pieces.opening + " "
        )  # an empty heading may lack the blank
    if not _ATX.match(raw):
        pieces = pieces._replace(
            opening="# " if "=" in pieces.closing else "## ",
            title=" ".join(pieces.title.split()),
            closing="".join(markdown.lines(pieces.closing)[:1]),
        )
    return pieces.joined()


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


class _Pieces(NamedTuple):
    """The pieces of a heading. ``bold`` opens before the number and closes in the title; ``before``
    and ``mark`` are around the number."""

    opening: str = ""
    bold: str = ""
    before: str = ""
    number: str = ""
    mark: str = ""
    title: str = ""
    closing: str = ""

    @property
    def content(self) -> str:
        return self.bold + self.title

    def joined(self) -> str:
        return "".join(self)


def _pieces(raw: str) -> _Pieces:
    match = _ATX.match(raw) or _SETEXT.match(raw)
    if match is None:
        raise ValueError(f"not a heading: {raw!r}")
    plain = _Pieces(match["open"], title=match["content"], closing=match["close"])
    numbered = _numbered(plain)
    bold = _BOLD.fullmatch(plain.title)
    if numbered.number or bold is None:
        return numbered
    inside = _numbered(plain._replace(bold=bold["bold"], title=bold["inside"]))
    is_read = inside.number and not inside.title.startswith(inside.bold)
    return inside if is_read else plain


def _numbered(pieces: _Pieces) -> _Pieces:
    """Take the number off the title, if it opens with one."""
    matches = (pattern.match(pieces.title) for pattern in _NUMBERS)
    found = next(filter(None, matches), None)
    return pieces._replace(**found.groupdict()) if found else pieces


def _value(number: str) -> int | None:
    """The value of a number as written: in digits, in Chinese or as a sign."""
    if not number:
        return None
    if number in {*_SIGNS}:
        return int(unicodedata.numeric(number))
    digits = unicodedata.normalize("NFKC", number)
    return int(digits) if digits.isdecimal() else chinese_value(number)


def plain_title(content: str) -> str:
    """The plain text of a heading's content, on one line."""
    content = " ".join(content.split())
    return " ".join(markdown.plain_text([markdown.inline(content)]).split())
