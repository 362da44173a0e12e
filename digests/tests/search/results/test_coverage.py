"""Topics with some of the words of a query, on the database in use."""

from collections.abc import Iterator
from typing import Any

import pytest

from digests.search.engines.base import Engine
from digests.search.engines.requests import Entry
from digests.search.language.tokenizer import fold
from digests.search.language.tree import And, Filter
from digests.search.results import coverage
from digests.search.results.coverage import Coverage, Word
from digests.tests.search.entries import entry, found, index, request

pytestmark = pytest.mark.django_db

EVERYTHING = And(())


def fillers(first: int, count: int = 60) -> Iterator[Entry]:
    """Other topics, without which every word would be too frequent to tell anything."""
    return (entry(first + number, "filler", "nothing of interest") for number in range(count))


def coverage_of(engine: Engine, *words: str) -> Coverage:
    topics = {word: engine.count(request(Word(word, 1).anywhere)) for word in words}
    counted = sorted(map(Word, topics, topics.values()), key=lambda word: word.topics)
    return Coverage(counted, engine.count(request(EVERYTHING)), fold(" ".join(words)))


def covered(engine: Engine, *words: str, **rest: Any) -> list[int]:
    """The ids of topics with some of these words, the best first."""
    return coverage_of(engine, *words).ranked(request(rest.pop("node", EVERYTHING), **rest))


def test_four_of_five_words_come_before_the_rarest_alone(engine: Engine) -> None:
    four = ["attention", "memory", "kernel", "batch"]
    index(
        engine,
        entry(1, "x", " ".join(four)),
        entry(2, "x", "rarest"),
        entry(3, "rarest", "x"),
        *(entry(10 + number, "x", four[number % 4]) for number in range(40)),
        *fillers(100),
    )
    assert covered(engine, *four, "rarest")[:3] == [1, 3, 2]


def test_a_title_with_one_wrong_word_is_found_among_topics_that_have_every_word(
    engine: Engine,
) -> None:
    words = ["模型", "训练", "推理", "数据", "评测"]
    everything = " ".join(words)
    index(
        engine,
        entry(1, "模型训练与推理的数据", everything),
        *(entry(10 + number, f"{words[number % 5]}周报", everything) for number in range(50)),
    )
    assert covered(engine, "模型", "训练", "推理", "评测")[0] == 1


def test_a_word_in_most_topics_counts_in_titles_alone(engine: Engine) -> None:
    index(
        engine,
        entry(1, "模型的显存", "x"),
        entry(2, "x", "模型的显存"),
        entry(3, "x", "显存"),
        *(entry(10 + number, "x", "模型") for number in range(20)),
    )
    assert covered(engine, "模型", "显存") == [1, 3, 2]
    assert found(engine, coverage_of(engine, "模型", "显存").node) == [3, 2, 1]


def test_if_all_words_are_in_most_topics_the_rarest_is_asked_for_behind_titles(
    engine: Engine,
) -> None:
    index(
        engine,
        entry(1, "模型的显存", "x"),
        *(entry(10 + number, "x", "模型") for number in range(9)),
        *(entry(20 + number, "x", "显存 模型") for number in range(4)),
    )
    assert covered(engine, "模型", "显存") == [1, 23, 22, 21, 20]
    assert covered(engine, "显存") == [1, 23, 22, 21, 20]


def test_a_long_topic_has_words_by_chance(engine: Engine) -> None:
    long = " ".join(f"word {number}" for number in range(3000))
    index(
        engine,
        entry(1, "x", "attention memory"),
        entry(2, "x", f"attention {long} memory"),
        entry(3, "x", f"attention {long}"),
        *fillers(100),
    )
    assert covered(engine, "attention", "memory") == [1, 2, 3]


def test_an_old_topic_is_found_behind_many_newer_ones_with_two_of_the_words(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "_READ", 3)
    words = ["attention", "memory", "kernel", "batch", "token"]
    pairs = [f"{one} {other}" for one in words for other in words if one != other]
    index(
        engine,
        entry(1, "x", "attention memory kernel batch"),
        *(entry(10 + number, "x", pairs[number % len(pairs)]) for number in range(100)),
        *fillers(1000, 300),
    )
    assert covered(engine, *words)[0] == 1


def test_other_conditions_and_bounds_are_met(engine: Engine) -> None:
    index(
        engine,
        entry(1, "attention memory", filters="tag=rag"),
        entry(2, "attention memory"),
        entry(3, "attention", filters="tag=rag"),
        *fillers(100),
    )
    assert covered(engine, "attention", "memory", node=Filter("tag", "rag")) == [1, 3]
    assert covered(engine, "attention", "memory", first=2, before=3) == [2]


def test_each_ranked_topic_meets_the_condition(engine: Engine) -> None:
    words = ["化学", "注意力", "gpt-4o", "memory"]
    index(
        engine,
        entry(1, "注意力", "memory"),
        entry(2, "化学实验", "gpt-4 o"),
        entry(3, "gpt-4o", "注意力与化学"),
        entry(4, "memory", "x"),
        *fillers(100),
    )
    of_words = coverage_of(engine, *words)
    assert sorted(of_words.ranked(request(EVERYTHING))) == found(engine, of_words.node)[::-1]


def test_words_that_follow_each_other_count_for_more(engine: Engine) -> None:
    index(
        engine,
        entry(1, "x", "能力对齐"),
        entry(2, "x", "对齐；能力"),
        *fillers(100),
    )
    assert covered(engine, "能力", "对齐") == [1, 2]


def test_a_part_of_words_is_found_as_such() -> None:
    assert Word("示词", 0, is_known=False).anywhere != Word("示词", 1).anywhere


def test_of_equal_topics_the_newest_comes_first(engine: Engine) -> None:
    index(engine, *(entry(place, "x", "memory kernel") for place in (3, 1, 2)), *fillers(100))
    assert covered(engine, "memory", "kernel") == [3, 2, 1]
