import pytest

from digests.search.language import tokenizer
from digests.search.results.similar import common_words, telling_words


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("MCTS 在 RAG 中的应用", ["mcts", "rag"]),
        ("如何比较 LLM 的训练", []),
        ("Step-DPO: 用少量数据提升 LLM 数学推理能力", ["step-dpo", "少量", "数学", "推理"]),
        ("ＧＰＴ－４ 與 顯存", ["gpt-4", "显存"]),
        ("2024 年的 C++", ["c++"]),
        ("a b c d e f g", []),
        ("alpha beta gamma delta epsilon zeta", ["alpha", "beta", "gamma", "delta", "epsilon"]),
        ("", []),
    ],
)
def test_telling_are_names_and_words_that_not_every_title_has(title: str, words: list[str]) -> None:
    assert telling_words(title) == words


def test_titles_are_alike_that_have_two_of_these_words() -> None:
    words = ["mcts", "rag", "显存"]
    assert common_words(words, "RAG 与 MCTS") == ["MCTS", "RAG"]
    assert common_words(words, "Rag 的顯存占用") == ["Rag", "显存"]
    assert common_words(words, "İ：RAG 与 ＭＣＴＳ") == ["mcts", "rag"]
    assert common_words(words, "RAG") == []


def test_a_latin_word_is_not_found_within_another_one() -> None:
    assert common_words(["rag", "dpo"], "ragged Step-DPO") == []


def test_words_that_begin_in_one_place_keep_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["知识库", "知识", "知"]
    for given in (words, words[::-1]):
        unordered = dict.fromkeys(given).keys()  # as a set in which they lie in this order
        monkeypatch.setattr(tokenizer, "words", lambda _, found=unordered: found)
        assert telling_words("知识库") == ["知", "知识", "知识库"]
