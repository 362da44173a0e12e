"""Tokens tile a text: a phrase is in it exactly if its tokens follow each other there."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.search.engines.requests import Entry
from digests.search.language.tokenizer import BREAK, Phrase, fold, phrase, spans, tokens
from digests.search.language.tree import Text
from digests.tests.search.trees import holds

SIGNS = "-., "
PLAIN = st.text("ab12中文-.， ", max_size=8)
# Letters with and without accents, in two widths and scripts, and signs that join or separate them.
ODD = (
    "aZé\u0301\u0345ßİΐﬁＡ９½①中國薴ガがｶﾞ한ا\u0e01\u0e33😀👍🏽❶"
    "-_.+#|,，。：\u3000\n\t \u200b\ufe0f\u00ad\0\ud800"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("显存占用", "显存 存占 占用 用"),
        ("學", "学"),
        ("强化 学习", "强化 化学 学习 习"),
        ("Qwen2-72B", "qwen 2 - 72 b"),
        ("ＧＰＴ－４ｏ", "gpt - 4 o"),
        ("v0.2", "v 0 . 2"),
        ("C++ C# F# c", "c++ c# f# c"),
        ("C++11", "c++ 11"),
        ("a++b C#5", "a | b c # 5"),
        ("KV-cache_size", "kv - cache _ size"),
        ("__init__", "init"),
        ("用RAG检索", "用 rag 检索 索"),
        ("RAG，检索。", "rag | 检索 索"),
        ("one\ntwo  three", "one | two three"),
        ("... a ... ", "a"),
        ("a|b", "a | b"),
        ("👍🏽好😀", "👍 🏽 好 😀"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("", ""),
        (" \n。!", ""),
    ],
)
def test_a_text_has_these_tokens(text: str, expected: str) -> None:
    assert tokens(fold(text)) == expected.split()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＲＡＧ", "rag"),
        ("強化學習", "强化学习"),
        ("薴", "苎"),  # in two steps, 薴 to 苧 to 苎
        ("Straße", "STRASSE"),
        ("𰻞𰻞麵", "𰻝𰻝面"),
        ("ｶﾞ", "ガ"),
        ("e\u0301", "é"),
        ("re\u00adtriev\u200bal", "retrieval"),
        ("e\u200b\u0301", "é"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_two_spellings_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["a.\u0301.\u0301.b", "a\0b", "a\ud800b", "a。\n、b"])
def test_what_parts_two_words_is_one_break(text: str) -> None:
    """Unusual signs, and characters that no database stores, are a break too."""
    assert tokens(fold(text)) == ["a", BREAK, "b"]


@given(st.text() | st.text(ODD))
@example("\u0301.\u0301.\u0301")
def test_tokens_have_no_blanks_and_breaks_stand_alone_between_others(text: str) -> None:
    found = tokens(fold(text))
    assert all(token and not re.search(r"\s|[\0\ud800-\udfff]", token) for token in found)
    assert BREAK not in found[:1] + found[-1:]
    assert (BREAK, BREAK) not in pairwise(found)


@given(st.text() | st.text(ODD))
@example("a\u200b\u0301")
@example("İ\u3099")
@example("薴")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text() | st.text(ODD))
def test_spans_say_where_the_tokens_are(text: str) -> None:
    folded = fold(text)
    found = list(spans(folded))
    while found and found[0][0] == BREAK:
        del found[0]
    while found and found[-1][0] == BREAK:
        del found[-1]
    assert [token for token, _, _ in found] == tokens(folded)
    without_blanks = [("".join(folded[start:end].split()), token) for token, start, end in found]
    assert all(part == token for part, token in without_blanks if token != BREAK)
    assert [start for _, start, _ in found] == sorted(start for _, start, _ in found)


@given(st.text(), st.integers(65, 200))
def test_a_long_run_of_other_letters_has_the_tokens_of_a_short_one(text: str, length: int) -> None:
    """Short runs come from a cache, long ones do not."""
    folded = fold(text)
    long = "x " * length + folded
    assert tokens(long) == ["x"] * length + tokens("x " + folded)[1:]


def test_one_chinese_character_may_begin_a_pair() -> None:
    assert phrase("学") == Phrase(("学",), open_ended=True)
    assert phrase("rag 学") == Phrase(("rag", "学"), open_ended=True)
    assert phrase("学习") == Phrase(("学习",))
    assert phrase("强化学习") == Phrase(("强化", "化学", "学习"))
    assert phrase("学rag") == Phrase(("学", "rag"))
    assert phrase("。") == Phrase(())


def finds(wanted: str, text: str) -> bool:
    return holds(Text(wanted, phrase(fold(wanted))), Entry(1, tokens(fold(text))))


def oracle(wanted: str) -> re.Pattern[str]:
    """A regular expression for a term in folded text, independent of tokens."""
    first, *others = re.findall(r"[a-z]+|\d+|[中文]+|[^a-z\d中文]+", wanted.strip(SIGNS))
    found = at_edges(first)
    unit, gap = first, ""
    for piece in others:
        if piece[0] in SIGNS:
            gap = piece
        else:
            found += between(unit, gap, piece) + at_edges(piece)
            unit, gap = piece, ""
    return re.compile(found)


def at_edges(unit: str) -> str:
    """A pattern for a unit: Latin words and numbers match whole, Chinese anywhere and with blanks
    in it."""
    kind = "[a-z]" if unit.isascii() and unit.isalpha() else r"\d" if unit.isdigit() else "(?!)"
    return f"(?<!{kind}){unit}(?!{kind})" if kind != "(?!)" else " *".join(unit)


def between(unit: str, gap: str, following: str) -> str:
    is_chinese = not unit.isascii(), not following.isascii()
    if not gap.strip():
        return " *"
    if any(is_chinese):
        return f" *[{SIGNS}]*[-.,][{SIGNS}]*"
    if len(gap) == 1:
        return re.escape(gap)  # the sign joins two numbers: 3.5 is not 3-5
    return f"(?:[{SIGNS}]*[-.,][{SIGNS}]*)(?<=[{SIGNS}]{{2}})"


@given(PLAIN, PLAIN.filter(lambda text: text.strip(" ,.-，")), PLAIN)
@example("强化", "中", "文")
@example("3", "5", ".")
def test_a_search_for_a_text_agrees_with_a_regular_expression(
    before: str, wanted: str, after: str
) -> None:
    for text in (before + wanted + after, before + after):
        assert finds(wanted, text) == (oracle(fold(wanted)).search(fold(text)) is not None)


@given(PLAIN, PLAIN, PLAIN)
def test_a_part_is_found_if_its_ends_are_those_of_tokens(
    before: str, part: str, after: str
) -> None:
    text = fold(before + part + after)
    part = fold(part)
    start, end = len(fold(before)), len(fold(before)) + len(part)
    edges = [stretch for _, first, last in spans(text) for stretch in (first, last)]
    if phrase(part).tokens and start in edges and end in edges:
        assert finds(part, text)
