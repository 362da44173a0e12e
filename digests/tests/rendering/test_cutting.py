import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.rendering import cut, preview

_TAGS = re.compile(r"<[^>]*>")


def _text(html: str) -> str:
    return _TAGS.sub("", html)


TEXTS = [
    "段落 &lt; 甲\n\n" * 300,
    "字" * 3000,
    "&" * 900,
    "* **观点**: 乙 `代码` **粗**\n" * 200,
    "| 甲 | 乙 |\n| - | - |\n" + "| 丙 | [丁](https://example.org/) |\n" * 200,
    "> * " * 8 + "深\n" + "接着\n" * 500,
    "```python\n" + "x = 1 # 甲\n" * 200 + "```\n",
    "$x_1^2$ 与 " * 200,
    "<b>粗 <i>斜</i> " * 60,
    '<a href="https://example.org/?a=1&b=>">' + "链 " * 900,
    "甲[^1]\n\n[^1]: 注\n" * 3 + "\n\n乙" * 400,
]


@pytest.mark.parametrize("source", TEXTS)
@pytest.mark.parametrize("most", [800, 2000])
def test_pieces_hold_all_words_in_their_order_and_are_whole_html(source: str, most: int) -> None:
    html = str(preview(source))
    pieces = cut(html, most)
    assert len(pieces) > 1 or len(html.encode()) < 1.5 * most
    assert "".join(map(_text, pieces)) == _text(html)
    for piece in pieces:
        opened: list[str] = []
        for closes, name in re.findall(r'<(/?)([a-z0-9]+)(?:[^<>"]|"[^"]*")*>', piece):
            if closes:
                assert opened.pop() == name
            elif name not in {"br", "hr", "img", "input"}:
                opened.append(name)
        assert not opened
    lengths = [len(piece.encode()) for piece in pieces if "<a " not in piece]
    assert max(lengths, default=0) <= most + 1000  # open elements are closed behind the cut


def test_short_html_is_one_piece() -> None:
    assert cut("<p>甲</p>", 10) == ["<p>甲</p>"]
    assert len(cut("<p>甲乙</p>", 8)) == 2


def test_ids_stand_once() -> None:
    pieces = cut('<div id="a"><p>甲</p><p>乙</p></div>', 20)
    assert "".join(pieces).count('id="a"') == 1


@given(st.text("甲a &<>\n*`$[]()|-#>1.", max_size=300), st.integers(1, 200))
def test_no_word_is_lost_wherever_the_cut_falls(source: str, most: int) -> None:
    html = str(preview(source))
    assert "".join(map(_text, cut(html, most))) == _text(html)
