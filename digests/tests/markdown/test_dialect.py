import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from digests import markdown


def _read(text: str, definitions: markdown.Definitions | None = None) -> list[Token]:
    blocks = markdown.blocks(text, definitions)
    markdown.inlines(blocks.tokens, blocks.env)
    return blocks.tokens


def _links(text: str) -> list[str]:
    children = [child for token in _read(text) for child in token.children or []]
    return [str(child.attrs["href"]) for child in children if child.type == "link_open"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("见https://arxiv.org/abs/2305.18290，以及", "https://arxiv.org/abs/2305.18290"),
        ("（https://example.org/a）", "https://example.org/a"),
        ("(https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"),
        ("**https://example.org/a_b_c**", "https://example.org/a_b_c"),
        ("看 https://example.org/x.", "https://example.org/x"),
        ("“https://example.org/q”", "https://example.org/q"),
        ("<https://example.org/auto>", "https://example.org/auto"),
        ("[t](https://example.org/中文)", "https://example.org/中文"),
        ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2"),
        ("<https://example.org/?a=1&amp;b=2>", "https://example.org/?a=1&b=2"),
        ("https://example.org/?a=1&copy=2", "https://example.org/?a=1&copy=2"),
        ("&quot;https://example.org/q&quot;", "https://example.org/q"),
        (r"**https://example.org/a\_b\_c**，", "https://example.org/a_b_c"),
        (r"https://example.org/a\*", "https://example.org/a"),
    ],
)
def test_a_url_in_a_text_is_a_link_and_ends_where_a_reader_would_end_it(
    text: str, url: str
) -> None:
    assert _links(text) == [url]


@pytest.mark.parametrize(
    "text", ["`https://example.org`", "xhttps://example.org", "https://", "ftp://example.org"]
)
def test_what_only_looks_like_a_url_stays_text(text: str) -> None:
    assert _links(text) == []


@pytest.mark.parametrize("text", ["中文**“引用”**中文", "**大模型。**推理", "他说**（对）**吗"])
def test_bold_works_next_to_chinese_punctuation(text: str) -> None:
    assert "*" not in markdown.plain_text(_read(text))


def test_underscores_inside_words_stay() -> None:
    assert (
        markdown.plain_text(_read("snake_case_name 和 中_文_字")) == "snake_case_name 和 中_文_字"
    )


def test_a_link_definition_serves_a_slice_that_lacks_it() -> None:
    found = markdown.definitions("[id]: https://example.org/\n")
    assert markdown.plain_text(_read("[text][id]", found)) == "text"


def test_a_footnote_with_a_text_is_shown_and_its_links_are_found() -> None:
    text = "文[^1]\n\n[^1]: [名字](https://example.org/x)\n[^2]: 说明\n"
    assert markdown.plain_text(_read(text)) == "文[^1]\n名字\n说明"
    assert _links(text) == ["https://example.org/x"]
    assert _links("文[^1]\n\n[^1]: https://example.org/x\n") == ["https://example.org/x"]


@given(st.text())
def test_lines_put_together_are_the_text(text: str) -> None:
    assert "".join(markdown.lines(text)) == text


@given(st.text(alphabet="a\n\r\f\u2028 -#`"))
def test_tokens_stay_inside_the_lines(text: str) -> None:
    blocks = markdown.blocks(text)
    ends = [token.map[1] for token in blocks.tokens if token.map]
    assert max(ends, default=0) <= len(blocks.lines)


@given(
    st.text(alphabet=st.characters(exclude_characters="\n!&*:<[\\]_`~", exclude_categories=["C"]))
)
def test_a_text_without_markup_is_itself(text: str) -> None:
    assert markdown.plain_text([markdown.inline(text)]) == text
