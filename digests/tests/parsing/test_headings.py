import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.parsing.headings import (
    Heading,
    heading_content,
    read_heading,
    section_count,
    with_heading,
)


@pytest.mark.parametrize(
    ("raw", "number", "title"),
    [
        ("## 1. 标题\n", 1, "标题"),
        ("## 5.  训练数据\n", 5, "训练数据"),
        ("## 2、标题", 2, "标题"),
        ("## 3．标题", 3, "标题"),
        ("## 4) 标题", 4, "标题"),
        ("## 4\\. 标题", 4, "标题"),
        ("## １、标题", 1, "标题"),
        ("## 1 标题", 1, "标题"),
        ("## 12\u3000标题", 12, "标题"),
        ("## 1 [标题](https://example.org)", 1, "标题"),
        ("## 3 种方法", None, "3 种方法"),
        ("## 2024 回顾", None, "2024 回顾"),
        ("## 7 月的论文", None, "7 月的论文"),
        ("## 5 分钟读懂", None, "5 分钟读懂"),
        ("## 7B 模型", None, "7B 模型"),
        ("## 1 + 1", None, "1 + 1"),
        ("## 1\n", None, "1"),
        ("## a<b>b</b><!-- c --> &amp; d\n", None, "ab & d"),
        ("## 标题 ##\r\n", None, "标题"),
        ("## 3.5 发布\n", None, "3.5 发布"),
        ("## **粗** `码` [链](https://example.org)\n", None, "粗 码 链"),
        ("1. 标题\n---\n", 1, "标题"),
        ("##\n", None, ""),
        ("## 一、甲\n", 1, "甲"),
        ("## 二. 甲\n", 2, "甲"),
        ("## 十二、甲\n", 12, "甲"),
        ("## 二十、甲\n", 20, "甲"),
        ("## （1）乙\n", 1, "乙"),
        ("## (二) 乙\n", 2, "乙"),
        ("## 【3】乙\n", 3, "乙"),
        ("## 话题1：己\n", 1, "己"),
        ("## 话题 十一: 己\n", 11, "己"),
        ("## Topic 2: 己\n", 2, "己"),
        ("## 话题3 己\n", 3, "己"),
        ("## Part 1 of 3\n", None, "Part 1 of 3"),
        ("## 1：己\n", 1, "己"),
        ("## **1. 子**\n", 1, "子"),
        ("## **1. 子** 丑\n", 1, "子 丑"),
        ("## **1.** 子\n", 1, "子"),
        ("## __（2）子__\n", 2, "子"),
        ("## **一、子** ##\n", 1, "子"),
        ("## ① 甲\n", 1, "甲"),
        ("## 2️⃣ 甲\n", 2, "甲"),
        ("## 一、二线城市\n", None, "一、二线城市"),
        ("## 一、二、三\n", None, "一、二、三"),
        ("## 三种方法\n", None, "三种方法"),
        ("## (2024) 回顾\n", None, "(2024) 回顾"),
        ("## 2024：回顾\n", None, "2024：回顾"),
        ("## 3：2 获胜\n", None, "3：2 获胜"),
        ("## 话题1\n", None, "话题1"),
        ("## **甲** 1. 乙\n", None, "甲 1. 乙"),
        ("## **1. 甲\n", None, "**1. 甲"),
        ("## 一\n", None, "一"),
        ("## 1）、甲\n", 1, "甲"),
        ("## 1 - 甲\n", 1, "甲"),
        ("## 2024 - 回顾\n", None, "2024 - 回顾"),
        ("## 3 - 1 = 2\n", None, "3 - 1 = 2"),
        ("## [1] 甲\n", 1, "甲"),
        ("## [1](https://example.org)\n", None, "1"),
        ("## 话题 1 - 甲\n", 1, "甲"),
        ("## 话题1-2 合并\n", None, "话题1-2 合并"),
        ("## 话题#3：甲\n", 3, "甲"),
        ("## 【话题1】甲\n", 1, "甲"),
        ("## 第一个话题：甲\n", 1, "甲"),
        ("## 第二章 甲\n", 2, "甲"),
        ("## 第3节：甲\n", 3, "甲"),
        ("## 第一节课\n", None, "第一节课"),
        ("## 第三方 API\n", None, "第三方 API"),
        ("## No. 4: 甲\n", 4, "甲"),
        ("## ❷ 甲\n", 2, "甲"),
        ("## ⑴ 甲\n", 1, "甲"),
        ("## *1. 甲*\n", 1, "甲"),
        ("## ***1. 甲***\n", 1, "甲"),
    ],
)
def test_number_and_title_of_a_heading(raw: str, number: int | None, title: str) -> None:
    assert read_heading(raw) == Heading(number, title)


@pytest.mark.parametrize(
    ("raw", "heading", "expected"),
    [
        ("## 5.  旧\r\n", Heading(6, "旧"), "## 6.  旧\r\n"),
        ("## 5、旧 ##\n", Heading(5, "新"), "## 5、新 ##\n"),
        ("## 旧\n", Heading(3, "旧"), "## 3. 旧\n"),
        ("## 3. 旧\n", Heading(None, "旧"), "## 旧\n"),
        ("1. 旧\n---\n", Heading(1, "新"), "## 1. 新\n"),
        ("旧\n===\n", Heading(2, "旧"), "# 2. 旧\n"),
        ("## 旧\n", Heading(None, "C #"), "## C \\#\n"),
        ("## **旧**\n", Heading(None, "旧"), "## **旧**\n"),
        ("## 旧\n", Heading(None, "两\n行"), "## 两 行\n"),
        ("##\n", Heading(None, "新"), "## 新\n"),
        ("##\n", Heading(2, ""), "## 2. \n"),
        ("## 5.旧\n", Heading(5, "2024 回顾"), "## 5. 2024 回顾\n"),
        ("## 5、\n", Heading(6, "2024 回顾"), "## 6、 2024 回顾\n"),
        ("## 一、旧\n", Heading(1, "新"), "## 一、新\n"),
        ("## 一、旧\n", Heading(2, "旧"), "## 2、旧\n"),
        ("## （1）旧\n", Heading(2, "新"), "## （2）新\n"),
        ("## （1）旧\n", Heading(None, "旧"), "## 旧\n"),
        ("## 话题1：旧\n", Heading(2, "旧"), "## 话题2：旧\n"),
        ("## 话题1：旧\n", Heading(None, "新"), "## 新\n"),
        ("## **1. 旧**\n", Heading(2, "旧"), "## **2. 旧**\n"),
        ("## **1. 旧**\n", Heading(None, "旧"), "## **旧**\n"),
        ("## **1. 旧**\n", Heading(1, "新"), "## 1. 新\n"),
        ("## **1.** 旧\n", Heading(3, "新"), "## **3.** 新\n"),
        ("## ①旧\n", Heading(2, "旧"), "## 2. 旧\n"),
        ("## 1️⃣ 旧\n", Heading(2, "旧"), "## 2. 旧\n"),
        ("## ① 旧\n", Heading(1, "新"), "## ① 新\n"),
        ("## ❶ 旧\n", Heading(2, "旧"), "## 2. 旧\n"),
        ("## [1] 旧\n", Heading(2, "旧"), "## [2] 旧\n"),
        ("## 【话题1】旧\n", Heading(2, "新"), "## 【话题2】新\n"),
        ("## 第一章 旧\n", Heading(2, "旧"), "## 第2章 旧\n"),
        ("## ***1. 旧***\n", Heading(2, "旧"), "## ***2. 旧***\n"),
    ],
)
def test_only_what_changed_is_written(raw: str, heading: Heading, expected: str) -> None:
    assert with_heading(raw, heading) == expected


_TITLES = st.text("ab中一十1２.．、：)）(（【】[]-第章*_# ①❶话题", min_size=1)


@given(_TITLES)
def test_a_heading_is_what_its_pieces_make(title: str) -> None:
    raw = f"## {title}\n"
    assert with_heading(raw, read_heading(raw)) == raw
    assert heading_content(raw, with_number=True).strip() in raw


@given(_TITLES, st.integers(0, 9999), st.text("中文ab", min_size=1))
def test_what_is_written_into_any_heading_is_read(title: str, number: int, new: str) -> None:
    wanted = Heading(number, new)
    assert read_heading(with_heading(f"## {title}\n", wanted)) == wanted


@given(st.integers(0, 9999), st.text("ab中 .、*#[]", min_size=1))
def test_writing_what_was_read_changes_nothing(number: int, title: str) -> None:
    raw = f"## {number}. {title}\n"
    assert with_heading(raw, read_heading(raw)) == raw


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("## 1. a\n* **问题**: x\n", 2),
        ("## 1. a\n### 小节\n", 2),
        ("## 1. a\n## 2. b\n", 3),
        ("## 1. a\n```\n没有结尾\n", 1),
        ("## 1. a\n```\n## 文字\n```\n", 2),
    ],
)
def test_sections_that_a_text_makes(text: str, count: int) -> None:
    assert section_count(text, "## 1. a\n") == count
