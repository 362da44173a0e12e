from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.merging import match
from digests.merging.matching import Matching
from digests.parsing import ParsedTopic, decode, parse_digest
from digests.tests.corpus import FILES


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


STEP_DPO = Section(
    "Step-DPO: 用少量数据提升数学推理能力",
    "* **方法**: 仅用 10K 数据和几百步训练\n"
    "* **结果**: 在 Qwen2-7B-Instruct 上，准确率从 53.0% 提升至 58.6%\n"
    "* **相关引用**:\n  * **代码**: https://github.com/dvlab-research/Step-DPO\n",
)
REWRITTEN = Section(
    "数学推理的偏好优化",
    "* **方法**: 逐步构造偏好数据，再做几百步训练\n"
    "* **结果**: 在 Qwen2-7B-Instruct 上，准确率从 53.0% 提升至 58.6%\n"
    "* **相关引用**:\n  * **代码**: https://github.com/dvlab-research/Step-DPO\n",
)
ANOTHER = Section(
    "Greedy decoding 的局限性",
    "* **方法**: 用偏好优化降低重复生成\n"
    "* **结果**: 代码生成里重复变少\n"
    "* **相关引用**:\n  * **文章**: Overcoming Exposure Bias\n",
)


def test_a_section_with_a_new_title_and_in_part_another_text_is_found() -> None:
    assert _match([A, STEP_DPO, B], [ANOTHER, B, REWRITTEN, A]).base_of == (None, 2, 1, 0)


def test_a_section_is_found_by_what_it_has_in_common_with_what_an_editor_made_of_it() -> None:
    assert match([REWRITTEN], [A], [STEP_DPO]).base_of == (0,)


def test_a_section_that_an_editor_deleted_is_found_by_what_it_was() -> None:
    assert match([REWRITTEN], [STEP_DPO], [None]).base_of == (0,)


def test_a_new_section_is_not_taken_for_the_one_whose_place_it_took() -> None:
    assert _match([A, STEP_DPO], [A, ANOTHER]).base_of == (0, None)


def test_of_two_that_are_alike_the_more_alike_is_found() -> None:
    more = Section("新的题目", STEP_DPO.body)
    assert _match([STEP_DPO], [REWRITTEN, more]).base_of == (None, 0)
    nearly = Section("新的题目", STEP_DPO.body.replace("几百步", "几千步"))
    assert _match([STEP_DPO], [REWRITTEN, nearly]).base_of == (None, 0)


@pytest.mark.parametrize("path", FILES)
def test_no_topic_of_a_digest_is_taken_for_another(path: Path) -> None:
    topics = parse_digest(decode(path.read_bytes())[0], name=path.stem, zone=UTC).topics
    for topic in topics:
        others = [other for other in topics if not _shares_a_field(topic, other)]
        assert match([topic], others, others).base_of == (None,)


def _shares_a_field(topic: ParsedTopic, other: ParsedTopic) -> bool:
    return topic.title == other.title or topic.body.strip() == other.body.strip()


SECTIONS = st.lists(
    st.builds(Section, st.sampled_from("一二三"), st.sampled_from(["", "甲", "乙"]))
)


@given(SECTIONS, SECTIONS)
def test_every_section_is_paired_at_most_once(base: list[Section], theirs: list[Section]) -> None:
    matching = _match(base, theirs)
    paired = [index for index in matching.base_of if index is not None]
    assert sorted([*paired, *matching.gone]) == list(range(len(base)))
    assert len(matching.base_of) == len(theirs)
