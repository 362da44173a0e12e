from hypothesis import given
from hypothesis import strategies as st

from digests.merging import Merged, Outcome, merge, merge_names

VALUES = st.integers(0, 3)
NAMES = st.lists(st.sampled_from("abcd"), unique=True).map(tuple)


@given(VALUES, VALUES)
def test_what_one_side_changed_is_taken(base: int, changed: int) -> None:
    assert merge(base, base, changed).value == changed
    assert merge(base, changed, base).value == changed
    assert merge(base, changed, changed).value == changed


def test_the_outcome_says_whose_value_stands() -> None:
    assert merge(1, 1, 1) == Merged(1, Outcome.SAME)
    assert merge(1, 1, 2) == Merged(2, Outcome.TAKEN)
    assert merge(1, 2, 1) == Merged(2, Outcome.KEPT)
    assert merge(1, 2, 2) == Merged(2, Outcome.SAME)


def test_a_clash_keeps_the_editors_value() -> None:
    assert merge(1, 2, 3) == Merged(2, Outcome.CLASH)


@given(NAMES, NAMES)
def test_names_that_one_side_changed_are_taken_as_they_are(
    base: tuple[str, ...], changed: tuple[str, ...]
) -> None:
    assert merge_names(base, base, changed).value == changed
    assert set(merge_names(base, changed, base).value) == set(changed)
    assert merge_names(base, changed, changed).value == changed


@given(NAMES, NAMES, NAMES)
def test_no_name_that_an_editor_added_is_lost_and_none_he_removed_comes_back(
    base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    merged = set(merge_names(base, ours, theirs).value)
    assert set(ours) - set(base) <= merged
    assert not (set(base) - set(ours)) & merged
