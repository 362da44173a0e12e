import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text import (
    fold,
    join_names,
    mentioned,
    pattern_of_look_alikes,
    slug,
    slug_or_hash,
    split_names,
    unique_names,
)


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


@given(st.text("，：（）！；？…aＡ中ガｶﾞe\u0301\u0323ﬁ①ßİ \0\ud800"))
def test_but_for_signs_that_look_alike_folding_is_nfkc_without_case(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text).casefold()
    assert fold(text) == unicodedata.normalize("NFKC", folded).casefold()


ALIKE = [
    ("GPT-4o", "GPT‐4o GPT‑4o GPT‒4o GPT–4o GPT—4o GPT―4o GPT−4o GPT－4o GPT﹣4o GPT⁃4o"),
    ("10-3", "10⁻³ 10–3"),
    ("Let's", "Let’s Let‘s Let´s Let′s Letʼs Let＇s"),
    ("约翰·史密斯", "约翰•史密斯 约翰・史密斯 约翰‧史密斯 约翰･史密斯 约翰∙史密斯 约翰⋅史密斯"),
    ('5"', "5″ 5” 5“ 5＂"),
    ("1/2", "½ 1⁄2 1∕2 1／2"),
    ("10~20", "10～20 10〜20 10∼20"),
    ("1:1", "1∶1 1：1"),
    ("A*", "A∗ A＊"),
    ("RAG", "R\u200bAG R\u00adAG \u2066RAG\u2069 RAG\ufe0f"),
]


@pytest.mark.parametrize(("plain", "others"), ALIKE, ids=[plain for plain, _ in ALIKE])
def test_what_looks_alike_folds_alike(plain: str, others: str) -> None:
    assert {other: fold(other) for other in others.split()} == dict.fromkeys(
        others.split(), fold(plain)
    )


@pytest.mark.parametrize(
    ("one", "other"), [("ー", "一"), ("—", "一"), ("。", "."), ("、", ","), ("×", "x"), ("O", "0")]
)
def test_letters_and_the_marks_of_a_sentence_are_no_look_alikes(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_pattern_fits_all_that_looks_alike() -> None:
    pattern = pattern_of_look_alikes(fold("C·D‑4"))
    assert re.fullmatch(pattern, "c•d—4")
    assert pattern_of_look_alikes("c++") == ""


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
        ("比 GPT‑4o 快", "GPT-4o"),
        ("比 GPT-4o 快", "GPT–4o"),
        ("约翰・史密斯说", "约翰·史密斯"),
        ("Let’s Encrypt", "Let's Encrypt"),
        ("用 Lo\u00adRA 微调", "LoRA"),
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
    assert unique_names(["GPT–4o", "GPT-4o", "约翰•史密斯", "约翰·史密斯", "R\u200bAG", "RAG"]) == [
        "GPT–4o",
        "约翰•史密斯",
        "R\u200bAG",
    ]
    assert unique_names(["\u200b", "\ufeff "]) == []


def test_any_list_of_names_can_be_split() -> None:
    assert split_names("a\rb\r\nc") == ["a", "b", "c"]
    assert split_names("RAG、MCTS；C#; #甲 #乙") == ["RAG", "MCTS", "C#", "#甲", "#乙"]
    assert split_names('"甲、乙", 丙；丁') == ["甲、乙", "丙;丁"]
    assert split_names("x" * 140_000) == ["x" * 140_000]


def test_quotes_in_a_name_survive() -> None:
    names = ['"x"', 'a "b", c', '"']
    assert split_names(join_names(names)) == names
