"""Merges of a text that an editor and a file both changed: results, clashes, spacing."""

import pytest

from digests.merging import Merged, Outcome, merge_markdown

BASE = """\
* **问题**: 召回率低
* **观点**: 先看数据
  * 数据不干净
  * 参数太多
* **结论**: 混合检索最好
"""
POINT = "* **观点**: 先看数据\n  * 数据不干净\n  * 参数太多\n"
FENCE = "```\nx = 1\n```\n"


def _merged(base: str, ours: str, theirs: str) -> str:
    merged = merge_markdown(base, ours, theirs)
    assert merged.outcome is not Outcome.CLASH
    return merged.value


def _clash(base: str, ours: str, theirs: str) -> Merged[str]:
    merged = merge_markdown(base, ours, theirs)
    assert merged.outcome is Outcome.CLASH
    return merged


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("召回率低", "召回率很低"), ("先看数据", "先看看数据")),
        (("混合检索最好", "混合检索更好"), ("参数太多", "参数有点多")),
        (("数据不干净", "数据很不干净"), ("参数太多", "参数有点多")),
        (("  * 参数太多\n", ""), ("数据不干净", "数据很不干净")),
        (("  * 参数太多\n", ""), ("先看数据", "先看看数据")),
        ((POINT, ""), ("召回率低", "召回率很低")),
        (("* **结论**", "* **方法**: 重排\n* **结论**"), ("召回率低", "召回率很低")),
        (("* **结论**", "* **方法**: 重排\n* **结论**"), ("混合检索最好", "混合检索更好")),
        (("  * 参数太多\n", "  * 参数太多\n  * 太慢\n"), ("混合检索最好", "混合检索更好")),
        (("混合检索最好\n", "混合检索最好\n\n一段话。\n"), ("召回率低", "召回率很低")),
    ],
)
def test_changes_of_both_sides_in_different_blocks_arrive(
    ours: tuple[str, str], theirs: tuple[str, str]
) -> None:
    both = BASE.replace(*ours).replace(*theirs)
    assert _merged(BASE, BASE.replace(*ours), BASE.replace(*theirs)) == both
    assert _merged(BASE, BASE.replace(*theirs), BASE.replace(*ours)) == both


def test_a_block_that_both_changed_clashes_alone() -> None:
    ours = BASE.replace("混合检索最好", "编辑写的")
    theirs = BASE.replace("混合检索最好", "文件写的").replace("召回率低", "召回率很低")
    merged = _clash(BASE, ours, theirs)
    assert merged.value == ours.replace("召回率低", "召回率很低")
    assert merged.before == BASE.replace("召回率低", "召回率很低")
    assert merged.theirs == theirs
    assert merged.base == BASE.replace("召回率低", "召回率很低")


def test_a_block_that_one_side_changed_and_the_other_deleted_clashes() -> None:
    changed, deleted = (
        BASE.replace("混合检索最好", "改了"),
        BASE.replace("* **结论**: 混合检索最好\n", ""),
    )
    assert _clash(BASE, changed, deleted).theirs == deleted
    assert _clash(BASE, deleted, changed).value == deleted
    assert _clash(BASE, deleted, changed).theirs == changed


def test_a_point_that_one_side_deleted_clashes_whole_with_a_change_inside_it() -> None:
    deleted, changed = BASE.replace(POINT, ""), BASE.replace("参数太多\n", "参数太多\n  * 太慢\n")
    assert _clash(BASE, deleted, changed).value == deleted
    assert _clash(BASE, deleted, changed).theirs == changed
    assert _clash(BASE, changed, deleted).value == changed
    assert _clash(BASE, changed, deleted).theirs == deleted


def test_what_both_sides_added_comes_in_the_files_first() -> None:
    ours, theirs = BASE + "* **方法**: 重排\n", BASE + "* **经验**: 少即是多\n"
    assert _merged(BASE, ours, theirs) == theirs + "* **方法**: 重排\n"


def test_what_both_sides_added_alike_comes_in_once() -> None:
    added = "* **方法**: 重排\n"
    theirs = BASE.replace("召回率低", "召回率很低") + added
    assert _merged(BASE, BASE + added, theirs) == theirs


def test_two_versions_of_an_added_point_clash() -> None:
    merged = _clash(BASE, BASE + "* **方法**: 重排\n", BASE + "* **方法**: 蒸馏\n")
    assert (merged.value, merged.before) == (BASE + "* **方法**: 重排\n", BASE)
    assert merged.theirs == BASE + "* **方法**: 蒸馏\n"


def test_a_nested_bullet_stays_in_its_point_when_the_file_adds_a_point_after_it() -> None:
    last = "  * 参数太多\n"
    ours = BASE.replace(last, last + "  * 编辑写的\n")
    theirs = BASE.replace(last, last + "* **方法**: 重排\n")
    both = BASE.replace(last, last + "  * 编辑写的\n* **方法**: 重排\n")
    assert _merged(BASE, ours, theirs) == both


def test_a_point_that_moved_takes_along_what_the_other_side_added_to_it() -> None:
    moved = BASE.replace(POINT, "") + POINT
    added = BASE.replace("参数太多\n", "参数太多\n  * 太慢\n")
    both = moved.replace("参数太多\n", "参数太多\n  * 太慢\n")
    assert _merged(BASE, moved, added) == both
    assert _merged(BASE, added, moved) == both


def test_a_point_that_both_moved_stays_where_the_editor_put_it() -> None:
    first, second, third, fourth = (f"* 第{n}点\n" for n in "一二三四")
    ours, theirs = second + third + first + fourth, second + third + fourth + first
    assert _merged(first + second + third + fourth, ours, theirs) == ours


def test_paragraphs_that_come_together_stay_paragraphs() -> None:
    assert (
        _merged("甲。\n", "甲。\n\n乙。\n", "丙。\n\n甲。\n\n丁。\n")
        == "丙。\n\n甲。\n\n丁。\n\n乙。\n"
    )


def test_a_text_without_a_final_line_end_takes_more_bullets() -> None:
    assert _merged("* 甲", "* 甲\n* 乙", "* 丙\n* 甲") == "* 丙\n* 甲\n* 乙"


def test_a_list_with_blank_lines_after_it_keeps_them_there() -> None:
    assert (
        _merged("* 甲\n\n\n", "* 甲\n* 乙\n\n\n", "* 甲\n* 丙的\n\n\n")
        == "* 甲\n* 丙的\n* 乙\n\n\n"
    )


def test_windows_line_ends_survive() -> None:
    base, ours, theirs = (
        text.replace("\n", "\r\n")
        for text in (BASE, BASE + "* **方法**: 重排\n", BASE + "* **经验**: 少即是多\n")
    )
    merged = _merged(base, ours, theirs)
    assert merged.count("\r\n") == merged.count("\n") == len(merged.splitlines()) == 7


def test_a_fence_and_a_table_are_blocks_of_their_own() -> None:
    table = "| 甲 | 乙 |\n| - | - |\n| 丙 | 丁 |\n"
    base = f"{FENCE}\n{table}"
    ours, theirs = base.replace("x = 1", "x = 2"), base.replace("丁", "戊")
    assert _merged(base, ours, theirs) == base.replace("x = 1", "x = 2").replace("丁", "戊")


def test_the_end_of_a_fence_that_one_side_took_away_clashes_instead_of_swallowing_the_rest() -> (
    None
):
    base = f"{FENCE}\n* 甲\n"
    ours, theirs = base.replace("1\n```", "1\n"), base + "* 乙\n"
    assert _clash(base, ours, theirs) == Merged(
        ours, Outcome.CLASH, base=base, before=base, theirs=theirs
    )


def test_a_nested_bullet_is_not_put_under_another_point() -> None:
    base = "* 甲\n* 乙\n  * 丙\n"
    merged = _clash(base, "* 甲\n", "* 甲\n* 乙\n  * 丙\n  * 丁\n")
    assert merged.value == "* 甲\n"
    assert merged.theirs == "* 甲\n* 乙\n  * 丙\n  * 丁\n"


def test_the_outcome_says_whose_changes_are_in() -> None:
    ours, theirs = BASE.replace("召回率低", "召回率很低"), BASE.replace("最好", "更好")
    both = ours.replace("最好", "更好")
    assert merge_markdown(BASE, ours, theirs).outcome is Outcome.MERGED
    assert merge_markdown(BASE, both, theirs).outcome is Outcome.KEPT
    assert merge_markdown(BASE, ours, both).outcome is Outcome.TAKEN
