from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.parsing import ParseError, with_values
from digests.parsing.front_matter import read_front_matter
from digests.parsing.model import FrontMatter

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_text_without_front_matter_has_an_empty_one() -> None:
    front_matter = read_front_matter("# 标题\n", SHANGHAI)
    assert (front_matter.raw, front_matter.title, front_matter.tags) == ("", "", ())


def test_title_date_and_tags_are_read_and_the_block_is_kept_as_it_is() -> None:
    raw = '---\ntitle: "甲: 乙"\ndate: 2024-07-10\ntags: ["RAG", Adam 优化器]\ndraft: true\n---\n'
    front_matter = read_front_matter(raw + "\n正文", SHANGHAI)
    assert front_matter.raw == raw
    assert front_matter.title == "甲: 乙"
    assert front_matter.published_at == datetime(2024, 7, 10, tzinfo=SHANGHAI)
    assert front_matter.tags == ("RAG", "Adam 优化器")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-07-10T19:31:56+08:00", datetime(2024, 7, 10, 19, 31, 56, tzinfo=SHANGHAI)),
        ("2024-07-10T11:31:56Z", datetime(2024, 7, 10, 11, 31, 56, tzinfo=UTC)),
        ("'2024-07-10 19:31:56'", datetime(2024, 7, 10, 19, 31, 56, tzinfo=SHANGHAI)),
        ('"2024-07-10"', datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024-07-10T11:31:56.25Z", datetime(2024, 7, 10, 11, 31, 56, 250000, tzinfo=UTC)),
        ("2024-07-10 19:31:56 +0800", datetime(2024, 7, 10, 19, 31, 56, tzinfo=SHANGHAI)),
        ("2024-07-10 19:31", datetime(2024, 7, 10, 19, 31, tzinfo=SHANGHAI)),
        ("2024-7-1", datetime(2024, 7, 1, tzinfo=SHANGHAI)),
        ("2024/07/10", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024年7月10日", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024年7月10日 9:30", datetime(2024, 7, 10, 9, 30, tzinfo=SHANGHAI)),
        ("2024年7月10日 星期三", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024年7月10日星期三 9:30", datetime(2024, 7, 10, 9, 30, tzinfo=SHANGHAI)),
        ("2024-07-10（周三）", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024-07-10 (Wed) 19:31", datetime(2024, 7, 10, 19, 31, tzinfo=SHANGHAI)),
        ("2024/7/10 週三 下午 7:31", datetime(2024, 7, 10, 19, 31, tzinfo=SHANGHAI)),
        ("2024年7月10日 19点31分", datetime(2024, 7, 10, 19, 31, tzinfo=SHANGHAI)),
        ("2024年7月10日9时5分7秒", datetime(2024, 7, 10, 9, 5, 7, tzinfo=SHANGHAI)),
        ("２０２４年７月１０日", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("二〇二四年七月十日", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("二零二四年十二月二十一日", datetime(2024, 12, 21, tzinfo=SHANGHAI)),
        ("2024年7月10号", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024-07-10（三）", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024-07-10, Wednesday", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024_07_10", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024—07—10", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("2024年7月10日 晚7点", datetime(2024, 7, 10, 19, 0, tzinfo=SHANGHAI)),
        ("2024年7月10日 傍晚6点", datetime(2024, 7, 10, 18, 0, tzinfo=SHANGHAI)),
        ("Wed Jul 10 19:31:56 2024", datetime(2024, 7, 10, 19, 31, 56, tzinfo=SHANGHAI)),
        ("20240710", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("July 10, 2024", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("Wednesday, July 10th, 2024 at 7:31 PM", datetime(2024, 7, 10, 19, 31, tzinfo=SHANGHAI)),
        ("10 Jul 2024", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("10-Sept-2024", datetime(2024, 9, 10, tzinfo=SHANGHAI)),
        ("Jul. 10 2024 12:05 a.m.", datetime(2024, 7, 10, 0, 5, tzinfo=SHANGHAI)),
        ("Wed, 10 Jul 2024 19:31:56 +0800", datetime(2024, 7, 10, 19, 31, 56, tzinfo=SHANGHAI)),
        ("Wed, 10 Jul 2024 11:31:56 GMT", datetime(2024, 7, 10, 11, 31, 56, tzinfo=UTC)),
        ("Wed, 10 Jul 2024 19:31 +0800 (CST)", datetime(2024, 7, 10, 19, 31, tzinfo=SHANGHAI)),
        ("2024-07-10 19:31 UTC+8", datetime(2024, 7, 10, 19, 31, tzinfo=SHANGHAI)),
    ],
)
def test_a_date_without_zone_is_in_the_sites_zone(written: str, moment: datetime) -> None:
    assert read_front_matter(f"---\ndate: {written}\n---\n", SHANGHAI).published_at == moment


def test_a_date_is_in_utc_as_no_database_takes_every_offset() -> None:
    moment = read_front_matter("---\ndate: 2024-07-10T23:00:00+23:59\n---\n", SHANGHAI).published_at
    assert moment is not None
    assert moment.isoformat() == "2024-07-09T23:01:00+00:00"


def test_tags_may_stand_in_one_text_with_commas() -> None:
    assert read_front_matter("---\ntags: RAG，MCTS\n---\n", SHANGHAI).tags == ("RAG", "MCTS")


@pytest.mark.parametrize(
    "source",
    [
        "tags: RAG、Adam 优化器",
        "tags: RAG；Adam 优化器",
        "tags: RAG; Adam 优化器",
        'tags: ["#RAG", "＃Adam 优化器"]',
        "tags: '#RAG #Adam 优化器'",
        "tags: ['##RAG', '# Adam 优化器', '#']",
        "Tags: [RAG, Adam 优化器]",
        "TAGS:\n- RAG\n- Adam 优化器",
        "tag: RAG, Adam 优化器",
        "tags:\ntag: RAG, Adam 优化器",
        "keywords: RAG, Adam 优化器",
        "Key-Words: [RAG, Adam 优化器]",
        "标签: RAG、Adam 优化器",
        "tag: {a: b}\nkeywords: [RAG, Adam 优化器]",
        "taxonomies:\n  tags: [RAG, Adam 优化器]\n  categories: [x]",
    ],
)
def test_tags_are_read_however_they_are_written(source: str) -> None:
    front_matter = read_front_matter(f"---\n{source}\n---\n", SHANGHAI)
    assert front_matter.tags == ("RAG", "Adam 优化器")
    changed = with_values(front_matter.raw, {"tags": []})
    assert read_front_matter(changed, SHANGHAI).tags == ()


@pytest.mark.parametrize("key", ["tags", "tag", '"tags"'])
def test_tags_of_a_table_of_taxonomies_are_read(key: str) -> None:
    source = f"title = 'x'\n[taxonomies]\n{key} = ['RAG', '#MCTS']\ncategories = ['y']\n"
    front_matter = read_front_matter(f"+++\n{source}+++\n", SHANGHAI)
    assert front_matter.tags == ("RAG", "MCTS")
    changed = with_values(front_matter.raw, {"tags": ["DPO"]})
    assert read_front_matter(changed, SHANGHAI).tags == ("DPO",)


def test_signs_within_a_name_of_a_list_or_in_quotes_stay() -> None:
    source = "tags: ['C#', '甲、乙', 'a; b', 'F# 语言']"
    names = read_front_matter(f"---\n{source}\n---\n", SHANGHAI).tags
    assert names == ("C#", "甲、乙", "a; b", "F# 语言")
    quoted = """---\ntags: '"甲、乙", 丙'\n---\n"""
    assert read_front_matter(quoted, SHANGHAI).tags == ("甲、乙", "丙")


@pytest.mark.parametrize(
    "source",
    [
        "published: 2024-07-10",
        "pubDate: Wed, 10 Jul 2024 00:00:00 +0800",
        "created: 2024-07-10",
        "Date: 2024-07-10",
        "date:\npublish_date: 2024-07-10",
        "published: true\ncreated_at: 2024-07-10",
        "created: 2020-01-01\npublished: 2024-07-10",
        "发布日期: 2024年7月10日",
    ],
)
def test_another_key_tells_the_date_where_there_is_none(source: str) -> None:
    moment = read_front_matter(f"---\n{source}\n---\n", SHANGHAI).published_at
    assert moment == datetime(2024, 7, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "source", ["published: true", "created: by hand", "pubDate: [a]", "updated: 2024-07-10"]
)
def test_another_key_that_tells_no_date_is_no_error(source: str) -> None:
    assert read_front_matter(f"---\n{source}\n---\n", SHANGHAI).published_at is None


def test_our_own_key_counts_before_any_other() -> None:
    source = "Title: b\ntitle: a\ncreated: 2024-07-10\ndate: 2024-07-11\nkeywords: b\ntags: []\n"
    front_matter = read_front_matter(f"---\n{source}---\n", SHANGHAI)
    assert (front_matter.title, front_matter.tags) == ("a", ())
    assert front_matter.published_at == datetime(2024, 7, 11, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("---\ntitle: x\n", 1, "---"),
        ("---\ntitle: x\ndate: 2024-13-45\n---\n", 3, "2024-13-45"),
        ("---\ntitle: x\n\ndate: 昨天\n---\n", 4, "昨天"),
        ("---\ndate: 07/10/2024\n---\n", 2, "07/10/2024"),
        ("---\ndate: 星期三\n---\n", 2, "星期三"),
        ("---\ndate: Julember 10, 2024\n---\n", 2, "Julember"),
        ("---\ndate: 十月二〇二四年\n---\n", 2, "十月"),
        ("---\ndate: 0001-01-01\n---\n", 2, "0001-01-01"),
        ("---\ndate: 9999-12-31\n---\n", 2, "9999-12-31"),
        ("---\ndate: 9999-12-31T23:59:59Z\n---\n", 2, "9999-12-31"),
        ("---\ndate: 2024-02-30\n---\n", 2, "2024-02-30"),
        ("---\ndate: 2024-07-10T25:00:00\n---\n", 2, "25:00"),
        ("---\ndate: 10:00:00\n---\n", 2, "10:00:00"),
        ("---\r\ntitle: 中文𠀀\r\ndate: 2024年13月1日\r\n---\r\n", 3, "13月"),
        ("---\ntitle: 中文\nx: 中\x07\n---\n", 3, ""),
        ("---\ntitle: x\n\nb: !foo y\n---\n", 4, "!foo"),
        ("---\nb: [a, !!python/name:os.x y]\n---\n", 2, "python/name"),
        ("---\nb: !!python/object/apply:os.system {a: b}\n---\n", 2, "python/object"),
        ("---\ntitle: a\ntags: [b]\ntitle: c\n---\n", 4, "title"),
        ("---\na: b\n... # c\n---\n", 3, ""),
        ("---\n? title\n---\n", 2, "title"),
        ("---\na: b\n--- c\n---\n", 3, ""),
        ("---\na: \ud800\n---\n", 2, ""),
        ("---\ntags:\n  - a\n  - {b: c}\n---\n", 4, ""),
        ("---\na: " + "[" * 200_000 + "\n---\n", 2, ""),
        ("---\ntitle: " + "中" * 90_000 + "\n---\n", 1, "256"),
        ("+++\ntitle = 'x'\n", 1, "+++"),
        ("+++\ntitle = 'x'\ndate = 2024-13-45\n+++\n", 3, "2024-13-45"),
        ("+++\r\n\r\ndate = 2024-02-30T10:00:00\r\n+++\r\n", 3, "2024-02-30T10:00:00"),
        ("+++\ndate = '2024-02-30'\n+++\n", 2, "2024-02-30"),
        ("+++\ndate = 10:00:00\n+++\n", 2, "10:00:00"),
        ("+++\ndate = 0001-01-01\n+++\n", 2, "0001-01-01"),
        ("+++\na = 1\ntitle = x\n+++\n", 3, ""),
        ("+++\na = 1\ntitle = [\n1\n+++\n", 4, ""),
        ("+++\ntitle = 'x'\ntitle = 'y'\n+++\n", 3, ""),
        ("+++\ntitle = ['x']\n+++\n", 2, ""),
        ("+++\na = 1\n[title]\nx = 1\n+++\n", 3, ""),
        ("+++\na = 1\ntags.x = 1\n+++\n", 3, ""),
        ("+++\ntags = [ # c\n 'a,b',\n 'c\\n',\n ['d']]\n+++\n", 5, ""),
        ('+++\na = 1\ntitle = "\\ud800"\n+++\n', 3, ""),
        ('+++\na = 1\ntitle = "\\u0000"\n+++\n', 3, ""),
        ("+++\n# \0\n+++\n", 2, ""),
        ("+++\na = " + "[" * 5000 + "\n+++\n", 2, ""),
        ("+++\n\n" + "a." * 50_000 + "b = 1\n+++\n", 3, ""),
        ("+++\na = " + "1" * 5000 + "\n+++\n", 2, ""),
        ("+++\ntitle = '" + "x" * 10_000_000 + "'\n+++\n", 1, "256"),
        ("---\ntitle: [x\n---\n", 3, ""),
        ("---\ntitle: x\ntags: [a: [\n---\n", 4, ""),
        ("---\n[a: b]\n---\n", 2, ""),
        ("\n\n---\ntitle: x\ndate: 昨天\n---\n", 5, "昨天"),
        ("<!-- 甲\n-->\n---\ntitle: [x\n---\n", 5, ""),
        ("\ufeff\n+++\ntitle = 'x'\ndate = 2024-13-45\n+++\n", 4, "2024-13-45"),
        ("\n---\ntitle: x\n", 2, "---"),
        ("---\ntitle: {a: b}\n---\n", 2, ""),
        ("---\ntitle: x\na: &a [x]\nb: *a\n---\n", 4, ""),
        ("---\ntitle: x\nb: \x07\n---\n", 3, ""),
        ("---\na: " + "[" * 5000 + "\n---\n", 2, ""),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_front_matter(text, SHANGHAI)
    assert caught.value.line == line
    assert word in str(caught.value.message)


LEADS = {
    "\n": None,
    "\r\n \t\r\n": None,
    "\ufeff\n": None,
    "\n\ufeff": None,
    "\x0c": None,
    "\u3000\n\u200b\n": None,
    "<!-- 注 -->\n": 1,
    "\n<!--\n许可\n\n## 不是话题\n-->\n<!-- 又一条 -->\n\n": 2,
    "<think>\n先想\n\n## 想法\n</think>\n\n": 1,
    "<Thinking>想</Thinking>": 1,
    "好的，先想一想。\n</think>\n\n": 1,
    "\n<reasoning>\n</reasoning>\n<!-- -->\n": 2,
    "好的，以下是今天的文摘：\n\n": 1,
    "<think>想</think>\n\nSure! Here is the digest:\r\n\r\n": 1,
    "\n整理如下。\n \n\n": 2,
}


@pytest.mark.parametrize(("lead", "skipped"), LEADS.items())
@pytest.mark.parametrize("block", ["---\ntitle: 题\n---\n", "+++\ntitle = '题'\n+++\n"])
def test_what_stands_before_the_front_matter_is_skipped_and_kept(
    lead: str, skipped: int | None, block: str
) -> None:
    front_matter = read_front_matter(lead + block + "\n正文", SHANGHAI)
    assert (front_matter.raw, front_matter.title) == (lead + block, "题")
    assert front_matter.skipped == skipped
    changed = with_values(front_matter.raw, {"title": "新", "tags": ["甲"]})
    assert changed.startswith(lead)
    after = read_front_matter(changed, SHANGHAI)
    assert (after.raw, after.title, after.tags) == (changed, "新", ("甲",))


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n正文\n\n## 一\n",
        "---\n\n# 标题\n\n## 一\n\n---\n",
        "---\n前言一句。\n\n---\n",
        "---\n- 甲\n- 乙\n---\n",
        "---\n\n注意: 甲\n乙\n\n---\n",
        "---\n> 引文\n",
        "\n---\n\n[甲](https://example.org/)\n---\n",
        "<!-- 注 -->\n\n正文\n",
        "前言\n\n---\n\ntitle: 题\n---\n",
        "前言\n---\ntitle: 题\n---\n",
        "前言\n\n第二段\n\n---\ntitle: 题\n---\n",
        "# 标题\n\n---\ntitle: 题\n---\n",
        "<think>想</think>\n正文\n---\ntitle: 题\n---\n",
    ],
)
def test_a_text_that_opens_with_a_thematic_break_or_a_comment_has_no_front_matter(
    text: str,
) -> None:
    assert read_front_matter(text, SHANGHAI) == FrontMatter()


def test_nothing_is_constructed_from_yaml_tags() -> None:
    text = "---\ntitle: !!python/object/apply:os.system ['true']\n---\n"
    with pytest.raises(ParseError):
        read_front_matter(text, SHANGHAI)


def test_a_value_is_written_back_and_every_other_byte_stays() -> None:
    raw = "---\ntitle: '旧' # 注\nweight: 3\ntags:\n  - a\n  - b\ndate: 2024-07-10\n---\n"
    assert with_values(raw, {"title": '新 "x"'}) == raw.replace("'旧'", '"新 \\"x\\""')
    changed = with_values(raw, {"tags": ["c"], "title": "新"})
    assert changed == '---\ntitle: "新" # 注\nweight: 3\ntags:\n  ["c"]\ndate: 2024-07-10\n---\n'


def test_a_value_that_was_missing_is_added() -> None:
    assert with_values("", {"title": "新"}) == '---\ntitle: "新"\n---\n'
    assert with_values("---\na: 1\n---\n", {"title": "新"}) == '---\ntitle: "新"\na: 1\n---\n'


def test_what_is_written_is_read() -> None:
    moment = datetime(2024, 7, 10, 1, 2, 3, tzinfo=SHANGHAI)
    raw = with_values(
        "---\r\ntitle: |\r\n  旧\r\n  的\r\n---\r\n",
        {"title": "a: b\n # c", "date": moment, "tags": ["x, y"]},
    )
    front_matter = read_front_matter(raw, SHANGHAI)
    assert front_matter.title == "a: b\n # c"
    assert front_matter.published_at == moment
    assert front_matter.tags == ("x, y",)


@pytest.mark.parametrize(
    "raw",
    [
        "---\ntags:\n- RAG\n- MCTS\ntitle: x\n---\n",
        "---\ntags:\n  - RAG\n  - MCTS\n# a comment\ntitle: x\n---\n",
        "---\ntags:\ntitle:\n---\n",
        "---\n{title: a, tags: [b]}\n---\n",
        "---\n  title: a\n---\n",
        "---\ntitle: |\n  a\n  b\ntags: a, b\n---\n",
        "---\r\ntitle: a\r\n---\r\n",
        "---\n# only a comment\n---\n",
        "---\ntitle: a\n \t\ntags:\n- a\n  \t\n---\n",
        "---\n  ? title\n  : a\n---\n",
        "---\nx: [a]\n\ntitle: >-\n  a\n\n  b\n\n# c\ntags: &a !!seq\n- b\n---\n",
        "+++\n[x]\ntitle = 'y'\n+++\n",
        '+++\n\'title\' = """\n]#\'\'\'\\"""""\n"t\\u0061gs" = [ [], # ]\n]\n+++\n',
        "+++\r\na.title = 1\r\ntitle=''\r\n[[x.tags]]\r\n+++\r\n",
    ],
)
@pytest.mark.parametrize("title", ["新: “标题”", "a\x7fb", "a\x85b\u2028c", "- # [", ""])
def test_what_is_written_into_any_front_matter_is_read(raw: str, title: str) -> None:
    changed = with_values(raw, {"title": title, "tags": ["x", "y"]})
    again = with_values(changed, {"tags": ["z"]})
    front_matter = read_front_matter(again, SHANGHAI)
    assert (front_matter.title, front_matter.tags) == (title.strip(), ("z",))


def test_a_comment_behind_a_list_stays() -> None:
    raw = "---\ntags:\n  - a\n# keep me\ntitle: x\n---\n"
    assert "# keep me" in with_values(raw, {"tags": ["b"]})


@pytest.mark.parametrize("value", ['"a\\ud800b"', '"a\\0b"'])
def test_a_character_that_cannot_be_stored_is_refused_with_its_line(value: str) -> None:
    for key in ("title", "tags"):
        with pytest.raises(ParseError) as caught:
            read_front_matter(f"---\na: 1\n{key}: {value}\n---\n", SHANGHAI)
        assert caught.value.line == 3


@pytest.mark.parametrize("value", ["", "~", "null", "NULL", "''"])
def test_a_value_that_is_null_or_empty_counts_as_missing(value: str) -> None:
    front_matter = read_front_matter(
        f"---\ntitle: {value}\ndate: {value}\ntags: {value}\n---\n", SHANGHAI
    )
    assert (front_matter.title, front_matter.published_at, front_matter.tags) == ("", None, ())


@pytest.mark.parametrize("value", ["'null'", '"~"', "!!str null", "|\n  ~"])
def test_a_quoted_null_is_a_text(value: str) -> None:
    title = read_front_matter(f"---\ntitle: {value}\n---\n", SHANGHAI).title
    assert title in {"null", "~"}


def test_yamls_own_tags_and_repeated_keys_that_nobody_reads_do_no_harm() -> None:
    text = "---\na: !!int 1\na: 2\ntitle: !!str 2024\ntags: !!seq [x]\n---\n"
    front_matter = read_front_matter(text, SHANGHAI)
    assert (front_matter.title, front_matter.tags) == ("2024", ("x",))


TOML = """+++
# 每日
title = "甲: 乙"  # 注
date = 2024-07-10T19:31:56+08:00
tags = [
  "RAG", # first
  'Adam 优化器',
]
draft = true

[params]
title = "not this one"
+++
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_toml_means_the_same_as_yaml(newline: str) -> None:
    raw = TOML.replace("\n", newline)
    front_matter = read_front_matter(raw + "正文", SHANGHAI)
    assert front_matter.raw == raw
    assert front_matter.title == "甲: 乙"
    assert front_matter.published_at == datetime(2024, 7, 10, 19, 31, 56, tzinfo=SHANGHAI)
    assert front_matter.tags == ("RAG", "Adam 优化器")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-07-10T11:31:56Z", datetime(2024, 7, 10, 11, 31, 56, tzinfo=UTC)),
        ("2024-07-10 19:31:56.5", datetime(2024, 7, 10, 19, 31, 56, 500000, tzinfo=SHANGHAI)),
        ("2024-07-10", datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ('"2024年7月10日"', datetime(2024, 7, 10, tzinfo=SHANGHAI)),
        ("'2024-7-1'", datetime(2024, 7, 1, tzinfo=SHANGHAI)),
        ('""', None),
    ],
)
def test_a_date_in_toml_is_of_any_type(written: str, moment: datetime | None) -> None:
    assert read_front_matter(f"+++\ndate = {written}\n+++\n", SHANGHAI).published_at == moment


def test_a_number_in_toml_is_read_as_it_is_written() -> None:
    front_matter = read_front_matter("+++\ntitle = 2024\ntags = [1.50, true]\n+++\n", SHANGHAI)
    assert (front_matter.title, front_matter.tags) == ("2024", ("1.50", "true"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_value_is_written_back_into_toml_and_every_other_byte_stays(newline: str) -> None:
    raw = TOML.replace("\n", newline)
    changed = with_values(raw, {"title": '新 "x"', "tags": ["c"]})
    head, tail = raw.split("[", 1)[0], raw.split("]", 1)[1]
    assert changed == head.replace("甲: 乙", '新 \\"x\\"') + '["c"]' + tail


def test_a_value_that_was_missing_in_toml_is_added_above_the_tables() -> None:
    changed = with_values("+++\n[title_of]\nx = 1\n+++\n", {"title": "新", "tags": ["a"]})
    assert changed == '+++\ntitle = "新"\ntags = ["a"]\n[title_of]\nx = 1\n+++\n'


_MOMENTS = st.datetimes(datetime(2, 1, 2), datetime(9997, 12, 31), timezones=st.just(SHANGHAI))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    "date": _MOMENTS,
    "tags": st.lists(st.sampled_from(["RAG", "x, y", "null", '"', "\\", "中文"]), unique=True),
}
_YAML = (
    *("title", "date", "tags", "x", ":", ": ", " ", "\n", "\r\n", "- ", "[", "]", "{", "}"),
    *(", ", '"a"', "'b'", '"', "'", "|", ">-", "\n  ", "# c", "? ", "!!str ", "!foo ", "&a ", "*a"),
    *("~", "2024-07-10", "中", "𠀀", "%", "...", "--- ", "\\ud800", "\ntitle: ", "\ntags:\n- a"),
)
_TOML = (
    *("title", "date", "tags", "x", "=", " = ", " ", "\n", "\r\n", "\0", "[", "]", "{", "}", ", "),
    *('"a"', "'b'", '"', "'", '"""', "'''", "\\", "# c", ".", "1", "2024-07-10", "T10:00:00", "中"),
    *("𠀀", "\\u0000", "{a = 1}", '\ntitle = "t"', "\ntags = ['a']\n", "\n[x]\n", "\n[[y]]\n"),
)


def _front_matter(mark: str, pieces: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Texts that look like front matter, valid or not."""
    source = st.lists(st.sampled_from(pieces), max_size=12)
    return source.map(lambda parts: f"{mark}\n{''.join(parts)}\n{mark}\n")


_BLOCKS = _front_matter("---", _YAML) | _front_matter("+++", _TOML)
_TEXTS = _BLOCKS | st.builds(str.__add__, st.sampled_from([*LEADS]), _BLOCKS)


@given(_TEXTS | st.text().map("---\n{}\n---\n".format) | st.text().map("+++\n{}\n+++\n".format))
def test_no_text_raises_anything_but_the_one_error(text: str) -> None:
    front_matter = _read_or_none(text)
    assert front_matter is None or text.startswith(front_matter.raw)


@given(st.sampled_from(["", TOML, "---\nx: 1 # 注\ndate:\ntags:\n- a\n---\n"]), st.data())
def test_what_an_editor_writes_is_read(raw: str, data: st.DataObject) -> None:
    changes = {key: data.draw(values) for key, values in _VALUES.items()}
    changed = with_values(raw, changes)
    front_matter = read_front_matter(changed, SHANGHAI)
    assert front_matter.raw == changed
    assert front_matter.title == changes["title"].strip()
    assert front_matter.published_at is not None
    # Moments in two zones compare unequal in the hour that a clock skips or repeats.
    assert front_matter.published_at.astimezone(UTC) == changes["date"].astimezone(UTC)
    assert front_matter.tags == tuple(changes["tags"])


@given(_TEXTS, st.sampled_from(list(_VALUES)), st.data())
def test_writing_one_value_changes_no_other(text: str, key: str, data: st.DataObject) -> None:
    if before := _read_or_none(text):
        changed = with_values(before.raw, {key: data.draw(_VALUES[key])})
        after = read_front_matter(changed, SHANGHAI)
        assert _told(after, but=key) == _told(before, but=key)


def _told(front_matter: FrontMatter, *, but: str) -> dict[str, object]:
    told = {
        "title": front_matter.title,
        "date": front_matter.published_at,
        "tags": front_matter.tags,
    }
    return {key: value for key, value in told.items() if key != but}


def _read_or_none(text: str) -> FrontMatter | None:
    """Read front matter; None if it raises ParseError, whose line must exist."""
    front_matter, line = None, 1
    try:
        front_matter = read_front_matter(text, SHANGHAI)
    except ParseError as error:
        line = error.line
    assert 1 <= line <= text.count("\n") + 1
    return front_matter
