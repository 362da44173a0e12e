import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.parsing.headings import Heading, read_heading, section_count, with_heading


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
    ],
)
def test_only_what_changed_is_written(raw: str, heading: Heading, expected: str) -> None:
    assert with_heading(raw, heading) == expected


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
