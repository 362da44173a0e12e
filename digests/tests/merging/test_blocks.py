import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.merging.blocks import split
from digests.tests.merging.markdown_edits import pieces

TEXTS = pieces(odd=True).map("".join) | st.text("*- #`>\n\r\t|甲1.[]:", max_size=40)


def _texts(text: str) -> list[str]:
    return [block.text for block in split(text)]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", [""]),
        ("\n\n甲\n", ["", "甲"]),
        ("甲\n乙\n\n丙", ["", "甲\n乙", "丙"]),
        ("* 甲\n  * 乙\n    续\n  * 丙\n", ["", "* 甲", "  * 乙\n    续", "  * 丙"]),
        ("* 甲\n\n  段\n", ["", "* 甲", "  段"]),
        ("*\n  甲\n* * 乙\n", ["", "*\n  甲", "* * 乙"]),
        ("* 甲\n  ```\n  x\n\n  y\n  ```\n", ["", "* 甲", "  ```\n  x\n\n  y\n  ```"]),
        ("> 甲\n> * 乙\n\n***\n", ["", "> 甲\n> * 乙", "***"]),
        ("| 甲 |\n| - |\n| 乙 |\n丙\n", ["", "| 甲 |\n| - |\n| 乙 |\n丙"]),
        ("甲\n\n[a]: b\n\n乙\n", ["", "甲\n\n[a]: b", "乙"]),
        ("[a]: b\n\n甲\n", ["[a]: b", "甲"]),
    ],
)
def test_a_text_is_cut_where_its_blocks_begin(text: str, blocks: list[str]) -> None:
    assert _texts(text) == blocks


def test_a_block_knows_the_point_that_it_stands_in() -> None:
    blocks = split("* 甲\n  * 乙\n    * 丙\n\n  段\n* 丁\n\n外\n")
    assert [block.parent for block in blocks] == [None, None, 1, 2, 1, None, None]


@given(TEXTS)
def test_the_blocks_of_a_text_are_the_text(text: str) -> None:
    assert "".join(block.text + block.space for block in split(text)) == text


@given(TEXTS)
def test_a_block_stands_after_the_point_that_it_stands_in(text: str) -> None:
    for index, block in enumerate(split(text)):
        assert block.parent is None or 0 < block.parent < index
