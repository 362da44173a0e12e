from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests import markdown
from digests.parsing import ParsedDigest, ParseError, parse_body, parse_digest
from digests.tests.files import SEED

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _parse(text: str, name: str = "2024-07-10") -> ParsedDigest:
    return parse_digest(text, name=name, zone=SHANGHAI)


def _joined(digest: ParsedDigest) -> str:
    topics = (topic.heading + topic.body for topic in digest.topics)
    return digest.front_matter + digest.preamble + "".join(topics) + digest.ending


def test_the_seed_is_read_whole() -> None:
    text = SEED.read_bytes().decode()
    digest = _parse(text)
    bodies = [
        parse_body(topic.body, heading=topic.heading, first_line=topic.line + 1)
        for topic in digest.topics
    ]
    citations = [citation for body in bodies for citation in body.citations]
    assert digest.published_at == datetime(2024, 7, 10, 19, 31, 56, tzinfo=SHANGHAI)
    assert digest.tags == ("Adam 优化器", "LLM 角色指令增强", "MCTS", "RAG", "Step-DPO")
    assert [topic.number for topic in digest.topics] == list(range(1, 11))
    assert bodies == list(digest.bodies[1:])
    assert sum(len(body.points) for body in bodies) == 21
    assert [citation.item is not None for citation in citations] == [True] * 17
    assert sum(bool(citation.url) for citation in citations) == 9
    assert len({citation.key for citation in citations}) == 16
    assert Counter(w.code for w in digest.warnings) == {"bare-name": 8, "bare-ip": 1}
    assert _joined(digest) == text


def test_lines_of_topics_count_from_the_top_of_the_file() -> None:
    text = SEED.read_bytes().decode()
    lines = text.split("\n")
    for topic in _parse(text).topics:
        assert lines[topic.line - 1].startswith(f"## {topic.number}.")


def test_what_stands_before_the_first_topic_is_the_preamble() -> None:
    digest = _parse("# 标题\n\n前言\n\n## 一\n甲\n")
    assert digest.preamble == "# 标题\n\n前言\n\n"
    assert [topic.title for topic in digest.topics] == ["一"]


def test_a_file_without_second_level_headings_uses_the_shallowest_that_repeats() -> None:
    assert [t.title for t in _parse("# 标题\n### 一\n#### 小\n### 二\n").topics] == ["一", "二"]


def test_a_heading_in_a_fence_a_quote_or_a_list_is_text() -> None:
    text = "## 一\n```\n## 不是\n```\n> ## 不是\n\n* ## 不是\n"
    assert [topic.title for topic in _parse(text).topics] == ["一"]


def test_a_text_without_headings_is_all_preamble() -> None:
    digest = _parse("只有文字\n")
    assert (digest.preamble, digest.topics) == ("只有文字\n", ())


@pytest.mark.parametrize(
    ("text", "title", "warnings"),
    [
        ("---\ntitle: 甲\n---\n# 乙\n", "甲", []),
        ("文字\n\n# 2. 乙\n", "2. 乙", [(3, "title-from-heading")]),
        ("文字\n", "issue-7", [(1, "title-missing")]),
        ("#\n", "issue-7", [(1, "title-missing")]),
    ],
)
def test_the_title_falls_back_to_the_heading_and_the_name_of_the_file(
    text: str, title: str, warnings: list[tuple[int, str]]
) -> None:
    digest = _parse(text + "## 一\n* **问题**: 甲\n", "issue-7")
    assert digest.title == title
    assert [(warning.line, warning.code) for warning in digest.warnings] == warnings


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("2024-07-10-notes", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("23-12-25-ainews", datetime(2023, 12, 25, tzinfo=SHANGHAI)),
        ("20240710", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("周报_2024.07.10", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("ai-news-2024_7_1", datetime(2024, 7, 1, tzinfo=SHANGHAI)),
        ("日报（2024年7月10日）", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("20240708-20240714周报", datetime(2024, 7, 8, tzinfo=SHANGHAI)),
        ("第99991231期_20240710", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("issue-140", None),
        ("12345678", None),
        ("120240710", None),
        ("2024.07-10", None),
        ("ai-23-12-25", None),
        ("2024-13-45", None),
        ("9999-12-31", None),
    ],
)
def test_the_date_falls_back_to_the_name_of_the_file(name: str, moment: datetime | None) -> None:
    assert _parse("文字\n", name).published_at == moment


def test_words_before_the_front_matter_are_a_warning_and_no_topic() -> None:
    text = "\n<think>\n## 想\n</think>\n---\ntitle: 题\n---\n前言\n## 1. 一\n* **问题**: 甲\n"
    digest = _parse(text)
    assert (digest.title, digest.preamble) == ("题", "前言\n")
    assert [(topic.title, topic.line) for topic in digest.topics] == [("一", 9)]
    assert [(w.line, w.code) for w in digest.warnings if w.code != "date-from-name"] == [
        (2, "before-front-matter")
    ]
    assert _joined(digest) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("```markdown\n", "```\n"),
        ("````md\n", "````\n\n  \n"),
        ("\n~~~Markdown\r\n", "~~~"),
        ("```\n", "```"),
        ("<!-- 注 -->\n```markdown\n\n", "```"),
        ("```markdown\n", ""),
    ],
)
@pytest.mark.parametrize("block", ["---\ntitle: 题\n---\n", ""])
@pytest.mark.parametrize("code", ["", "```python\n# 注释\n```\n", "~~~\n## 不是话题\n~~~\n"])
def test_a_file_in_a_fence_is_read_as_what_is_in_it(
    before: str, after: str, block: str, code: str
) -> None:
    if "~~~" in before:
        code = code.replace("~~~", "```sh", 1).replace("~~~", "```")
    text = f"{before}{block}前言\n\n## 1. 甲\n{code}* **问题**: 乙\n{after}"
    digest = _parse(text)
    assert [(topic.number, topic.title) for topic in digest.topics] == [(1, "甲")]
    assert (digest.title, digest.ending) == ("题" if block else "2024-07-10", after)
    assert digest.preamble.strip() == "前言"
    assert [w.line for w in digest.warnings if w.code == "file-fenced"] == [
        1 + before.rstrip("\r\n").count("\n")
    ]
    assert digest.bodies[1].points[0].line == text[: text.index("* **问题")].count("\n") + 1
    assert _joined(digest) == text


def test_a_fence_without_front_matter_takes_nothing_but_its_own_line() -> None:
    for inside in ("   ## 甲\n乙\n", "\n<!-- 注 --> 前言\n\n## 甲\n乙\n"):
        digest = _parse(f"~~~md\r\n{inside}~~~\n")
        (topic,) = digest.topics
        assert (digest.front_matter, digest.ending) == ("~~~md\r\n", "~~~\n")
        assert (topic.title, topic.line) == ("甲", 2 + inside[: inside.index("##")].count("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "```markdown\n## 例子\n```\n\n说明\n",
        "```markdown\n## 例子\n```\n\n说明\n\n```\n代码\n```\n",
        "```\n代码\n```\n",
        "```python\n## 注释\n```\n",
        "前言\n\n```markdown\n## 例子\n```\n",
    ],
)
def test_a_code_block_on_top_of_a_text_is_no_fence_around_it(text: str) -> None:
    digest = _parse(text)
    assert (digest.front_matter, digest.ending) == ("", "")
    assert "file-fenced" not in [warning.code for warning in digest.warnings]


def test_repeated_numbers_and_empty_topics_are_warnings_with_their_lines() -> None:
    digest = _parse("---\ntitle: x\n---\n## 1. 一\n* **问题**: 甲\n## 1. 二\n", "issue-7")
    assert [(w.line, w.code) for w in digest.warnings] == [
        (6, "duplicate-number"),
        (6, "empty-topic"),
    ]


def test_topics_without_any_point_are_a_warning_at_the_first() -> None:
    digest = _parse("---\ntitle: x\n---\n前\n\n## 一\n甲\n## 二\n乙\n", "issue-7")
    assert [(w.line, w.code) for w in digest.warnings] == [(6, "no-points")]
    with_one = "---\ntitle: x\n---\n* **问题**: 前\n\n## 一\n甲\n"
    assert not _parse(with_one, "issue-7").warnings


SNIPPETS = [
    *(
        "---\n",
        "title: x\n",
        "tags: [",
        "---",
        "===\n",
        "\r\n",
        "\r",
        "\n",
        "\t",
        " ",
        "\x0c",
        "\u2028",
    ),
    *("## 1. 甲\n", "## ", "#", "```\n", "* ", "  * ", "1. ", "> ", "|", "<!--", "-->"),
    *("**问题**: 乙\n", "相关引用:\n", "[x](https://e.org/)", "[", "](", "https://", "："),
]


@given(st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_is_read_without_loss_or_refused_with_a_line(text: str) -> None:
    error = None
    try:
        digest = _parse(text)
    except ParseError as refused:
        error = refused
    if error:
        assert 1 <= error.line <= len(markdown.lines(text + "|"))
    else:
        assert _joined(digest) == text
        alone = [parse_body(topic.body, heading=topic.heading) for topic in digest.topics]
        assert len(alone) == len(digest.topics)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("## 一\n### a\n### b\n## 二\n", ["一", "二"]),
        ("# 题\n### 一\n#### a\n### 二\n", ["一", "二"]),
        ("# 题\n# 一\n# 二\n", ["一", "二"]),
        ("---\ntitle: 题\n---\n# 一\n# 二\n", ["一", "二"]),
        ("---\ntitle: 题\n---\n# 题\n# 一\n# 二\n", ["一", "二"]),
        ("# 题\n# 一\n### a\n### b\n", ["a", "b"]),
        ("# 题\n### 一\n", []),
        ("# 1. 一\n# 2. 二\n# 3. 三\n", ["一", "二", "三"]),
        ("# 一、甲\n\n# 二、乙\n", ["甲", "乙"]),
        ("一、甲\n===\n二、乙\n===\n", ["甲", "乙"]),
        ("---\ntitle: 1. 一\n---\n# **1. 一**\n# **2. 二**\n", ["一", "二"]),
        ("# 1. 题\n# 一\n# 二\n", ["一", "二"]),
        ("# 题\n# 1. 一\n# 2. 二\n", ["一", "二"]),
        ("题\n===\n一\n---\n二\n---\n", ["一", "二"]),
        ("## 一\n<!--\n## 不是\n-->\n<pre>\n## 不是\n</pre>\n", ["一"]),
    ],
)
def test_topics_are_the_sections_of_the_right_level(text: str, titles: list[str]) -> None:
    assert [topic.title for topic in _parse(text).topics] == titles


def test_the_first_of_numbered_headings_is_no_title() -> None:
    digest = _parse("# 1. 甲\n甲\n# 2. 乙\n乙\n# 3. 丙\n丙\n", "issue-7")
    assert (digest.title, digest.preamble) == ("issue-7", "")
    assert [topic.number for topic in digest.topics] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("## 今日\n" + "### 甲\n乙\n" * 3, 1),
        ("# 题\n\n## 今日\n\n" + "### 甲\n#### 子\n乙\n" * 627, 3),
        ("## 今日\n" + "### 甲\n乙\n" * 6 + "## 往日\n", 1),
        ("## 今日\n" + "### 甲\n乙\n" * 2, None),
        ("## 今日\n" + "### 甲\n乙\n" * 5 + "## 往日\n", None),
        ("## 一\n### 甲\n### 乙\n## 二\n### 甲\n" * 3, None),
        ("# 一\n甲\n# 二\n乙\n", None),
    ],
)
def test_one_or_two_topics_above_many_headings_are_a_warning(text: str, line: int | None) -> None:
    found = [warning.line for warning in _parse(text).warnings if warning.code == "few-topics"]
    assert found == ([] if line is None else [line])


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match=r"\S"):
        _parse(text)


@pytest.mark.parametrize("char", ["\0", "\ud800"])
def test_what_no_database_stores_is_refused_with_its_place(char: str) -> None:
    with pytest.raises(ParseError, match="3") as refused:
        _parse(f"## 一\r\n甲\r\n乙丙{char}\r\n")
    assert refused.value.line == 3


def test_a_control_character_is_kept_and_shown_as_a_replacement() -> None:
    digest = _parse("---\ntitle: x\n---\n## 一\x08\n* **问题**: 甲\x1b乙\n", "issue-7")
    assert digest.topics[0].heading == "## 一\x08\n"
    assert digest.topics[0].title == "一�"
    assert digest.bodies[1].points[0].text == "甲�乙"
    assert [(w.line, w.code) for w in digest.warnings] == [(4, "control-character")]


def test_a_link_definition_serves_the_whole_file() -> None:
    digest = _parse("## [一][a]\n[甲][a]\n## 二\n\n[a]: https://example.org/\n")
    urls = [citation.url for body in digest.bodies for citation in body.citations]
    assert urls == ["https://example.org/"] * 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("## 一\n甲[^1]\n## 二\n乙\n\n[^1]: 注\n", [["1"], []]),
        ("[^1]: 注\n\n## 一\n甲[^1]\n## 二\n* **问题**: 乙[^1]\n", [["1"], ["1"]]),
        ("## 一\n甲[^a]\n## 二\n\n[^A]: 见[^b]\n[^b]: 注\n", [["a", "b"], []]),
        ("## 一\n甲[^1]\n\n[^1]: 甲的\n## 二\n乙[^1]\n\n[^1]: 乙的\n", [[], []]),
        ("## 一\n甲[^2]\n## 二\n乙\n\n[^1]: 注\n", [[], []]),
        ("## 一\n```\n甲[^1]\n```\n## 二\n乙\n\n[^1]: 注\n", [[], []]),
        (f"## 一\n甲[^1]\n## 二\n乙\n\n[^1]: {'长' * 1001}\n", [[], []]),
    ],
)
def test_a_footnote_serves_the_whole_file(text: str, shown: list[list[str]]) -> None:
    bodies = _parse(text).bodies[1:]
    assert [[label.lower() for label in body.shared_footnotes] for body in bodies] == shown
