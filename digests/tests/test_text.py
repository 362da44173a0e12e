import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text import fold, join_names, mentioned, slug, slug_or_hash, split_names, unique_names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("v0.2", "v0.2"),
        ("Adam 优化器", "adam-优化器"),
        ("ＲＡＧ", "rag"),
        ("a/b", "a-b"),
        ("..", ""),
        ("！", ""),
    ],
)
def test_a_slug_can_be_read_and_keeps_names_apart(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text("，：（）！；？…aＡ中ガｶﾞe\u0301\u0323ﬁ½ßİ \0\ud800"))
def test_folding_is_nfkc_without_case(text: str) -> None:
    assert fold(text) == unicodedata.normalize("NFKC", text).casefold()


def test_a_name_of_signs_alone_still_has_an_address() -> None:
    assert slug_or_hash("！") != slug_or_hash("？")
    assert len(slug_or_hash("！")) == 8


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("MCTS除了在RAG中", "RAG"),
        ("在 rag 方向", "RAG"),
        ("强化学习", "学习"),
        ("用 C++ 写", "C++"),
        ("用C写", "C"),
        ("LoRA+QLoRA", "LoRA"),
        ("Ｓｔｅｐ-DPO", "Step-DPO"),
    ],
)
def test_a_text_mentions_a_word(text: str, word: str) -> None:
    assert mentioned(text, [word]) == [word]


@pytest.mark.parametrize(
    ("text", "word"),
    [("storage", "RAG"), ("C++ 和 C#", "C"), ("任何文字", ""), ("任何文字", "  "), ("学", "学习")],
)
def test_a_text_does_not_mention_a_part_of_a_word(text: str, word: str) -> None:
    assert mentioned(text, [word]) == []


def test_names_are_split_at_commas_of_both_widths() -> None:
    assert split_names("Adam 优化器, RAG，MCTS,, ") == ["Adam 优化器", "RAG", "MCTS"]


def test_a_quoted_name_keeps_its_comma() -> None:
    names = ["a, b", "c"]
    assert split_names(join_names(names)) == names


def test_the_first_spelling_of_a_name_stays() -> None:
    assert unique_names(["RAG", "MCTS", "rag", "ＲＡＧ", " "]) == ["RAG", "MCTS"]


def test_any_list_of_names_can_be_split() -> None:
    assert split_names("a\rb\r\nc") == ["a", "b", "c"]
    assert split_names("RAG、MCTS；C#; #甲 #乙") == ["RAG", "MCTS", "C#", "#甲", "#乙"]
    assert split_names('"甲、乙", 丙；丁') == ["甲、乙", "丙;丁"]
    assert split_names("x" * 140_000) == ["x" * 140_000]


def test_quotes_in_a_name_survive() -> None:
    names = ['"x"', 'a "b", c', '"']
    assert split_names(join_names(names)) == names
