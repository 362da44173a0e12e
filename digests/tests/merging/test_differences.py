from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.merging.differences import Change, differences

WORDS = [
    "显存",
    "内存",
    "多卡",
    "场景",
    "的",
    "，",
    "。",
    "Adam-mini",
    " ",
    "53.0",
    "%",
    "\n",
    "\r\n",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map("".join) | st.text(max_size=30)


def _marked(old: str, new: str) -> str:
    marks = {Change.SAME: "{}", Change.REMOVED: "[-{}]", Change.ADDED: "[+{}]"}
    return "".join(marks[change].format(text) for change, text in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("减少自身显存的工作", "减少自身内存的工作", "减少自身[-显存][+内存]的工作"),
        ("用 Adam-mini 训练", "用 Adam 训练", "用 Adam[--mini] 训练"),
        ("提升至 53.0%", "提升至 58.6%", "提升至 [-53.0][+58.6]%"),
        ("甲\n乙\n", "甲\n新\n乙\n", "甲\n[+新\n]乙\n"),
        ("甲\n", "甲", "甲[-\n]"),
        ("", "", ""),
    ],
)
def test_words_are_marked_whole(old: str, new: str, marked: str) -> None:
    assert _marked(old, new) == marked


def test_a_comma_between_two_replaced_words_is_marked_with_them() -> None:
    assert _marked("显存，工作", "内存，学习") == "[-显存，工作][+内存，学习]"
    assert _marked("显存的工作", "内存的学习") == "[-显存的工作][+内存的学习]"


def test_a_comma_between_two_added_words_is_not() -> None:
    assert _marked("甲，乙", "甲显存，乙内存") == "甲[+显存]，乙[+内存]"


def test_a_line_end_between_two_changes_stays() -> None:
    assert _marked("显存\n工作\n", "内存\n学习\n") == "[-显存][+内存]\n[-工作][+学习]\n"


def test_a_text_of_one_word_repeated_is_one_change_where_the_rest_differs() -> None:
    old, new = "甲" + "的 " * 5000 + "乙", "丙" + "的 " * 4000 + "丁"
    assert differences(old, new) == [(Change.REMOVED, old), (Change.ADDED, new)]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_difference(old: str, new: str) -> None:
    parts = differences(old, new)
    assert "".join(text for change, text in parts if change is not Change.ADDED) == old
    assert "".join(text for change, text in parts if change is not Change.REMOVED) == new
    assert all(text for _, text in parts)
    assert all(one != other for (one, _), (other, _) in pairwise(parts))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert differences(text, text) == ([(Change.SAME, text)] if text else [])
