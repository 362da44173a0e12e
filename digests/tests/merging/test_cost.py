"""Linear cost of a merge: a text three times as long costs at most some three times as much.

Cost is the number of function calls, as in `importing/test_cost.py`.
"""

import cProfile
import pstats
from collections.abc import Callable

import pytest

from digests.merging import match, merge_markdown, merge_order
from digests.merging.differences import differences
from digests.tests.merging.test_matching import Section

FEW = 150
ROOM = 1.3  # tolerance for n log n, and for caches that fill

Versions = tuple[str, str, str]


def _equal_bullets(count: int) -> Versions:
    base = "* **观点**: 甲\n" * count
    return base, base + "* 编辑的\n", "* 文件的\n" + base


def _equal_nested_bullets(count: int) -> Versions:
    base = "* 甲\n" + "  * 乙\n" * count
    return base, base + "  * 编辑的\n", "* 文件的\n" + base


def _bullets_that_all_changed(count: int) -> Versions:
    base = "".join(f"* **观点**: 第 {n} 点，召回率\n" for n in range(count))
    return base, base.replace("召回率", "准确率"), base.replace("观点", "结论")


def _bullets_that_are_all_others(count: int) -> Versions:
    texts = ("".join(f"* {word}{n}\n" for n in range(count)) for word in ("甲", "乙", "丙"))
    base, ours, theirs = texts
    return base, ours, theirs


def _bullets_in_reverse(count: int) -> Versions:
    lines = [f"* 第 {n} 点\n" for n in range(count)]
    return "".join(lines), "".join(lines[::-1]), "".join(lines[1:])


@pytest.mark.parametrize(
    "versions",
    [
        _equal_bullets,
        _equal_nested_bullets,
        _bullets_that_all_changed,
        _bullets_that_are_all_others,
        _bullets_in_reverse,
    ],
)
def test_the_cost_of_a_merge_grows_as_the_text(versions: Callable[[int], Versions]) -> None:
    _assert_linear(lambda count: merge_markdown(*versions(count)))


def test_the_cost_of_an_order_grows_as_its_length() -> None:
    def reverse(count: int) -> object:
        order = range(count)
        return merge_order(order, order[::-1], range(1, count + 1))

    _assert_linear(reverse)


def test_the_cost_of_pairing_rewritten_sections_grows_as_their_number() -> None:
    def rewritten(count: int) -> object:
        base = [Section(f"题{n}", f"正文{n}") for n in range(count)]
        return match([Section(f"新{n}", f"另文{n}") for n in range(count)], base, base)

    _assert_linear(rewritten)


@pytest.mark.parametrize("word", ["的", "甲 ", "甲\n", "甲{n}\n"])
def test_the_cost_of_a_difference_grows_as_the_text(word: str) -> None:
    def text(count: int) -> str:
        return "".join(word.replace("{n}", str(n)) for n in range(count))

    _assert_linear(lambda count: differences(f"首{text(8 * count)}尾", f"头{text(8 * count)}末"))


def _assert_linear(task: Callable[[int], object]) -> None:
    few, many = (_calls(task, count) for count in (FEW, 3 * FEW))
    assert many < 3 * ROOM * few


def _calls(task: Callable[[int], object], count: int) -> int:
    with cProfile.Profile() as profile:
        task(count)
    calls: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]  # stubs lack it
    return calls
