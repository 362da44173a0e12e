import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.merging import merge_order

SEQUENCES = st.lists(st.sampled_from("abcdefgh"), unique=True)


def _merged(base: str, ours: str, theirs: str, keep: str = "") -> str:
    return "".join(merge_order(base, ours, theirs, keep=keep))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("abc", "abxc", "abc", "abxc"),
        ("abc", "abc", "abyc", "abyc"),
        ("abc", "abxc", "abyc", "abyxc"),  # at the same place theirs come first
        ("abc", "xabc", "yabc", "yxabc"),
        ("abcd", "bcad", "abdc", "bdca"),  # a follows c, wherever theirs put that
        ("abcd", "bcda", "abcd", "bcda"),
        ("abcd", "abcd", "bcda", "bcda"),
        ("abcd", "bcad", "bcda", "bcad"),  # both moved a: where ours has it
        ("abcd", "bcda", "axbcd", "bcdax"),  # what was added to what moved goes with it
        ("abc", "ac", "abc", "ac"),
        ("abc", "abc", "ac", "ac"),
    ],
)
def test_both_sides_order_is_kept(base: str, ours: str, theirs: str, merged: str) -> None:
    assert _merged(base, ours, theirs) == merged


def test_what_one_side_took_out_can_be_kept_at_its_place() -> None:
    assert _merged("abc", "abc", "cxa", keep="b") == "cxab"
    assert _merged("abc", "abxc", "ac", keep="b") == "abxc"
    assert _merged("abc", "ac", "abc", keep="b") == "abc"


@given(SEQUENCES, SEQUENCES)
def test_an_order_that_one_side_changed_is_taken(base: list[str], changed: list[str]) -> None:
    assert merge_order(base, base, changed) == changed
    assert merge_order(base, changed, base) == changed
    assert merge_order(base, changed, changed) == changed


@given(SEQUENCES, SEQUENCES, SEQUENCES)
def test_nothing_is_lost_or_doubled_and_the_same_again_changes_nothing(
    base: list[str], ours: list[str], theirs: list[str]
) -> None:
    merged = merge_order(base, ours, theirs)
    assert len(merged) == len(set(merged))
    assert set(merged) == (set(ours) - set(base)) | (set(theirs) - set(base)) | (
        set(ours) & set(theirs)
    )
    assert merge_order(theirs, merged, theirs) == merged
    assert set(merge_order(base, ours, theirs, keep="abcdefgh")) == {*ours, *theirs}
