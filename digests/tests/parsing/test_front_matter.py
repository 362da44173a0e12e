from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digests.parsing import ParseError, with_values
from digests.parsing.front_matter import read_front_matter

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
    ],
)
def test_a_date_without_zone_is_in_the_sites_zone(written: str, moment: datetime) -> None:
    assert read_front_matter(f"---\ndate: {written}\n---\n", SHANGHAI).published_at == moment


def test_tags_may_stand_in_one_text_with_commas() -> None:
    assert read_front_matter("---\ntags: RAG，MCTS\n---\n", SHANGHAI).tags == ("RAG", "MCTS")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("---\ntitle: x\n", 1, "---"),
        ("---\ntitle: x\ndate: 2024-13-45\n---\n", 3, "2024-13-45"),
        ("---\ntitle: x\n\ndate: 昨天\n---\n", 4, "昨天"),
        ("---\ndate: 0001-01-01\n---\n", 2, "0001-01-01"),
        ("---\ntitle: [x\n---\n", 3, ""),
        ("---\ntitle: x\ntags: [a: [\n---\n", 4, ""),
        ("---\n- a\n---\n", 2, ""),
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
    assert with_values("---\na: 1\n---\n", {"title": "新"}) == '---\na: 1\ntitle: "新"\n---\n'


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
