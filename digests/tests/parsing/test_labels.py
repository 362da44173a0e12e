"""Forms of points and of reference lists, and the kinds of labels."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from digests.parsing import parse_body
from digests.parsing.model import ParsedPoint, Prose
from digests.vocabulary import PointKind, WarningCode, is_reference_group

_ROW = re.compile(r"^\| [^|]+ \| `([^`]*⏎[^`]*|[*\d#][^`]*)` \| (.+?) \|$", re.MULTILINE)


def points(text: str) -> list[str]:
    return [f"{point.kind} {point.label}" for point in parse_body(text).points]


def codes(text: str) -> list[WarningCode]:
    return [warning.code for warning in parse_body(text).warnings]


def forms(document: str) -> list[tuple[str, str]]:
    text = (Path(settings.BASE_DIR) / "docs" / document).read_text(encoding="utf-8")
    return _ROW.findall(text)


@pytest.mark.parametrize("document", ["file-format.md", "file-format.zh-CN.md"])
def test_the_forms_of_the_document_are_read_as_it_says(document: str) -> None:
    assert len(forms(document)) == 14
    for example, said in forms(document):
        text = example.replace("⏎", "\n")
        expected = re.split("[,、] ?", said) if said[0].isascii() and said[0].islower() else []
        if said in {"a reference", "一项引用"}:
            assert (len(parse_body(text).items), points(text)) == (1, [])
        else:
            assert points(text) == expected, example


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("問題", PointKind.QUESTION),
        ("问题描述", PointKind.QUESTION),
        ("问题1", PointKind.QUESTION),
        ("问题 二", PointKind.QUESTION),
        ("关键问题", PointKind.QUESTION),
        ("Ｑ", PointKind.QUESTION),
        ("Q3", PointKind.QUESTION),
        ("核心结论", PointKind.CONCLUSION),
        ("结论（待验证）", PointKind.CONCLUSION),
        ("结论 [草稿]", PointKind.CONCLUSION),
        ("✅ 结论", PointKind.CONCLUSION),
        ("Summary", PointKind.CONCLUSION),
        ("主要观点", PointKind.OPINION),
        ("💡观点（张三）", PointKind.OPINION),
        ("Discussions", PointKind.DISCUSSION),
        ("討論", PointKind.DISCUSSION),
        ("实验结果", PointKind.RESULT),
        ("1️⃣ 挑战", PointKind.CHALLENGE),
        ("经验\u200b", PointKind.EXPERIENCE),
        ("【问题】", PointKind.QUESTION),
        ("“观点”", PointKind.OPINION),
        ("`结论`", PointKind.CONCLUSION),
        ("问题/Question", PointKind.QUESTION),
        ("Conclusion 结论", PointKind.CONCLUSION),
        ("问题/结论", PointKind.OTHER),
        ("问题/背景", PointKind.OTHER),
        ("问题意识", PointKind.OTHER),
        ("无结论", PointKind.OTHER),
        ("结论性文字很长", PointKind.OTHER),
        ("", PointKind.OTHER),
        ("1", PointKind.OTHER),
        ("💡", PointKind.OTHER),
    ],
)
def test_the_kind_of_a_label_is_that_of_the_word_in_it(label: str, kind: PointKind) -> None:
    assert PointKind.from_label(label) is kind


@pytest.mark.parametrize(
    "name", ["相关引用（3）", "Links", "Sources", "參考資料", "🔗 参考链接", "相关论文 (2)"]
)
def test_names_of_reference_lists_may_have_signs_and_numbers(name: str) -> None:
    assert is_reference_group(name)
    text = f"* {name}：\n  * https://example.org/a\n"
    assert [item.group for item in parse_body(text).items] == [name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("* ***问题***: 甲", ["question 问题"]),
        ("* __问题__：甲", ["question 问题"]),
        ("* **问题**\u00a0: 甲", ["question 问题"]),
        ("* **问题\u200b**：甲", ["question 问题"]),
        ("* 🔍🔍 **问题**: 甲", ["question 🔍🔍 问题"]),
        ("* 【问题】：甲", ["question 问题"]),
        ("* **【问题】** 甲", ["question 问题"]),
        ("* 【转载】甲", []),
        ("3. **观点**: 甲\n4. 其他\n", ["opinion 观点"]),
        ("1. **第一步**: 甲\n2. **第二步**: 乙\n", []),
        ("**问题**: 甲\n接着写\n**结论**: 乙", ["question 问题", "conclusion 结论"]),
        ("开头\n**结论**: 乙", ["conclusion 结论"]),
        ("> **问题**: 甲", []),
        ("```\n**问题**: 甲\n```", []),
        ("#### 📌 结论：\n甲", ["conclusion 📌 结论"]),
        ("### 问题\n", []),
        ("### 观点\n* **张三**: 甲", ["other 张三"]),
        ("### 问题\n甲\n### 结论\n乙", ["question 问题", "conclusion 结论"]),
        ("### 问题的由来\n甲", []),
        ("* **A**: 甲\n* **B**: 乙", ["other A", "other B"]),
        ("* **Q**: 甲\n* **A**: 乙", ["question Q", "conclusion A"]),
    ],
)
def test_other_forms_are_points_where_they_can_hardly_be_anything_else(
    text: str, found: list[str]
) -> None:
    assert points(text) == found


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("**观点**：\n\n* 甲\n* 乙\n\n后文", "* 甲\n* 乙"),
        ("**观点**：有二：\n\n1. 甲\n2. 乙\n", "有二：\n\n1. 甲\n2. 乙"),
        ("**观点**：甲。\n\n* 乙", "甲。"),
        ("**观点**：\n\n```py\nx = 1\n```\n", "```py\nx = 1\n```"),
        ("### 观点\n\n甲\n\n> 乙\n\n* 丙\n\n### 其他\n丁", "甲\n\n> 乙\n\n* 丙"),
        ("### 观点\n甲\n\n* 相关引用:\n  * https://example.org/a", "甲"),
        ("**观点**：甲\n乙\n", "甲\n乙"),
        ("### 观点\n\n甲[^1]\n\n[^1]: 注\n", "甲[^1]"),
        ("### 观点\n\n甲\n\n---\n\n乙\n", "甲"),
    ],
)
def test_a_point_holds_what_belongs_to_its_label(text: str, held: str) -> None:
    (point,) = parse_body(text).points
    assert point.text == held


@pytest.mark.parametrize(
    "text",
    [
        "* **论文**: https://arxiv.org/abs/2305.18290",
        "* **Paper**: [DPO](https://arxiv.org/abs/2305.18290)",
        "* 📄 **论文（ICLR）**: <https://arxiv.org/abs/2305.18290>",
        "* **代码**: [仓库](https://github.com/a/b)、[镜像](https://gitee.com/a/b)",
    ],
)
def test_a_bullet_of_a_kind_of_reference_with_links_alone_is_a_reference(text: str) -> None:
    body = parse_body(text)
    assert (len(body.points), len(body.items)) == (0, 1)
    assert {citation.item for citation in body.citations} == {0}


@pytest.mark.parametrize(
    "text",
    [
        "* **论文**: 见 [DPO](https://arxiv.org/abs/2305.18290)，很好",
        "* **论文**: DPO",
        "* **问题**: https://example.org/a",
        "* **论文**: https://example.org/a\n  * 说明",
    ],
)
def test_other_bullets_with_such_labels_stay_points(text: str) -> None:
    body = parse_body(text)
    assert (len(body.points), len(body.items)) == (1, 0)


def test_no_word_of_a_text_is_lost_beside_its_points() -> None:
    text = (
        "前\n**问题**: 甲 [一](https://example.org/1)\n**观点**: 乙\n\n后 <https://example.org/2>\n"
    )
    body = parse_body(text)
    assert [type(part) for part in body.parts] == [Prose, ParsedPoint, ParsedPoint, Prose]
    assert [citation.url[-1] for citation in body.citations] == ["1", "2"]
    assert [citation.line for citation in body.citations] == [2, 5]


def test_the_rest_of_a_numbered_list_keeps_its_numbers() -> None:
    first, point, rest = parse_body("3. 甲\n4. **问题**: 乙\n5. 丙\n").parts
    assert isinstance(first, Prose)
    assert isinstance(point, ParsedPoint)
    assert isinstance(rest, Prose)
    assert [first.tokens[0].attrs["start"], rest.tokens[0].attrs["start"]] == [3, 5]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**问题**——甲", ["question 问题"]),
        ("* **结论** - 甲", ["conclusion 结论"]),
        ("* **观点** – 甲", ["opinion 观点"]),
        ("* **问题** ❓: 甲", ["question 问题 ❓"]),
        ("* ＊＊问题＊＊：甲", ["question 问题"]),
        ("＊＊结论＊＊：甲", ["conclusion 结论"]),
        ("**问题**\n甲\n**结论**\n乙", ["question 问题", "conclusion 结论"]),
        ("**问题**\n\n甲\n\n**结论**\n\n* 乙\n* 丙", ["question 问题", "conclusion 结论"]),
        ("* **观点**\n  * 甲\n  * 乙", ["opinion 观点"]),
        ("* **观点**\n  甲", ["opinion 观点"]),
        ("1. **问题**\n   - 甲\n2. **结论**\n   - 乙", ["question 问题", "conclusion 结论"]),
        ("### 1. 问题\n甲", ["question 问题"]),
        ("### （二）**结论**：\n甲", ["conclusion 结论"]),
        ("### 三、💡 观点\n甲", ["opinion 💡 观点"]),
        ("**背景**——甲", []),
        ("**背景**\n\n甲\n\n**影响**\n\n乙\n\n**建议**\n\n丙", []),
        ("* **背景**\n  * 甲", []),
        ("* **问题**", []),
        ("**结论**", []),
        ("**结论** 很清楚", []),
    ],
)
def test_known_labels_are_read_before_a_dash_alone_on_a_line_and_behind_a_number(
    text: str, found: list[str]
) -> None:
    assert points(text) == found


def test_a_label_without_a_text_is_told() -> None:
    assert codes("* **问题**:\n* **观点**: 甲") == [WarningCode.EMPTY_POINT]
    assert codes("* **问题**:\n * 一个空格太少") == [WarningCode.EMPTY_POINT]


@pytest.mark.parametrize(
    "text",
    [
        "* 问题：甲",
        "问题：甲",
        "2. 结论: 甲",
        "### 结论：甲",
        "* **问题** 甲",
        "* **结论**→甲",
        "<b>问题</b>: 甲",
        "* 「观点」：甲",
        "`结论`：甲",
        "• **问题**: 甲",
        "（1）**问题**: 甲",
        "1. 甲\n   1. **问题**: 乙",
        "* 张三\n  * **观点**: 乙",
    ],
)
def test_a_known_label_that_makes_no_point_is_told(text: str) -> None:
    assert codes(text) == [WarningCode.LABEL_NOT_READ]


@pytest.mark.parametrize(
    "text",
    [
        "结果很好：见下",
        "* 普通\n",
        "**问题**: 甲",
        "时间：三点",
        "> * **问题**: 甲",
        "**很好** 甲",
        "方法很多——如下",
    ],
)
def test_other_texts_are_not_told(text: str) -> None:
    assert codes(text) == []
