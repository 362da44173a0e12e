"""Titles and texts of any content are read as they stand, by our parser and by GitHub's."""

import re
from html import unescape

import cmarkgfm
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests import markdown
from digests.pages.variants.markdown_text import escaped, link, missing_definitions, with_appendix

SIGNS = st.text(alphabet="ab中。 1.#)*_`[](<>!?&;~$\\-+=|:/\"'", max_size=30)


@pytest.mark.parametrize("written", ["{}", "* {}", "# {}", "* [{}](https://x.org) · 2024"])
@given(text=SIGNS)
@example(text="1. 一、# 二 #")
@example(text="C #")
@example(text="snake_case 与 _强调_ 和 a*b*c")
@example(text="<b>&amp;</b> &#35;")
@example(text="- [ ] 待办")
@example(text="10) x")
@example(text="===")
@example(text="[a](https://evil.org)")
@example(text="![a](b)")
@example(text="[]")
@example(text="[中_1]")
@example(text="\\[a^2\\] 与 [x=1]")
def test_a_text_comes_out_as_it_stands(written: str, text: str) -> None:
    line = " ".join(text.split())
    if not line:
        return
    source = written.format(escaped(text))
    expected = written.removeprefix("* ").removeprefix("# ").replace("[{}](https://x.org)", "{}")
    assert read_by_us(source) == expected.format(line)
    assert read_by_github(source) == expected.format(line)


@pytest.mark.parametrize(
    "text",
    ["召回率 90% 的 GPT-4（见 a/b）", "snake_case", "a < b & c > d", "C++, C#", "问题: 为何?"],
)
def test_a_plain_text_stays_readable(text: str) -> None:
    assert escaped(text) == text


def test_lines_and_control_characters_are_no_markup() -> None:
    assert escaped(" a\n\n# b\x00\t- c ") == "a \\# b\ufffd - c"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://x.org/a(b)c", "https://x.org/a%28b%29c"),
        ("https://x.org/a b\u3000c`d", "https://x.org/a%20b%E3%80%80c%60d"),
        ("https://x.org/?a=1&copy;=2", "https://x.org/?a=1\\&copy;=2"),
        ("", "<>"),
    ],
)
def test_an_address_cannot_end_its_link(url: str, written: str) -> None:
    source = link("a]b", url)
    assert source == f"[a\\]b]({written})"
    assert read_by_github(source) == "a]b"


@pytest.mark.parametrize("ends", ["", "\n", "\r\n", "\r", "\n\n"])
def test_what_is_appended_is_a_paragraph_of_its_own(ends: str) -> None:
    whole = with_appendix(f"## 一\n* **问题**: x{ends}", "来源", [])
    assert whole.startswith(f"## 一\n* **问题**: x{ends}")
    assert "<p>来源</p>" in cmarkgfm.github_flavored_markdown_to_html(whole)


@pytest.mark.parametrize("open_end", ["```\ncode\n", "<!-- 注释\n", "~~~~ python\nx\n\ny"])
def test_what_would_be_swallowed_goes_on_top(open_end: str) -> None:
    whole = with_appendix(f"## 一\n\n{open_end}", "来源 [x]", ["[x]: https://x.org"])
    html = cmarkgfm.github_flavored_markdown_to_html(whole)
    assert '<p>来源 <a href="https://x.org">x</a></p>' in html
    assert whole.endswith(open_end)


def test_only_the_definitions_that_a_text_may_use_and_lacks_are_missing() -> None:
    known = markdown.definitions(
        '[Paper]: <https://x.org/a b> "说 \\"好\\""\n[eigene]: https://x.org/1\n'
        "[other]: https://x.org/2\n[kurz]: https://x.org/3\n"
    )
    text = "见 [论文][pAPER]、[kurz] 和 [eigene]。\n\n[eigene]: https://own.org\n"
    assert list(missing_definitions(text, known)) == [
        '[pAPER]: https://x.org/a%20b "说 \\"好\\""',
        "[kurz]: https://x.org/3",
    ]


def read_by_us(source: str) -> str:
    blocks = markdown.blocks(source)
    markdown.inlines(blocks.tokens, blocks.env)
    return markdown.plain_text(blocks.tokens)


def read_by_github(source: str) -> str:
    html = cmarkgfm.github_flavored_markdown_to_html(source)
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def test_the_footnotes_that_a_text_marks_and_lacks_are_appended() -> None:
    known = markdown.definitions("[^1]: 注\n\n[^2]: 另一\n\n[^3]: 多余\n")
    text = "甲[^1]乙[^2]\n\n[^2]: 自己的\n"
    assert list(missing_definitions(text, known)) == ["[^1]: 注"]
