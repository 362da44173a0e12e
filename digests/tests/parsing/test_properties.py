"""Properties of the parser for any text: lossless, no error but ParseError, right lines.

Lines are counted independently of the parser.
"""

import contextlib
import re
from collections.abc import Sequence
from datetime import UTC

from hypothesis import example, given, settings
from hypothesis import strategies as st

from digests.parsing import (
    ParsedDigest,
    ParseError,
    ParseWarning,
    decode,
    encode,
    parse_body,
    parse_digest,
)
from digests.parsing.model import ParsedCitation
from digests.rendering import render
from digests.vocabulary import WarningCode

_LINE_END = re.compile(r"\r\n|\r|\n")
_URL = re.compile(r"https?://\S+")

# {n} becomes the index of the fragment, so that labels, titles and addresses are distinct.
FRAGMENTS = [
    "## {n}. 话题{n}\n", "## {n}、话题{n} ##\n", "## 1. 同号{n}\n", "话题{n}\n---\n", "# 题{n}\n",
    "### 小节{n}\n", "## \n", "####### 七\n", "   ## 缩进{n}\n", "    ## 代码{n}\n",
    "* **标签{n}**: 甲\n", "- **标签{n}：** 乙\n", "+ __标签{n}__：丙\n", "*\n  **标签{n}**: 丁\n",
    "* **标签{n}**:\n    * 嵌套{n}\n", "\t* **内{n}**: 戊\n", "1. **序{n}**: 己\n",
    "* 相关引用:\n", "* **References**：\n", "  * **论文**: [题{n}](https://e.org/{n})\n",
    "  * 名字{n}\n", "    * https://e.org/listed{n}\n", "  * 名{n}（[u](https://e.org/in{n})）\n",
    "[词{n}](https://e.org/{n})", "https://e.org/bare{n} ", "<https://e.org/auto{n}>", "见",
    "![图{n}](https://e.org/image{n})", '<a href="https://e.org/raw{n}">锚{n}</a>', "[词{n}][定义]",
    "[定义]: https://e.org/defined\n", "http://127.0.0.1/{n} ", "http://e.org:99999/{n} ",
    "```\n", "~~~md\n", "`代码{n}`", "``", "<!--", "-->", "<div>\n", "</div>\n", "<pre>\n", "<u>",
    "> ", ">", "* ", "  ", "    ", "\t", "***\n", "| 甲 | 乙 |\n| - | - |\n", "| 丙{n} | 丁 |\n",
    "---\n", "title: 题{n}\n", "date: 2024-07-10\n", "tags: [甲, 乙]\n", "+++\n", 'title = "题"\n',
    "<!-- 注{n} -->\n", "<think>\n", "</think>\n", "```markdown\n", "话题{n}：题{n}\n---\n",
    "\n", "\n\n", "\r\n", "\r", "\ufeff", "\0", "\x0b", "\x0c", "\x1f", "\x85", "\u2028", "\\",
    "$x{n}$", "$", "$$", "$$\n", "+ {n}\n", "[^1]", "[^1]: 注{n}\n", "* [x] **标签{n}**: 庚\n",
    "文字{n}\n", "，", "：", "**", "_", "<", "&amp;", "&#0;", "\U0001f600", "𠀀",
]  # fmt: skip
# Fragments that can put the start of a link and its address on different lines.
BRACKETS = ["[", "]", "(", ")", "](", "![", "]:"]


@st.composite
def digests(draw: st.DrawFn, *, fragments: Sequence[str] = (*FRAGMENTS, *BRACKETS)) -> str:
    pieces = draw(st.lists(st.sampled_from(fragments), max_size=30))
    text = "".join(piece.replace("{n}", str(n)) for n, piece in enumerate(pieces, 10))
    return text if draw(st.booleans()) else _LINE_END.sub("\r\n", text)


# More examples than elsewhere, because a file may hold anything; only in runs with many examples.
MANY = settings(max_examples=2000 if settings().max_examples > 100 else 100)


@MANY
@given(digests() | st.text())
@example("")
@example("---\n")
@example("## 一\r\r\n\n## 二")
def test_a_text_is_read_without_loss_or_refused_with_a_line_of_it(text: str) -> None:
    read = _parse(text)
    if isinstance(read, ParseError):
        assert 1 <= read.line <= _line_at(text, len(text))
    else:
        topics = "".join(topic.heading + topic.body for topic in read.topics)
        assert read.front_matter + read.preamble + topics + read.ending == text


@MANY
@given(st.binary() | digests().map(lambda text: text.encode("utf-8", "replace")))
@example(b"\xff\xfe#\x00")
@example(b"\x81\x30\x81\x30")
def test_bytes_are_read_and_come_back_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(ParseError):
        text, encoding = decode(data)
        assert encode(text, encoding) == data
        parse_digest(text, name="2024-07-10", zone=UTC)


@MANY
@given(digests())
def test_topics_start_on_the_lines_that_they_name(text: str) -> None:
    digest = _parse(text)
    if isinstance(digest, ParseError):
        return
    offset = len(digest.front_matter) + len(digest.preamble)
    for topic in digest.topics:
        assert topic.line == _line_at(text, offset)
        offset += len(topic.heading) + len(topic.body)


@MANY
@given(digests(fragments=FRAGMENTS))
def test_points_citations_and_warnings_stand_on_the_lines_that_they_name(text: str) -> None:
    digest = _parse(text)
    if isinstance(digest, ParseError):
        return
    lines = _LINE_END.split(text.replace("\0", "\ufffd"))  # CommonMark replaces NUL
    for body in digest.bodies:
        assert [p for p in body.points if p.label not in lines[p.line - 1]] == []
        assert [c for c in body.citations if not _stands_in(c, lines[c.line - 1])] == []
        assert [w for w in body.warnings if not _is_about(w, lines[w.line - 1])] == []
    for warning in digest.warnings:
        assert 1 <= warning.line <= len(lines)


@MANY
@given(digests() | st.text())
def test_any_body_is_read_and_rendered(text: str) -> None:
    render(parse_body(text))


def _parse(text: str) -> ParsedDigest | ParseError:
    try:
        return parse_digest(text, name="2024-07-10", zone=UTC)
    except ParseError as error:
        return error


def _stands_in(citation: ParsedCitation, line: str) -> bool:
    """A reference link is on the line of its text, not of its definition's address."""
    return citation.url in line if citation.url != "https://e.org/defined" else "[" in line


def _is_about(warning: ParseWarning, line: str) -> bool:
    """True if the line holds the address that a warning names; without one, any line will do.

    A bare name may go on below, and an address in it may stand there.
    """
    url = _URL.search(str(warning.message))
    return url is None or url.group() in line or warning.code is WarningCode.BARE_NAME


def _line_at(text: str, offset: int) -> int:
    return 1 + len(_LINE_END.findall(text, 0, offset))
