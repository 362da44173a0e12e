"""Meaning of a query for a document, and canonical spelling of names in filters."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.search.engines.requests import Entry
from digests.search.language.parser import parse
from digests.search.language.tokenizer import fold, tokens
from digests.search.language.tree import And, Days, filter_value
from digests.tests.search.trees import holds


def texts(text: str) -> list[str]:
    return tokens(fold(text))


DOCUMENT = Entry(
    document_id=1,
    title=texts("Qwen2-72B 的显存占用"),
    tags=texts("RAG"),
    conclusions=texts("量化之后可用。"),
    points=texts("用 C++ 写"),
    body=texts("强化学习，与化学无关"),
    references=texts("Attention Is All You Need"),
    filters=["tag=rag", "kind=paper"],
)


@pytest.mark.parametrize(
    "typed",
    [
        "qwen2 72b Qwen2-72B", "显存 存占 占", "rag", "量化之后", "C++", "學習", "attention all",
        '"is all you need"', '"强化学习，与化学"', "tag:RAG kind:论文", "RAG -MCTS", "NOT tag:mcts",
        "MCTS OR 量化", '-"all is"', "-tag:mcts OR MCTS",
    ],
)  # fmt: skip
def test_a_document_is_found(typed: str) -> None:
    node = parse(typed).node
    assert node is not None
    assert holds(node, DOCUMENT)


@pytest.mark.parametrize(
    "typed",
    [
        "qwe", "qwen72b", "C", "atten", "存用", "学关", '"占用 RAG"', '"attention all"', "tag:ra",
        "RAG MCTS", "-RAG", "-tag:rag", "MCTS OR GRPO", "RAG -量化", "NOT 化",
    ],
)  # fmt: skip
def test_a_document_is_not_found(typed: str) -> None:
    """Not by a part of a word, of two texts, or of what the query asks."""
    node = parse(typed).node
    assert node is not None
    assert not holds(node, DOCUMENT)


def test_a_query_of_dates_alone_holds_for_every_document() -> None:
    assert holds(And(()), DOCUMENT)


def test_days_are_narrowed_by_others() -> None:
    early, late = parse("before:2024").days, parse("after:2022").days
    assert early.narrowed_by(late) == late.narrowed_by(early) == Days(late.first, early.before)
    assert early.narrowed_by(Days()) == early


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG", "rag"),
        (" Ｄｅｅｐ \u3000 learning\n", "deep_learning"),
        ("強化學習", "强化学习"),
        ("a\0b", "a_b"),
        ("snake_case", "snake_case"),
        ("", ""),
    ],
)
def test_a_name_in_a_filter_has_one_spelling(name: str, value: str) -> None:
    assert filter_value(name) == value


def test_long_names_with_one_beginning_stay_two() -> None:
    assert filter_value("x" * 300 + "a") != filter_value("x" * 300 + "b")


@given(st.text() | st.text(" \n\u200b\0\ud800", min_size=1) | st.text("学", min_size=150))
@example("\u200b")
@example("\ud800" * 300)
def test_any_name_fits_in_a_filter(name: str) -> None:
    value = filter_value(name)
    assert len(value) <= 200
    assert (not value) == (not name)
    assert value.split() == [value] * bool(value)
    assert value.encode().count(0) == 0
    assert filter_value(value) == value
