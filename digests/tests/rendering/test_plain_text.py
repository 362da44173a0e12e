import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.rendering.bodies import RenderedPoint
from digests.tests.rendering.reading import rendered, shown, words_in
from digests.vocabulary import PointKind


def points(markdown: str) -> list[tuple[str, str, str]]:
    return [(p.kind.value, p.label, p.plain) for p in rendered(markdown).points]


def test_points_are_apart_from_the_rest() -> None:
    markdown = "开头\n\n* **问题**: 显存**够**吗\n* **结论**: 够\n"
    assert points(markdown) == [("question", "问题", "显存够吗"), ("conclusion", "结论", "够")]
    assert rendered(markdown).prose == "开头"


def test_nested_bullets_belong_to_their_point() -> None:
    body = rendered("* **观点**:\n  * 甲\n  * 乙\n\n尾\n")
    assert [point.plain for point in body.points] == ["甲\n乙"]
    assert body.prose == "尾"


def test_raw_html_in_a_point_takes_nothing_away() -> None:
    source = "* **观点**: 甲 <div><dl><dt>乙</dt><dd>丙</dd></dl></div> 丁\n* **结论**: 戊\n"
    body = rendered(source)
    words = " ".join([*(point.plain for point in body.points), body.prose])
    assert set("甲乙丙丁戊") <= set(words)


def test_a_list_of_raw_html_does_not_cut_a_point_short() -> None:
    source = "* **观点**: 甲 <dl><div><dt>乙</dt><dd>丙</dd></div></dl> 丁\n"
    body = rendered(source)
    assert [point.plain for point in body.points] == ["甲\n乙\n丙\n丁"]
    assert body.prose == ""


def places(point: RenderedPoint) -> tuple[str, str, str]:
    return point.kind.value, PointKind.anchor(point.kind, point.ordinal), point.html


def test_each_point_is_cut_out_as_html_with_the_id_that_it_has_on_its_page() -> None:
    source = "开头\n\n* **问题**: 显存**够**吗\n* **背景**: 甲\n\n中\n\n"
    source += "* **问题**:\n  * 乙\n* **原因**: 丙\n"
    assert [places(point) for point in rendered(source).points] == [
        ("question", "question", "显存<strong>够</strong>吗"),
        ("other", "point", "甲"),
        ("question", "question-2", "<ul>\n<li>乙</li>\n</ul>\n"),
        ("other", "point-2", "丙"),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "<dl><div><dd>乙</dd></div></dl>",
        "<div><div>乙</div>",
        "乙</div></dd></dl>",
        '<a href="/x" title=\'<div class="point" data-kind="result">\'>乙</a>',
        '<div class="point" data-kind="result"><dt>乙</dt><dd>丙</dd></div>',
        "`</dd></div>` 乙",
    ],
)
def test_raw_html_ends_no_point(raw: str) -> None:
    first, second = rendered(f"* **观点**: 甲 {raw} 丁\n* **结论**: 戊\n").points
    assert (first.kind, second.kind) == ("opinion", "conclusion")
    assert second.html == "戊"
    assert "乙" in first.html
    assert "丁" in first.html
    assert first.html.count("<div") == first.html.count("</div")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("强**化**学`习`", "强化学习"),
        ("一行\n接着", "一行 接着"),
        ("甲\n\n乙", "甲\n乙"),
        ("### 甲\n```\nx = 1\n```\n", "甲\nx = 1"),
        ("a < b & c > d", "a < b & c > d"),
        ('[名](https://example.org/a "提示 > 三")', "名"),
        ("| 甲 | 乙 |\n| - | - |\n| 丙 | 丁 |\n", "甲\n乙\n丙\n丁"),
        ("<think>想</think>", "<think>想</think>"),
        (r"损失 $\frac{a}{b}$ 很小", r"损失 $\frac{a}{b}$ 很小"),
        ("甲\n\n$$\nx\n< y\n$$\n\n乙", "甲\n$$x < y$$\n乙"),
        (r"见 $\foo{x}$", r"见 $\foo{x}$"),
        ("$$#\n$$", "$$#$$"),
        ("DPO[^1] 好\n\n[^1]: 见 *论文*\n", "DPO[1] 好\n见 论文"),
        ("- [x] 做完\n- [ ] 未做\n", "做完\n未做"),
        ("```python\nreturn 'a<b'\n```\n", "return 'a<b'"),
        ("![图](https://example.org/a.png)", "图"),
    ],
)
def test_it_reads_what_readers_see(markdown: str, text: str) -> None:
    assert rendered(markdown).prose == text
    assert words_in(shown(markdown)) == text


def test_what_is_empty_says_nothing() -> None:
    assert rendered("").prose == ""
    assert rendered("").points == ()


@given(
    st.lists(
        st.sampled_from(
            [
                *("甲", "b c", " ", "\n", "\n\n", "* ", "  * ", "**", "`", "$x$", "$$", "#", "> "),
                *(
                    "| a | b |\n| - | - |\n| c | d |\n",
                    "```\nx\n y\n```\n",
                    "- [x] ",
                    "1. ",
                    "---\n",
                ),
                *("[乙](https://e.org/)", "![丙](https://e.org/a.png)", "https://e.org/x ", "[^1]"),
                *("\n\n[^1]: 注\n\n", "<b>", "</b>", "<br>", "<think>", "&amp;", "&lt;p>", "\\\n"),
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_the_words_of_a_text_are_those_that_a_parser_finds_on_its_page(markdown: str) -> None:
    body = rendered(markdown)
    lines = [point.label + "\n" + point.plain for point in body.points]
    ours = sorted("\n".join([body.prose, *lines]).split())
    assert ours == sorted(words_in(shown(markdown)).split())
