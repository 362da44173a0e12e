"""Differences in the admin: the parts of two or three texts that are shown, folded and marked."""

from digests.admin.differences import Stretch, compare, compare_both
from digests.merging.differences import Change

LINES = "".join(f"第{number}行\n" for number in range(30))


def _text(stretches: list[Stretch], *changes: Change) -> str:
    pieces = [piece for stretch in stretches for piece in stretch.pieces]
    return "".join(text for change, text in pieces if change in changes)


def test_long_stretches_without_a_change_are_folded_and_nothing_is_lost() -> None:
    new = LINES.replace("第15行", "第十五行")
    stretches = compare(LINES, new)
    assert [bool(stretch.folded) for stretch in stretches] == [False, True, False, True, False]
    assert _text(stretches, Change.SAME, Change.REMOVED) == LINES.rstrip("\n")
    assert _text(stretches, Change.SAME, Change.ADDED) == new.rstrip("\n")
    (shown,) = (stretch for stretch in stretches if len(stretch.pieces) > 1)
    assert "第14行" in _text([shown], Change.SAME)
    assert "第16行" in _text([shown], Change.SAME)


def test_a_short_text_is_shown_whole() -> None:
    assert [stretch.folded for stretch in compare("甲\n乙\n", "甲\n丙\n")] == [0]


def test_line_ends_of_windows_are_no_change() -> None:
    assert _text(compare("甲\r\n乙\r\n", "甲\n乙\n"), Change.ADDED, Change.REMOVED) == ""


def test_the_text_before_marks_what_either_side_changed() -> None:
    before, ours, theirs = compare_both(
        "显存 不够，速度 很慢", "内存 不够，速度 很慢", "显存 不够，速度 很快"
    )
    assert _text(before, Change.REMOVED) == "显存很慢"
    assert _text(before, Change.REMOVED, Change.SAME) == "显存 不够，速度 很慢"
    assert _text(ours, Change.ADDED) == "内存"
    assert _text(theirs, Change.ADDED) == "很快"


def test_the_place_where_something_was_added_is_not_folded_away() -> None:
    middle = LINES.replace("第15行", "第15行，补充")
    before, _, _ = compare_both(LINES, middle, middle.replace("补充", "更正"))
    shown = [stretch for stretch in before if not stretch.folded]
    assert "第15行" in _text(shown, Change.SAME)
