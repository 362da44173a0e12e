"""HTML of the Markdown extensions beyond CommonMark."""

import re

import html5lib
import pytest
from django.utils import translation

from digests.parsing import parse_body
from digests.rendering import preview, render
from digests.tests.rendering.reading import rendered, shown, title, words_in

NOTES = (
    "甲[^b] 乙[^a] 丙[^b] 丁[^无]\n\n[^a]: 后\n[^b]: 先[^c]\n\n末\n\n"
    "[^c]: 再\n[^d]: 没人问\n[^a]: 重复\n"
)


def test_a_formula_is_mathml_in_texts_points_cells_titles_and_references() -> None:
    body = parse_body(
        "文 $x$\n\n* **方法**: $x$\n* 参考:\n  * [论 $x$](https://example.org/)\n\n| $x$ |\n|--|\n",
        heading="## 1. $x$ 的题",
    )
    found = render(body)
    assert found.html.count("<math") == 3
    assert "<math" in found.entries[0].html
    assert found.title.startswith('<math alttext="x"')
    assert body.citations[0].title == "论 $x$"


def test_what_is_no_formula_to_the_library_is_its_source() -> None:
    assert preview(r"见 $\foo{<b}$") == '<p>见 <code class="formula">$\\foo{&lt;b}$</code></p>\n'


@pytest.mark.parametrize(
    "fence", ["```math\n{}\n```", "~~~ math\n{}\n~~~", "- 甲\n  ```Math\n  {}\n  ```"]
)
def test_code_of_the_language_math_is_a_formula(fence: str) -> None:
    html = preview(fence.replace("{}", r"a^2 + \frac{b}{c}"))
    assert "<mfrac>" in html
    assert "<pre" not in html


@pytest.mark.parametrize("code", [r"\foo{", "", "x" * 2001])
def test_code_of_the_language_math_that_is_no_formula_stays_code(code: str) -> None:
    assert f"<code>{code}" in preview(f"```math\n{code}\n```\n\n下文")
    assert "下文" in preview(f"```math\n{code}\n```\n\n下文")


def test_a_formula_between_brackets_is_its_source_where_it_cannot_be_read() -> None:
    assert preview(r"见 \(\foo{<b}\)") == (
        '<p>见 <code class="formula">\\(\\foo{&lt;b}\\)</code></p>\n'
    )


def test_a_wide_formula_scrolls_and_a_short_one_does_not() -> None:
    assert 'class="formula" tabindex="0"' in preview("$$x$$")
    assert 'class="formula" tabindex="0"' in preview(f"${'x' * 50}$")
    assert "tabindex" not in preview(r"$\text{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V$")


def test_a_wide_formula_in_a_title_scrolls_too() -> None:
    html = title(f"## 1. ${'x' * 50}$")
    assert html.startswith('<span class="formula" tabindex="0"><math')


def test_a_text_has_so_many_formulas_and_the_rest_as_written() -> None:
    html = preview(" ".join(["$" + "x" * 1000 + "$"] * 60))
    assert html.count("<math") == 50
    assert html.count('<code class="formula">') == 10


def test_raw_mathml_is_text() -> None:
    assert "<math" not in preview("<math><mi>x</mi></math>")
    assert "<mi" not in preview("甲 <mi onclick=x>x</mi>")


def test_footnotes_come_last_in_the_order_in_which_they_are_asked_for() -> None:
    html = shown(NOTES)
    notes = re.findall(r'<li id="fn-(\d)">(.)', html)
    assert notes == [("1", "先"), ("2", "后"), ("3", "再"), ("4", "没")]
    assert words_in(html).splitlines()[:3] == [
        "甲[1] 乙[2] 丙[1] 丁[^无]",
        "末",
        "[^a]: 重复",
    ]


def test_a_footnote_links_back_to_where_it_is_first_asked_for() -> None:
    html = shown(NOTES)
    assert html.count('id="fnref-1"') == 1
    assert html.count('href="#fn-1"') == 2
    assert html.count('href="#fnref-1"') == 1
    assert "fnref-4" not in html


def test_footnotes_that_ask_for_each_other_alone_are_shown() -> None:
    html = shown("甲\n\n[^a]: 乙[^b]\n[^b]: 丙[^a]\n")
    assert "乙" in html
    assert "丙" in html


def test_a_footnote_of_another_text_and_in_a_reference_is_text() -> None:
    body = rendered("* 参考:\n  * [名](https://example.org/) 见[^1]\n\n文[^2]\n\n[^1]: 甲\n")
    assert "[^1]" in body.entries[0].html
    assert "文[^2]" in body.html


def test_cells_beyond_the_last_column_stay_in_it() -> None:
    html = preview("| a | b |\n| - | - |\n| 甲 | 乙 | 丙 | 丁\n| 戊 | $|x|$ |\n| 己 |\n")
    assert "<td>乙 | 丙 | 丁</td>" in html
    assert html.count("<td>") == 6
    assert 'alttext="|x|"' in html


def test_on_a_page_of_many_texts_ids_are_their_own_and_links_named() -> None:
    with translation.override("en"):
        html = shown(NOTES, "topic-7-")
    ids = re.findall(r'id="([^"]*)"', html)
    assert len(ids) == len(set(ids)) == 7
    targets = re.findall(r'href="#([^"]*)"', html)
    assert set(targets) <= set(ids)
    assert all(found.startswith("topic-7-fn") for found in ids)
    assert html.count("aria-label=") == len(targets)


def test_an_author_writes_no_ids_and_no_footnote_of_their_own() -> None:
    raw = (
        '甲[^1] <sup class="footnote" id="fnref-1"><a href="#fn-1" id="x">1</a></sup>'
        ' <li id="fn-1">乙</li> "id="fn-1"\n\n[^1]: 丙\n'
    )
    html = shown(raw, "t-")
    assert re.findall(r'<[^>]* id="([^"]*)"', html) == ["t-fnref-1", "t-fn-1"]
    assert '"id="fn-1"' in html  # text that looks like an attribute stays


def test_a_text_without_footnotes_stays_as_it_is() -> None:
    markdown = "* **问题**: [甲](#fn-1)\n"
    assert shown(markdown, "t-") == shown(markdown)


def test_the_names_of_footnotes_are_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        assert 'aria-label="Back to the text: 1"' in shown("甲[^1]\n\n[^1]: 乙\n")


@pytest.mark.parametrize(
    "text", ["- [ ] 未做\n- [x] 做完\n", "1. [ ] 未做\n\n2. [X] 做完\n", "- [x] **结论**: 做完\n"]
)
def test_a_task_is_a_box_that_its_text_names(text: str) -> None:
    html = preview(text)
    assert re.search(r'<label><input type="checkbox" disabled="" checked=""> 做完</label>', html)
    assert html.count("<input") == html.count('disabled=""') == html.count("<label>")


def test_no_author_brings_a_field() -> None:
    html = preview("<input type=password name=p> <label>甲</label> - [ ] 乙")
    assert "<input" not in html
    assert "<label" not in html


def test_a_table_stands_in_a_box_that_scrolls() -> None:
    html = preview("| 甲 |\n|---|\n| 乙 |\n")
    assert html.startswith('<div class="table" tabindex="0"><table>')
    assert html.endswith("</table></div>\n")
    assert "<table>&lt;" not in preview('[甲](https://example.org "<table>")')


def test_all_of_it_is_valid_html() -> None:
    text = NOTES + (
        "$x$ $$y$$ $\\foo$\n\n$$\na\n+ b\n$$\n\n- [ ] 甲\n\n  乙\n- [x] 丙\n  - [ ] 丁\n\n"
        "| $x$ |\n|--|\n| [^a] |\n\n```py\nx = 1\n```\n\n* **方法**: $$z$$\n\n  [^b]\n"
    )
    page = f"<!doctype html><title>x</title><main>{shown(text, '')}</main>"
    html5lib.HTMLParser(strict=True).parse(page)
