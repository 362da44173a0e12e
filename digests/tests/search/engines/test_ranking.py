"""The order of hits by relevance, tested on the database in use."""

import pytest

from digests.search.engines import Order
from digests.search.engines.base import Engine
from digests.search.engines.requests import RANKED, Entry
from digests.search.language.tree import And, Filter, Or
from digests.tests.search.entries import (
    EVERYTHING,
    entry,
    found,
    index,
    page,
    ranked,
    request,
    text,
)

pytestmark = pytest.mark.django_db


def fillers(first: int, count: int = 30) -> list[Entry]:
    """Other documents, without which every word would be too frequent to tell anything."""
    return [entry(first + number, "filler", "nothing of interest here") for number in range(count)]


def test_a_title_comes_before_tags_conclusions_points_and_body(engine: Engine) -> None:
    index(
        engine,
        entry(1, "about rag", "what else there is"),
        entry(2, "about x", "what else there is", tags="rag"),
        entry(3, "about x", "what else there is", conclusions="so rag"),
        entry(4, "about x", "what else there is", points="so rag"),
        entry(5, "about x", "rag what else there is"),
        *fillers(10),
    )
    assert ranked(engine, "rag") == [1, 2, 3, 4, 5]


def test_a_word_comes_before_its_characters_in_other_words(engine: Engine) -> None:
    index(
        engine,
        entry(1, "实验", "他研究化学"),
        *(entry(place, "强化学习", "强化学习与强化学习") for place in range(2, 8)),
        *fillers(10),
    )
    assert ranked(engine, "化学")[0] == 1


def test_what_is_boosted_comes_first_in_the_order_of_the_boosts(engine: Engine) -> None:
    index(
        engine,
        entry(1, "old", "learning to rank"),
        entry(2, "old", "learning to rank"),
        entry(3, "old", "learning or rank"),
        entry(4, "rank learning", "rank learning"),
        *fillers(10),
    )
    node = And((text("learning"), text("rank")))
    boosts = [text("learning or rank"), text("learning to rank"), text("rank")]
    assert ranked(engine, node, boosts=boosts) == [3, 2, 1, 4]
    assert found(engine, node, boosts=boosts) == [4, 3, 2, 1]


def test_what_has_no_other_title_comes_first(engine: Engine) -> None:
    index(
        engine,
        entry(1, "强化学习", "nothing"),
        entry(2, "强化学习的学习", "强化学习 强化学习 强化学习", tags="强化学习"),
        entry(3, "RAG DPO", "nothing"),
        entry(4, "of RAG DPO", "rag dpo rag dpo", tags="rag dpo"),
        *fillers(10),
    )
    assert ranked(engine, "强化学习") == [1, 2]
    assert ranked(engine, And((text("dpo"), text("rag"))), boosts=[text("rag dpo")]) == [3, 4]


def test_newer_comes_before_older_at_a_tie(engine: Engine) -> None:
    index(engine, *(entry(place, "rag", "the same") for place in (3, 1, 2)), *fillers(10))
    assert ranked(engine, "rag") == [3, 2, 1]
    assert ranked(engine, Filter("slug", "x")) == []


def test_of_alternatives_more_and_rarer_ones_come_first(engine: Engine) -> None:
    index(
        engine,
        entry(1, "x", "rare word"),
        entry(2, "x", "rare and common word"),
        *(entry(place, "x", "common word") for place in range(3, 12)),
        *fillers(20),
    )
    node = Or((text("common"), text("rare")))
    assert ranked(engine, node)[:3] == [2, 1, 11]


def test_old_hits_with_a_title_a_word_or_a_boost_are_ranked_among_many_newer_ones(
    engine: Engine,
) -> None:
    newer = (entry(place, "x", "强化学习 and rag") for place in range(10, 20 + RANKED))
    index(
        engine,
        entry(1, "rag 强化学习"),
        entry(2, "x", "rag 化学"),
        entry(3, "x", "强化学习 for rag"),
        entry(4, "x", "强化学习 and rag"),
        *newer,
        *fillers(30_000, 3 * RANKED),
    )
    assert ranked(engine, "rag")[0] == 1
    assert ranked(engine, "化学")[0] == 2
    assert ranked(engine, And((text("化学"), text("rag"))), boosts=[text("for rag")])[:2] == [3, 2]
    assert len(ranked(engine, "rag")) == RANKED
    assert engine.count(request("rag")) == RANKED + 14
    assert page(engine, "rag", Order.RELEVANCE, RANKED - 2, 20) != []
    assert page(engine, "rag", Order.RELEVANCE, RANKED, 20) == []
    assert page(engine, EVERYTHING, Order.RELEVANCE, RANKED, 20) == []
