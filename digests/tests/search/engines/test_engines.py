"""The searches of an engine, tested on the database in use; `test_writing` has its tables."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.models import SearchDocument
from digests.search.engines import Order
from digests.search.engines.base import Engine
from digests.search.engines.requests import Entry
from digests.search.language.tokenizer import Phrase, characters, fold, tokens
from digests.search.language.tree import And, Filter, Node, Not, Or, Text
from digests.tests.search.entries import (
    EVERYTHING,
    entry,
    facets,
    found,
    index,
    page,
    ranked,
    request,
    suggested,
    text,
)
from digests.tests.search.trees import holds

pytestmark = pytest.mark.django_db

SYNTAX = ['"', "'", "\\", "*", ":", "&", "|", "!", "(", ")", "%", "_", "=", "^", "-", "{", "?", "$"]


SEARCHED: list[Node] = [
    text("rag"),
    And((text("rag"), text("dpo"))),
    Or((text("rag"), text("dpo"))),
    EVERYTHING,
]


def queries_of(engine: Engine, node: Node) -> list[int]:
    """Numbers of queries: of a search in each order, and of an overview."""
    numbers = []
    for order in Order:
        with CaptureQueriesContext(connection) as queries:
            engine.search(request(node), order, limit=2)
        numbers.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        engine.overview(request(node))
    return [*numbers, len(queries)]


# Hits


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("显存", [2, 1]),
        ("存占", [1]),
        ("存", [2, 1]),
        ("显", [2, 1]),
        ("占", [1]),
        ("显存占用", [1]),
        ("qwen2", [2]),
        ("qwe", []),
        ("2 的", [2]),
        ("低", [2, 1]),
        ("高", []),
        ("", [3, 2, 1]),
    ],
)
def test_a_text_is_found_where_its_tokens_follow_each_other(
    engine: Engine, typed: str, places: list[int]
) -> None:
    index(
        engine,
        entry(1, "显存占用", "可以更低"),
        entry(2, "Qwen2 的显存", "低"),
        entry(3, "KV cache"),
    )
    assert found(engine, typed) == places
    assert engine.count(request(typed)) == len(places)
    assert sorted(ranked(engine, typed)) == sorted(places)


def test_the_beginning_of_a_word_is_found_if_the_phrase_is_open_ended(engine: Engine) -> None:
    index(
        engine,
        entry(1, "LangChain 入门"),
        entry(2, "lang"),
        entry(3, "u w tag", filters="slug=rag"),
    )
    assert found(engine, Text("lang", Phrase(("lang",), open_ended=True))) == [2, 1]
    assert found(engine, Text("入", Phrase(("langchain", "入"), open_ended=True))) == [1]
    assert found(engine, Text("u", Phrase(("u",), open_ended=True))) == [3]
    assert found(engine, Text("=", Phrase(("=tag",), open_ended=False))) == []


def test_no_phrase_reaches_from_one_text_into_the_next(engine: Engine) -> None:
    index(
        engine,
        entry(
            1, "one", tags="two", conclusions="three", points="four", body="five", references="six"
        ),
    )
    for typed in ("one two", "two three", "three four", "four five", "five six", "one one"):
        assert found(engine, typed) == [], typed
    for typed in ("one", "two", "three", "four", "five", "six"):
        assert found(engine, typed) == [1], typed


def test_a_filter_is_found_and_is_no_text(engine: Engine) -> None:
    index(
        engine, entry(1, "x", filters="slug=rag ref=url:https://a.b/'c"), entry(2, "slug=rag rag")
    )
    assert found(engine, Filter("slug", "rag")) == [1]
    assert found(engine, Filter("ref", "url:https://a.b/'c")) == [1]
    assert found(engine, Filter("slug", "ra")) == []
    assert found(engine, "slug=rag") == [2]
    assert found(engine, "rag") == [2]


@pytest.mark.parametrize("sign", SYNTAX)
def test_tokens_that_are_syntax_of_the_engine_are_tokens(engine: Engine, sign: str) -> None:
    index(
        engine,
        Entry(1, title=("a", sign, "b")),
        Entry(2, title=("a", "b")),
        Entry(3, title=(sign,), filters=(f"slug={sign}",)),
    )
    assert found(engine, Text("", Phrase(("a", sign, "b")))) == [1]
    assert found(engine, Text("", Phrase((sign,)))) == [3, 1]
    assert found(engine, Not(Text("", Phrase((sign, "b"))))) == [3, 2]
    assert found(engine, Filter("slug", sign)) == [3]
    assert ranked(engine, Text("", Phrase((sign,)))) == [3, 1]
    assert suggested(engine, request(Text("", Phrase(("a", sign), open_ended=True))), 9) == [1]
    assert facets(engine, EVERYTHING)["slug"] == Counter({sign: 1})


@pytest.mark.parametrize("typed", ["\0", "a\0b", "\ud800", "x" * 5000, "强" * 300, "-" * 300])
def test_nothing_that_is_asked_raises(engine: Engine, typed: str) -> None:
    index(engine, entry(1, "x"))
    for node in (Text(typed, Phrase((typed,))), Filter("slug", typed)):
        assert found(engine, node) == []
        assert found(engine, Not(node)) == [1]
        assert ranked(engine, node, boosts=[node]) == []
        assert suggested(engine, request(node), 9) == []


def test_a_token_longer_than_an_index_can_hold_is_found(engine: Engine) -> None:
    index(engine, Entry(1, title=("a" * 9000,)), Entry(2, title=("a" * 9001,)))
    assert found(engine, Text("", Phrase(("a" * 9000,)))) == [1]
    assert found(engine, Text("", Phrase(("aaa",), open_ended=True))) == [2, 1]


def test_only_places_within_the_bounds_are_found(engine: Engine) -> None:
    index(engine, *(entry(place, "rag") for place in range(1, 7)))
    bounds: dict[str, Any] = {"first": 2, "before": 5}
    assert found(engine, "rag", **bounds) == [4, 3, 2]
    assert found(engine, EVERYTHING, **bounds) == [4, 3, 2]
    assert ranked(engine, "rag", **bounds) == [4, 3, 2]
    assert engine.count(request("rag", **bounds)) == 3
    assert suggested(engine, request("rag", **bounds), 9) == [4, 3, 2]


def test_a_page_of_hits_is_a_part_of_them(engine: Engine) -> None:
    index(engine, *(entry(place, "rag") for place in range(1, 8)))
    for order in Order:
        assert page(engine, "rag", order, 2, 3) == [5, 4, 3]
        assert page(engine, "rag", order, 6, 3) == [1]
        assert page(engine, "rag", order, 9, 3) == []


# Random trees, compared with the same conditions in Python


PIECES = ["a ", "b ", "c ", "显存", "存占", "占", " 占 ", "，"]


def random_text(chance: random.Random, longest: int) -> str:
    return fold("".join(chance.choices(PIECES, k=chance.randrange(longest + 1))))


def random_entries(chance: random.Random) -> Iterator[Entry]:
    """Random entries, some of them of long texts."""
    for place in range(1, 41):
        texts = [random_text(chance, 8) for _ in range(6)]
        match place % 8:
            case 1:
                texts[4] += "a x " * 300 + "b c"
            case 2:
                texts[3] += "x，" * 300 + "a，c"
            case 3 if place == 3:
                texts[4] += "".join(f"n{number} " for number in range(17_000)) + "c，a 占"
            case 4 if place == 4:
                texts[2] += "".join(f"{number:0500} " for number in range(2_500)) + "b a"
        title, tags, conclusions, points, body, references = map(tokens, texts)
        yield Entry(
            place,
            title=title,
            tags=tags,
            conclusions=conclusions,
            points=points,
            body=body,
            references=references,
            characters=sorted(characters("".join(texts))),
            filters=chance.sample(["slug=r", "slug=s", "year=2024"], k=chance.randrange(4)),
        )


def random_node(chance: random.Random, depth: int = 3) -> Node:
    kind = chance.randrange(8) if depth else chance.randrange(3)
    parts = [random_node(chance, depth - 1) for _ in range(chance.randrange(2, 4))] if depth else []
    match kind:
        case 0:
            return Filter("slug", chance.choice("rs"))
        case 1 | 2:
            typed = random_text(chance, 3)
            return text(typed) if tokens(typed) else EVERYTHING
        case 3 | 4:
            return Not(parts[0])
        case 5:
            return Or(tuple(parts))
        case _:
            return And(tuple(parts[: chance.randrange(4)]))


def test_any_tree_finds_what_it_says(engine: Engine) -> None:
    chance = random.Random(5)  # noqa: S311
    documents = list(random_entries(chance))
    index(engine, *documents)
    for _ in range(200):
        node = random_node(chance)
        hits = [document for document in reversed(documents) if holds(node, document)]
        truth = [document.document_id for document in hits]
        assert found(engine, node) == truth, node
        assert engine.count(request(node)) == len(truth), node
        assert sorted(ranked(engine, node)) == sorted(truth), node
        years = sum(
            "year=2024" in document.filters
            for document in documents
            if document.document_id in truth
        )
        assert facets(engine, node)["year"]["2024"] == years, node


def test_a_wide_and_a_deep_tree_are_answered(engine: Engine) -> None:
    index(engine, entry(1, "a b c"))
    wide = tuple(text(f"w{number}") for number in range(60))
    deep: Node = text("a")
    for number in range(40):
        deep = Or((And((deep, text("b"))), Not(And((text(f"w{number}"), Not(text("c")))))))
    assert found(engine, Or((*wide, text("a")))) == [1]
    assert found(engine, And((*map(Not, wide), text("a")))) == [1]
    assert ranked(engine, deep) == [1]


# Other methods of an engine


def test_facets_count_all_hits(engine: Engine) -> None:
    index(
        engine,
        entry(1, "rag", filters="slug=rag slug=ai year=2024 ref=x"),
        entry(2, "rag", filters="slug=rag year=2023 label=结论"),
        entry(3, "dpo", filters="slug=dpo year=2023"),
    )
    assert facets(engine, "rag") == {
        "slug": Counter(rag=2, ai=1),
        "label": Counter(结论=1),
        "kind": Counter(),
        "year": Counter({"2024": 1, "2023": 1}),
    }
    assert facets(engine, EVERYTHING, before=3)["year"]["2023"] == 1


def test_the_hits_of_many_requests_are_counted_at_once(engine: Engine) -> None:
    index(engine, entry(1, "rag"), entry(2, "rag dpo"))
    assert engine.counts([request("rag"), request("lora"), request(EVERYTHING)]) == [2, 0, 2]
    assert engine.counts([]) == []
    assert engine.counts([request("rag"), request(EVERYTHING)], at_most=1) == [1, 1]


def test_a_search_asks_as_often_however_many_hits_there_are(engine: Engine) -> None:
    index(engine, *(entry(number, "rag", "dpo") for number in range(1, 4)))
    few = [queries_of(engine, node) for node in SEARCHED]
    index(engine, *(entry(number, "rag", "dpo") for number in range(4, 40)))
    assert [queries_of(engine, node) for node in SEARCHED] == few


def test_a_search_that_is_given_the_overview_finds_the_same(engine: Engine) -> None:
    index(engine, *(entry(n, f"rag {n}", "dpo 化学 " * n) for n in range(1, 9)), entry(9, "dpo"))
    for node, order, offset in product(SEARCHED, Order, (0, 3)):
        asked = request(node)
        known = engine.overview(asked)
        places = engine.search(asked, order, offset=offset, limit=4, overview=known)
        assert places == page(engine, node, order, offset, 4)


def test_more_hits_than_are_scored_are_not_read_for_their_scores(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(engine, *(entry(n, f"x {n}", "rag") for n in range(1, 6)), entry(6, "rag", "y " * 99))
    by_score = ranked(engine, "rag")
    assert by_score[0] == 6
    monkeypatch.setattr(type(engine), "scored", 5)
    with CaptureQueriesContext(connection) as captured:
        assert set(ranked(engine, "rag")) == set(by_score)
    assert not any("score" in each["sql"] for each in captured)


def test_the_newest_years_are_looked_through_first_where_terms_find_their_hits(
    engine: Engine,
) -> None:
    index(engine, *(entry(n, f"rag {n}", filters=f"year={2010 + n}") for n in range(1, 9)))
    year = Filter("year", "2018")
    for node, has_parts in (
        (text("rag"), True),
        (And((text("rag"), Not(text("3")))), True),
        (Or((text("rag"), text("3"))), False),
        (Not(text("3")), False),
        (And((text("rag"), year)), False),
        (EVERYTHING, False),
    ):
        asked = request(node, newest_years=[2018, 2017])
        with CaptureQueriesContext(connection) as captured:
            places = engine.search(asked, Order.NEWEST, limit=9)
        assert places == found(engine, node)
        is_parted = has_parts and connection.vendor == "postgresql"
        assert ("in_2017" in captured[0]["sql"]) is is_parted


def test_suggestions_are_titles_that_hold_the_texts_the_newest_first(engine: Engine) -> None:
    index(
        engine,
        entry(1, "检索 RAG", filters="slug=rag"),
        entry(2, "其他", "检索"),
        entry(3, "向量检索"),
        entry(4, "检测"),
    )
    assert suggested(engine, request("检索"), 9) == [3, 1]
    assert suggested(engine, request("检"), 9) == [4, 3, 1]
    assert suggested(engine, request("检"), 2) == [4, 3]
    assert suggested(engine, request("其"), 9) == [2]
    assert suggested(engine, request(And((text("检索"), Filter("slug", "rag")))), 9) == [1]
    assert suggested(engine, request(And((text("检"), Not(text("向量"))))), 9) == [4, 1]


def test_titles_that_hold_the_texts_come_as_a_subquery_too(engine: Engine) -> None:
    index(
        engine,
        entry(1, "检索 RAG"),
        entry(2, "其他", "检索 RAG"),
        entry(3, "RAG 向量检索"),
        entry(4, "50% 检索"),
    )
    SearchDocument.objects.bulk_create(
        SearchDocument(kind="topic", object_id=place, place=place, texts={}, analyzer_version=1)
        for place in range(1, 5)
    )

    def titled(node: Node, limit: int = 9) -> set[int]:
        places = engine.titled(request(node), limit)
        found = SearchDocument.objects.filter(place__in=places).values_list("object_id", flat=True)
        return set(found)

    both = And((text("检索"), text("RAG")))
    assert titled(both) == {1, 3}
    assert titled(both, 1) == {3}
    assert titled(Or((both, And((text("50%"), text("检索")))))) == {1, 3, 4}
    assert titled(Or((text("没有"), text("' OR 1")))) == set()
