import pytest

from digests.identity import is_title
from digests.parsing import parse_body
from digests.parsing.model import ListedItem, ParsedPoint, Prose
from digests.vocabulary import PointKind, ReferenceKind


def _points(text: str) -> list[tuple[int, str, PointKind, str]]:
    return [(p.line, p.label, p.kind, p.text) for p in parse_body(text).points]


def _citations(text: str) -> list[tuple[str, ReferenceKind, str, str, int | None]]:
    return [(c.label, c.kind, c.title, c.url, c.item) for c in parse_body(text).citations]


def test_a_point_is_a_bullet_with_a_bold_label_and_a_colon_inside_or_after() -> None:
    assert _points("* **问题**: 甲\n- **结论：** 乙\n\n+ __方法__： 丙\n") == [
        (1, "问题", PointKind.QUESTION, "甲"),
        (2, "结论", PointKind.CONCLUSION, "乙"),
        (4, "方法", PointKind.METHOD, "丙"),
    ]


def test_english_labels_are_known_and_unknown_ones_stay_as_written() -> None:
    assert _points("* **Question**: a\n* **八卦**: b\n") == [
        (1, "Question", PointKind.QUESTION, "a"),
        (2, "八卦", PointKind.OTHER, "b"),
    ]


def test_a_point_may_hold_nested_bullets_and_code() -> None:
    text = "* **挑战**: \n    * 一\n    * 二\n* **方法**: 三\n\n  ```py\n  x = 1\n  ```\n"
    assert _points(text) == [
        (1, "挑战", PointKind.CHALLENGE, "* 一\n* 二"),
        (4, "方法", PointKind.METHOD, "三\n\n```py\nx = 1\n```"),
    ]


def test_a_bullet_without_label_or_colon_is_prose() -> None:
    body = parse_body("* 普通\n* **加粗** 文字\n* **问题**: 甲\n* 普通\n")
    assert [type(part) for part in body.parts] == [Prose, ParsedPoint, Prose]


def test_a_label_inside_a_nested_bullet_is_no_point() -> None:
    assert len(_points("* **观点**: 甲\n  * **结论**: 乙\n")) == 1


def test_lines_count_from_where_the_body_stands_in_its_file() -> None:
    body = parse_body("\n* **问题**: https://example.org/\n", first_line=20)
    assert body.points[0].line == 21
    assert body.citations[0].line == 21


def test_references_are_listed_under_their_group_with_or_without_bold() -> None:
    for group in ("* 相关引用:", "* **相关工作**：", "* **References**:", "* 参考资料："):
        text = f"{group}\n  * **论文**: [DPO](https://arxiv.org/abs/2305.18290)\n"
        assert _citations(text) == [
            ("论文", ReferenceKind.PAPER, "DPO", "https://arxiv.org/abs/2305.18290", 0)
        ]
        assert not parse_body(text).points


def test_every_spelling_of_a_listed_reference_is_read() -> None:
    text = (
        "* 相关引用:\n"
        "  * **论文**: Adam-mini\n"
        "  * [https://example.org/a](https://example.org/a)\n"
        "  * <https://example.org/b>\n"
        "  * **代码**: https://github.com/a/b\n"
        "  * **项目**: MInference ([https://aka.ms/m](https://aka.ms/m))\n"
        "  * 名称（https://example.org/c）\n"
        "  * [甲](https://example.org/d) 和 [乙](https://example.org/e)\n"
        "  * Demo: [丙](https://example.org/f)\n"
    )
    assert _citations(text) == [
        ("论文", ReferenceKind.PAPER, "Adam-mini", "", 0),
        ("", ReferenceKind.OTHER, "https://example.org/a", "https://example.org/a", 1),
        ("", ReferenceKind.OTHER, "https://example.org/b", "https://example.org/b", 2),
        ("代码", ReferenceKind.CODE, "https://github.com/a/b", "https://github.com/a/b", 3),
        ("项目", ReferenceKind.PROJECT, "MInference", "https://aka.ms/m", 4),
        ("", ReferenceKind.OTHER, "名称", "https://example.org/c", 5),
        ("", ReferenceKind.OTHER, "甲", "https://example.org/d", 6),
        ("", ReferenceKind.OTHER, "乙", "https://example.org/e", 6),
        ("Demo", ReferenceKind.DEMO, "丙", "https://example.org/f", 7),
    ]


def test_without_a_label_the_host_tells_the_kind_and_a_label_overrules_it() -> None:
    url = "https://github.com/dvlab-research/Step-DPO"
    assert _citations(f"* 参考:\n  * {url}\n  * **模型**: {url}\n") == [
        ("", ReferenceKind.CODE, url, url, 0),
        ("模型", ReferenceKind.MODEL, url, url, 1),
    ]


def test_notes_below_a_reference_are_no_references() -> None:
    text = "* 参考:\n  * Adam-mini\n    * 省显存\n  * **论文**:\n    * Toolformer\n    * ReAct\n"
    assert [title for _, _, title, _, _ in _citations(text)] == ["Adam-mini", "Toolformer", "ReAct"]


def test_a_reference_on_the_line_of_its_group_is_read() -> None:
    assert _citations("* 相关引用: Adam-mini\n") == [("", ReferenceKind.OTHER, "Adam-mini", "", 0)]


def test_a_link_in_the_running_text_is_an_inline_citation() -> None:
    text = "* **观点**: 见 [DPO](https://arxiv.org/abs/2305.18290)\n\n另见 ![图](https://e.org/a.png)\n"
    assert _citations(text) == [
        ("", ReferenceKind.PAPER, "DPO", "https://arxiv.org/abs/2305.18290", None),
        ("", ReferenceKind.OTHER, "图", "https://e.org/a.png", None),
    ]


def test_other_schemes_and_code_are_no_citations() -> None:
    text = "[x](javascript:alert(1)) [m](mailto:a@b.c) `https://example.org`\n\n    https://e.org\n"
    assert _citations(text) == []


def test_an_address_that_cannot_be_read_is_a_warning_with_its_line() -> None:
    body = parse_body("甲\n\n[x](https://example.org:99999/)\n")
    assert body.citations == ()
    assert [(w.line, w.code) for w in body.warnings] == [(3, "url-unparsable")]


def test_an_entry_that_cites_nothing_stays_in_the_text() -> None:
    body = parse_body("* 参考:\n  * **论文**: [x](https://example.org:99999/)\n  * 甲\n")
    assert [part.is_cited for part in body.parts if isinstance(part, ListedItem)] == [False, True]
    assert [(citation.title, citation.item) for citation in body.citations] == [("甲", 0)]


def test_listed_items_are_parts_of_their_own() -> None:
    body = parse_body("* 参考:\n  * 甲\n  * 乙\n")
    assert [type(part) for part in body.parts] == [ListedItem, ListedItem]


@pytest.mark.parametrize(
    "opening",
    ["**相关引用**:", "**相关引用：**", "相关引用：", "### 参考资料", "References\n---"],
)
def test_a_paragraph_or_a_heading_announces_a_list_of_references(opening: str) -> None:
    text = f"{opening}\n\n1. Adam-mini\n2. [甲](https://example.org/d)\n\n* **问题**: 乙\n"
    body = parse_body(text)
    assert [(c.title, c.item) for c in body.citations] == [("Adam-mini", 0), ("甲", 1)]
    assert {citation.group for citation in body.citations} <= {"相关引用", "参考资料", "References"}
    assert [point.label for point in body.points] == ["问题"]


@pytest.mark.parametrize("opening", ["相关引用", "**相关引用**", "__References__"])
def test_a_group_needs_no_colon_above_its_list(opening: str) -> None:
    body = parse_body(f"* {opening}\n  * 甲\n* {opening}\n* **问题**: 乙\n")
    assert [(c.group, c.title) for c in body.citations] == [(opening.strip("*_"), "甲")]


def test_a_name_on_two_lines_is_one() -> None:
    body = parse_body("* 参考:\n  * Adam\n    mini\n")
    assert [(c.title, c.key) for c in body.citations] == [("Adam mini", "name:adam-mini")]


def test_what_announces_a_list_and_has_none_is_text() -> None:
    body = parse_body("### 参考\n\n文字\n\n* 相关引用:\n* 其他\n")
    assert body.citations == ()
    assert all(isinstance(part, Prose) for part in body.parts)


def test_a_list_of_references_keeps_its_name() -> None:
    body = parse_body("* **相关工作**:\n  * 甲\n* **参考资料**：\n  * 乙\n")
    assert [(c.group, c.title) for c in body.citations] == [("相关工作", "甲"), ("参考资料", "乙")]


@pytest.mark.parametrize("nothing", ["无", "暂无", "None", "N/A", "-", "暂无。", "（无）"])
def test_no_reference_is_no_reference(nothing: str) -> None:
    assert parse_body(f"* 相关引用:\n  * {nothing}\n").citations == ()


def test_a_bare_name_is_a_warning() -> None:
    body = parse_body("* 参考:\n  * **论文**: Adam-mini\n")
    assert [(w.line, w.code) for w in body.warnings] == [(2, "bare-name")]


def test_a_warning_names_no_more_than_the_beginning() -> None:
    body = parse_body(f"* 参考:\n  * {'名' * 5000}\n")
    assert [len(str(w.message)) < 300 for w in body.warnings] == [True]


def test_an_address_in_a_paragraph_is_warned_of_on_its_own_line() -> None:
    body = parse_body("甲\n乙 https://example.org:99999/\n", first_line=5)
    assert [(w.line, w.code) for w in body.warnings] == [(6, "url-unparsable")]


def test_links_in_the_heading_are_cited_before_those_in_the_body() -> None:
    body = parse_body(
        "[b](https://example.org/b)\n", heading="## 1. [a](https://example.org/a)\n", first_line=8
    )
    assert [(c.title, c.line) for c in body.citations] == [("a", 7), ("b", 8)]


def test_words_that_only_point_give_way_to_the_words_around_them() -> None:
    text = "* 参考:\n  * DPO [链接](https://example.org/a)\n  * [原文](https://example.org/b)\n"
    assert [c.title for c in parse_body(text).citations] == ["DPO", "原文"]


def test_a_point_with_the_label_of_a_reference_gives_its_links_that_kind() -> None:
    text = "* **论文**: 见 [甲](https://example.org/a)\n"
    assert _citations(text) == [("论文", ReferenceKind.PAPER, "甲", "https://example.org/a", None)]


def test_a_label_that_is_no_kind_of_reference_is_the_name_of_a_mere_address() -> None:
    text = "* 参考:\n  * **vLLM**: https://example.org/a\n  * **代码**: https://example.org/b\n"
    assert [citation.title for citation in parse_body(text).citations] == [
        "vLLM",
        "https://example.org/b",
    ]


def test_a_comment_without_an_end_is_a_warning_as_it_hides_the_rest() -> None:
    body = parse_body("甲\n\n<!-- 乙\n\n丙\n")
    assert [(w.line, w.code) for w in body.warnings] == [(3, "comment-unclosed")]
    assert parse_body("<!-- 乙 -->\n\n甲\n").warnings == ()


def test_a_broken_target_is_a_warning_and_no_reference() -> None:
    body = parse_body("* **参考**:\n    * [标题](https://arxiv.org/abs/\n      2305.18290)\n")
    assert body.citations == ()
    [warning] = body.warnings
    assert (warning.line, warning.code) == (2, "url-unparsable")
    assert "https://arxiv.org/abs/ 2305.18290" in str(warning.message)


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("[[Some Note|别名]]", "Some Note"),
        ("[[Some Note]]", "Some Note"),
        ("[[papers/Some Note#Method|别名]]", "Some Note"),
        ("[[#Method|别名]]", "别名"),
        ("[[Some Note]]：必读", "Some Note：必读"),
    ],
)
def test_a_wiki_link_in_a_list_is_the_name_of_its_note(item: str, name: str) -> None:
    assert [c.title for c in parse_body(f"* 参考:\n    * {item}\n").citations] == [name]


def test_a_file_that_a_wiki_link_shows_is_no_reference() -> None:
    assert parse_body("* 参考:\n    * ![[figure.png]]\n").citations == ()


@pytest.mark.parametrize(
    ("item", "title", "key"),
    [
        ("arxiv.org/abs/2305.18290", "", "arxiv:2305.18290"),
        ("DPO (arxiv.org/abs/2305.18290)", "DPO", "arxiv:2305.18290"),
        ("DPO：https：//arxiv.org/abs/2305.18290。", "DPO", "arxiv:2305.18290"),
        ("DPO, arXiv:2305.18290, 2023", "DPO, 2023", "arxiv:2305.18290"),
        ("**vLLM**: github.com/a/b", "vLLM", "github:a/b"),
        ("**代码**: git@github.com:a/b.git", "", "github:a/b"),
        ("**论文**: 2305.18290v2", "", "arxiv:2305.18290"),
        ("[DPO](arxiv.org/abs/2305.18290)", "DPO", "arxiv:2305.18290"),
        ("10.1000/abd", "", "doi:10.1000/abd"),
    ],
)
def test_an_address_in_a_list_is_read_without_being_a_link(item: str, title: str, key: str) -> None:
    body = parse_body(f"* 参考:\n    * {item}\n")
    [citation] = body.citations
    assert citation.key == key
    assert citation.url.startswith("https://")
    assert (citation.title if is_title(citation.title) else "") == title
    assert body.warnings == ()


def test_a_number_in_a_list_is_a_name_where_no_paper_is_spoken_of() -> None:
    assert [c.key for c in parse_body("* 参考:\n    * 2305.18290\n").citations] == [
        "name:2305.18290"
    ]


def test_several_addresses_in_one_item_are_several_references() -> None:
    text = "* 参考:\n    * DPO arxiv.org/abs/2305.18290 github.com/a/b\n"
    assert [(c.key, c.item) for c in parse_body(text).citations] == [
        ("arxiv:2305.18290", 0),
        ("github:a/b", 0),
    ]


def test_an_address_on_the_second_line_of_an_item_is_cited_there() -> None:
    body = parse_body("* 参考:\n    * DPO\n      arxiv.org/abs/2305.18290\n")
    assert [(c.title, c.line) for c in body.citations] == [("DPO", 3)]
