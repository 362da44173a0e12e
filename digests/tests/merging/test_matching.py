from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from digests.merging import Matching, match


@dataclass(frozen=True)
class Section:
    title: str
    body: str


A, B, C = Section("一", "甲"), Section("二", "乙"), Section("三", "丙")


def _match(base: list[Section], theirs: list[Section]) -> Matching:
    return match(theirs, base, base)


def test_a_section_is_found_by_what_an_editor_made_of_it() -> None:
    edited = Section("新", "新的文字")
    assert match([edited, B], [A, B], [edited, None]).base_of == (0, 1)


def test_sections_that_moved_are_found() -> None:
    assert _match([A, B, C], [C, A, B]).base_of == (2, 0, 1)


def test_a_section_is_found_by_its_text_when_its_title_changed() -> None:
    assert _match([A, B], [Section("新", "乙"), A]).base_of == (1, 0)


def test_a_section_is_found_by_its_title_when_its_text_changed() -> None:
    assert _match([A, B], [Section("二", "新"), A]).base_of == (1, 0)


def test_new_and_gone_sections_are_told_apart() -> None:
    matching = _match([A, B], [B, C])
    assert matching.base_of == (1, None)
    assert matching.gone == (0,)


def test_equal_sections_are_paired_in_their_order() -> None:
    assert _match([A, A], [A, A]).base_of == (0, 1)


def test_twins_that_are_both_still_there_keep_their_order_whichever_was_edited() -> None:
    edited = Section("一", "编辑写的")
    assert match([A, A], [A, A], [edited, A]).base_of == (0, 1)
    assert match([A, A], [A, A], [A, edited]).base_of == (0, 1)


def test_the_twin_that_is_left_is_the_one_that_nobody_edited() -> None:
    edited = Section("一", "编辑写的")
    assert match([A], [A, A], [edited, A]).base_of == (1,)
    assert match([A], [A, A], [None, A]).base_of == (1,)


def test_empty_sections_are_not_taken_for_each_other() -> None:
    assert _match([Section("一", "")], [Section("二", "\n")]).base_of == (None,)


SECTIONS = st.lists(
    st.builds(Section, st.sampled_from("一二三"), st.sampled_from(["", "甲", "乙"]))
)


@given(SECTIONS, SECTIONS)
def test_every_section_is_paired_at_most_once(base: list[Section], theirs: list[Section]) -> None:
    matching = _match(base, theirs)
    paired = [index for index in matching.base_of if index is not None]
    assert sorted([*paired, *matching.gone]) == list(range(len(base)))
    assert len(matching.base_of) == len(theirs)
