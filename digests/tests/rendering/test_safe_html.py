import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.rendering import Permalinks, preview
from digests.tests.rendering.reading import rendered, shown, title


def test_points_are_labelled_blocks_in_the_order_of_the_text() -> None:
    html = shown("前文\n\n* **问题**: 甲\n* **结论**：乙\n\n后文\n")
    assert html == (
        "<p>前文</p>\n"
        '<dl class="points">'
        '<div class="point" data-kind="question"><dt class="label">问题</dt><dd>甲</dd></div>'
        '<div class="point" data-kind="conclusion"><dt class="label">结论</dt><dd>乙</dd></div>'
        "</dl>"
        "<p>后文</p>\n"
    )


def test_listed_references_are_left_out_of_the_body_and_rendered_apart() -> None:
    body = rendered("* 相关引用:\n  * **论文**: [DPO](https://arxiv.org/abs/2305.18290) 必读\n")
    assert body.parts == []
    assert body.entries[0].html == (
        '<a href="https://arxiv.org/abs/2305.18290" rel="noopener noreferrer">DPO</a> 必读'
    )


def test_an_entry_that_cites_nothing_is_shown_with_its_label() -> None:
    html = shown("* 参考:\n  * **论文**: [x](https://example.org:99999/)\n")
    assert '<ul class="references"><li><span class="label" data-kind="paper">论文</span>' in html


def test_the_preview_shows_points_and_references() -> None:
    html = preview("* **问题**: 甲\n* 参考:\n  * Adam-mini\n")
    assert "甲" in html
    assert '<ul class="references"><li>Adam-mini</li></ul>' in html


class _Markup(HTMLParser):
    """Collects the elements and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs


ATTACKS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<details open ontoggle=alert(1)>x</details>",
    '<img src="https://example.org/x" title="&quot;><script>alert(1)</script>">',
    "<a href='https://example.org/' onmouseover='alert(1)'>x</a>",
    "<!--><img src=x onerror=alert(1)>-->",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<a href='javascript:alert(1)'>x</a>",
    "![x](javascript:alert(1))",
    '[x](https://example.org "t\\" onclick=\\"alert(1)")',
    "* **<script>alert(1)</script>**: x",
    "* 参考:\n  * **<img src=x onerror=alert(1)>**: x",
    "| <script>alert(1)</script> |\n|---|\n",
    "```<script>\nalert(1)\n```",
    "<svg/onload=alert(1)>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_is_shown_as_text_or_vanishes(attack: str) -> None:
    markup = _Markup(preview(attack))
    assert not {"script", "img", "svg", "iframe"} & set(markup.elements)
    assert not [name for name, _ in markup.attributes if name.startswith("on")]
    for name, value in markup.attributes:
        if name == "href":
            assert (value or "").startswith("https://")


def test_a_picture_from_elsewhere_is_a_link_and_an_uploaded_one_is_shown() -> None:
    assert "<img" not in preview("![图](https://example.org/a.png)")
    assert 'href="https://example.org/a.png"' in preview("![图](https://example.org/a.png)")
    uploaded = f"/uploads/{'0' * 32}.png"
    assert f'<img src="{uploaded}" alt="图">' in preview(f"![图]({uploaded})")
    for elsewhere in ("//example.org/a.png", "/\\example.org/a.png", "/accounts/logout/"):
        assert "<img" not in preview(f"![图]({elsewhere})")


def test_a_link_without_words_shows_its_address() -> None:
    assert ">https://example.org/</a>" in preview("[](https://example.org/)")


def test_no_inline_style_is_left() -> None:
    html = preview("| a |\n|:-:|\n| b |\n")
    assert "style" not in html
    assert '<th class="align-center">' in html


def test_headings_start_below_those_of_the_page() -> None:
    assert "<h3>大</h3>" in preview("# 大\n")
    assert "<h4>小</h4>" in preview("#### 小\n")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("甲<br>乙", "<p>甲<br>乙</p>\n"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>\n"),
        ("<h1>大</h1>", "<h3>大</h3>"),
        ("甲 <!-- 乙 --> 丙", "<p>甲  丙</p>\n"),
        ("<style>p {}</style>", "&lt;style&gt;p {}&lt;/style&gt;"),
        ('<p class="a" id="b" style="c">甲</p>', "<p>甲</p>"),
        ("<form><input></form>甲", "甲"),
    ],
)
def test_raw_html_is_what_browsers_may_have_of_it(text: str, html: str) -> None:
    assert preview(text) == html


def test_a_raw_picture_from_elsewhere_is_a_link() -> None:
    assert ">图</a>" in preview("<img src='https://example.org/a.png' alt='图'>")
    assert preview("<img src='a.png' alt='图'>") == "图"


def test_a_picture_in_a_link_gives_the_link_its_words() -> None:
    for link in (
        "[![图](https://example.org/a.png)](https://example.org/)",
        "<a href='https://example.org/'><img src='https://example.org/a.png' alt='图'></a>",
    ):
        assert preview(link) == (
            '<p><a href="https://example.org/" rel="noopener noreferrer">图</a></p>\n'
        )


def test_html_that_is_not_closed_ends_with_its_point() -> None:
    html = preview("* **问题**: 甲 <b>乙 <!-- 丙\n* **结论**: 丁\n")
    assert html.count('<div class="point"') == 2
    assert "<dd>丁</dd>" in html


def test_what_is_nested_very_deep_is_still_shown() -> None:
    assert "深处" in preview(">" * 500 + "深处")
    assert "深处" in preview("".join("  " * depth + "* 深处\n" for depth in range(300))[-7:])


@pytest.mark.parametrize(
    ("heading", "html"),
    [
        ("## 1. 题目\n", ""),
        (
            "## 1. [题目](https://example.org/)\n",
            '<a href="https://example.org/" rel="noopener noreferrer">题目</a>',
        ),
        ("## `a<b` <script>x</script>\n", "<code>a&lt;b</code> &lt;script&gt;x&lt;/script&gt;"),
    ],
)
def test_the_title_has_html_where_it_has_markup(heading: str, html: str) -> None:
    assert title(heading) == html


def test_a_picture_in_a_title_is_a_link_with_its_words() -> None:
    html = title("## 1. 看 ![图](https://e.org/1.png) 吧\n")
    link = '<a href="https://e.org/1.png" rel="noopener noreferrer">图</a>'
    assert html == f"看 {link} 吧"


def test_entries_are_shown_under_the_name_of_their_list() -> None:
    html = preview("* 参考:\n  * 甲\n* 相关工作:\n  * 乙\n")
    assert html == (
        '<p class="group">参考</p><ul class="references"><li>甲</li></ul>'
        '<p class="group">相关工作</p><ul class="references"><li>乙</li></ul>'
    )


def test_details_hold_the_markdown_between_their_tags() -> None:
    html = preview("<details><summary>展开</summary>\n\n**甲**\n\n</details>\n\n乙\n")
    assert html.replace("\n", "") == (
        "<details><summary>展开</summary><p><strong>甲</strong></p></details><p>乙</p>"
    )


@pytest.mark.parametrize("tag", ["<think>", "<path>", "<text>", "<g>", '<set x="1">', "<mi>"])
@pytest.mark.parametrize("source", ["模型 {} 之后", "{}\n之后\n", "| {} 之后 |\n|---|\n"])
def test_a_tag_that_html_does_not_know_is_shown_and_swallows_nothing(source: str, tag: str) -> None:
    html = shown(source.format(tag))
    assert tag.replace("<", "&lt;").replace(">", "&gt;") in html
    assert "之后" in html


def test_such_a_tag_is_shown_in_a_title_too() -> None:
    assert title("## 1. <path> 之后\n") == "&lt;path&gt; 之后"


def test_a_template_hides_nothing() -> None:
    assert "甲" in shown("<template>甲</template>")


def test_open_tags_are_not_copied_into_each_paragraph_below_them() -> None:
    opened = "".join(f"<b id={n}>" for n in range(200))
    for text in (f"甲 {opened}", f"<div>\n<p>{opened}", f"<div>\n<p>{opened.replace('=', '<')}"):
        assert len(preview(text + "<p>乙" * 200)) < 50_000


def test_raw_html_that_is_nested_very_deep_is_shown_as_text() -> None:
    html = preview("<div>" * 500 + "深处")
    assert html.count("<div>") == 100
    assert "&lt;div&gt;深处" in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<div>\n<p don't>甲</p>it's</div>", "<div>\n&lt;p don't&gt;甲<p></p>it's</div>"),
        ("<div>甲 <b 乙\n</div>", "<div>甲 &lt;b 乙\n</div>"),
        ("<!--><b>甲</b>", "<b>甲</b>"),
        (
            "<table tabindex=9><tr><td>甲</table>",
            '<div class="table" tabindex="0"><table>'
            "<tbody><tr><td>甲</td></tr></tbody></table></div>",
        ),
        ("<div>" * 3 + "</b>" * 3 + "甲", "<div><div><div>甲</div></div></div>"),
    ],
)
def test_nothing_is_a_tag_to_browsers_that_is_none_to_us(text: str, html: str) -> None:
    assert preview(text) == html


def links(body: str, **where: str) -> list[tuple[str, str]]:
    """The ids of the points of a body, and where their links lead."""
    html = shown(body, permalinks=Permalinks("链接：", **where))
    ids, addresses = (re.findall(rf'{name}="(.*?)"', html) for name in (" id", 'point__link" href'))
    return list(zip(ids, addresses, strict=True))


def test_a_point_is_named_by_its_kind_and_which_of_that_kind_it_is() -> None:
    body = "* **观点**: 甲\n* **问题**: 乙\n* **观点**: 丙\n* **原因**: 丁\n* **背景**: 戊\n"
    assert [name for name, _ in links(body)] == [
        "opinion",
        "question",
        "opinion-2",
        "point",
        "point-2",
    ]


def test_an_id_survives_a_point_of_another_kind() -> None:
    before = links("* **观点**: 甲\n* **结论**: 乙\n")
    after = links("* **结论**: 乙\n* **问题**: 新\n* **观点**: 甲，已改\n")
    assert set(before) < set(after)


def test_a_point_links_to_itself_or_to_the_page_of_its_topic() -> None:
    assert links("* **观点**: 甲\n") == [("opinion", "#opinion")]
    elsewhere = links("* **观点**: 甲\n", prefix="topic-7-", page="/topics/7/a&b/")
    assert elsewhere == [("topic-7-opinion", "/topics/7/a&amp;b/#opinion")]


def test_the_link_to_a_point_is_named_by_its_label() -> None:
    body = '* **观点**: 甲\n* **观点**: 乙\n* **"<b>"**: 丙\n* **原因**: 丁\n'
    html = shown(body, permalinks=Permalinks("链接："))
    names = re.findall(r'aria-label="(.*?)"', html)
    assert names == ["链接： 观点", "链接： 观点 2", "链接： &quot;&lt;b&gt;&quot;", "链接： 原因"]


def test_what_an_author_writes_is_never_taken_for_a_point() -> None:
    markup = '<div class="point" data-kind="opinion"><dt class="label">观点</dt></div>'
    body = f"* **观点**: {markup}\n\n{markup}\n\n`{markup}`\n\n[x](https://e.org '{markup}')\n"
    assert [name for name, _ in links(body)] == ["opinion"]


def test_links_to_points_add_nothing_else() -> None:
    markdown = "前文\n\n* **观点**: **甲** `a<b`\n* 无标签\n\n后文\n"
    html, linked = shown(markdown), shown(markdown, permalinks=Permalinks("链接："))
    assert re.sub(r' id="opinion"|<a class="point__link".*?</a>', "", linked) == html


@pytest.mark.parametrize(
    ("item", "label", "rest"),
    [
        ("**论文**: [DPO](https://arxiv.org/abs/2305.18290) 必读", "论文", " 必读"),
        ("**Q&A**: Adam", "Q&A", "Adam"),
        ("Adam-mini", "", "Adam-mini"),
    ],
)
def test_an_entry_comes_apart_into_its_label_and_the_rest(item: str, label: str, rest: str) -> None:
    body = rendered(f"* 参考:\n  * {item}\n")
    assert body.citations[0].label == label
    assert body.entries[0].html.endswith(rest)
    assert label not in body.entries[0].html or not label
    assert body.entries[0].plain.startswith(label)


_TRAPS = ["&#", "&#x", "0", "2;", "3;", "2", "m1", '"', "x=", ">", "甲", "\x02", "\x03", "\n"]
_TRAPS += ["<!-- -->", "<label>", "<input>", "</table>", "<center>", "<div>", "<a href="]


@given(st.lists(st.sampled_from(_TRAPS), max_size=25))
def test_no_author_makes_a_hole(pieces: list[str]) -> None:
    for source in ("<div>" + "".join(pieces), "甲 <b>" + "".join(pieces)):
        html = rendered(source).html
        for hole in html.split("\x02")[1:]:
            assert re.match(r'a[^\x02"]*\x03"', hole), html  # a relative address is one


@pytest.mark.parametrize("dropped", ["<!-- -->", "<label>", "<input>", "</table>"])
def test_a_tag_that_is_left_out_joins_no_entity(dropped: str) -> None:
    source = f'<div>&#{dropped}2;m1" onclick="alert(1)" x="&#{dropped}3;</div>'
    markup = _Markup(shown(source))
    assert (markup.elements, markup.attributes) == (["div"], [])


def test_an_end_of_a_table_without_a_beginning_closes_nothing_else() -> None:
    html = shown("<div>\n</table>\n甲</div>\n\n| 乙 </table> |\n|---|\n| 丙 |\n")
    assert re.search(r"<div>\s*甲</div>", html)
    assert html.index("乙") < html.index("丙") < html.index("</table>")


def test_a_footnote_is_asked_for_outside_of_a_link() -> None:
    html = shown('<a href="https://e.org/">\n\n甲[^1]\n\n</a>\n\n[^1]: 乙\n')
    depth = deepest = 0
    for tag in re.findall(r"</?a[ >]", html):
        depth += -1 if tag.startswith("</") else 1
        deepest = max(deepest, depth)
    assert deepest == 1
    assert 'role="doc-noteref"' in html


def test_a_picture_within_its_address_is_no_text() -> None:
    assert "base64" not in shown('甲 <img src="data:image/png;base64,AAAA"> 乙')
    assert "图" in shown('<img src="data:image/png;base64,AAAA" alt="图">')
