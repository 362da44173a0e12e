"""Laws of the text merge, for any texts and any edits."""

from hypothesis import example, given
from hypothesis import strategies as st

from digests.merging import Merged, Outcome, merge_markdown
from digests.tests.merging.markdown_edits import versions

Versions = tuple[str, str, str]
VERSIONS = (
    versions() | versions(odd=True) | st.tuples(*[st.text("*- #`>$\n甲乙1.", max_size=20)] * 3)
)

# A merge that is not stable by blocks: its result pairs with other blocks than before.
UNSTABLE = (
    "* **原因**: 学习率太大了一点\n* **背景**: 多卡训练\n* **现象**: 损失不降\n",
    "* **原因**: 学习率实在太大了一点\n* 新的一点\n* **背景**: 多卡训练\n"
    "* **现象**: 损失突然不降\n",
    "* **现象**: 损失不降\n",
)


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()} - {""}


def _clashes(merged: Merged[str]) -> bool:
    return merged.outcome is Outcome.CLASH


@given(VERSIONS)
def test_what_one_side_changed_is_taken_byte_for_byte(texts: Versions) -> None:
    base, changed, _ = texts
    assert merge_markdown(base, base, changed).value == changed
    assert merge_markdown(base, changed, base).value == changed
    assert merge_markdown(base, changed, changed).value == changed


@given(VERSIONS)
def test_no_line_of_an_editor_is_lost_and_none_of_the_file_is_missed(texts: Versions) -> None:
    base, ours, theirs = texts
    merged = merge_markdown(base, ours, theirs)
    assert _lines(ours) - _lines(base) <= _lines(merged.value)
    assert _lines(theirs) - _lines(base) <= _lines(merged.value) | _lines(merged.theirs)


@given(VERSIONS)
def test_without_a_clash_there_is_one_text_and_the_file_is_the_next_base(texts: Versions) -> None:
    merged = merge_markdown(*texts)
    if not _clashes(merged):
        assert (merged.before, merged.theirs, merged.base) == (merged.value, merged.value, texts[2])


@given(VERSIONS)
@example(UNSTABLE)
def test_merging_the_same_file_again_changes_nothing(texts: Versions) -> None:
    merged = merge_markdown(*texts)
    again = merge_markdown(merged.base, merged.value, texts[2])
    assert again.value == merged.value
    assert _clashes(again) == _clashes(merged)
    assert merge_markdown(again.base, again.value, texts[2]) == again


@given(VERSIONS)
@example(UNSTABLE)
def test_a_clash_is_settled_by_taking_theirs(texts: Versions) -> None:
    merged = merge_markdown(*texts)
    taken = merge_markdown(merged.base, merged.theirs, texts[2])
    assert (taken.value, _clashes(taken)) == (merged.theirs, False)


@given(VERSIONS)
def test_a_clash_is_settled_by_a_file_that_goes_back(texts: Versions) -> None:
    merged = merge_markdown(*texts)
    kept = merge_markdown(merged.base, merged.value, merged.base)
    assert (kept.value, _clashes(kept)) == (merged.value, False)
