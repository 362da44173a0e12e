from hypothesis import given
from hypothesis import strategies as st

from digests.merging import Outcome, merge, merge_names

VALUES = st.integers(0, 3)
NAMES = st.lists(st.sampled_from("abcd"), unique=True).map(tuple)


@given(VALUES, VALUES)
def test_what_one_side_changed_is_taken(base: int, changed: int) -> None:
    assert merge(base, base, changed).value == changed
    assert merge(base, changed, base).value == changed
    assert merge(base, changed, changed).value == changed


def test_the_outcome_says_whose_value_stands() -> None:
    assert merge(1, 1, 1).outcome is Outcome.SAME
    assert merge(1, 1, 2).outcome is Outcome.TAKEN
    assert merge(1, 2, 1).outcome is Outcome.KEPT
    assert merge(1, 2, 2).outcome is Outcome.SAME
    assert merge(1, 2, 3).outcome is Outcome.CLASH


def test_a_clash_keeps_the_editors_value_and_offers_the_files() -> None:
    merged = merge(1, 2, 3)
    assert (merged.value, merged.before, merged.theirs) == (2, 1, 3)


@given(VALUES, VALUES, VALUES)
def test_the_next_merge_of_the_same_file_changes_nothing(base: int, ours: int, theirs: int) -> None:
    merged = merge(base, ours, theirs)
    again = merge(merged.base, merged.value, theirs)
    assert again.value == merged.value
    assert (again.outcome is Outcome.CLASH) == (merged.outcome is Outcome.CLASH)


@given(VALUES, VALUES, VALUES)
def test_a_clash_is_settled_by_taking_theirs_or_by_a_file_that_goes_back(
    base: int, ours: int, theirs: int
) -> None:
    merged = merge(base, ours, theirs)
    taken = merge(merged.base, merged.theirs, theirs)
    assert (taken.value, taken.outcome is Outcome.CLASH) == (merged.theirs, False)
    kept = merge(merged.base, merged.value, merged.base)
    assert (kept.value, kept.outcome is Outcome.CLASH) == (merged.value, False)


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
