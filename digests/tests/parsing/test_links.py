import pytest

from digests import markdown
from digests.parsing.links import links


def _links(text: str) -> list[tuple[str, str, int]]:
    blocks = markdown.blocks(text)
    markdown.inlines(blocks.tokens, blocks.env)
    return [(x.url, x.title, x.line) for token in blocks.tokens for x in links(token)]


@pytest.mark.parametrize(
    ("text", "url", "title"),
    [
        ("[甲 **乙**](https://e.org 'Titel')", "https://e.org", "甲 乙"),
        ("[甲][id]\n\n[id]: https://e.org", "https://e.org", "甲"),
        ("[id][]\n\n[id]: https://e.org", "https://e.org", "id"),
        ("<https://e.org>", "https://e.org", "https://e.org"),
        ("见HTTPS://e.org/a，完", "HTTPS://e.org/a", "HTTPS://e.org/a"),
        ("![甲](https://e.org/a.png)", "https://e.org/a.png", "甲"),
        ("| a |\n|---|\n| [甲](https://e.org) |", "https://e.org", "甲"),
        ("### [甲](https://e.org)", "https://e.org", "甲"),
        ('甲 <a href="https://e.org">乙 <b>丙</b></a> 丁', "https://e.org", "乙 丙"),
        ("甲 <a href=https://e.org>乙 丙", "https://e.org", "乙 丙"),
        ('<div><a href="https://e.org">甲</a></div>', "https://e.org", "甲"),
        ("<p>\n<img src='https://e.org/a.png' alt='甲'></p>", "https://e.org/a.png", "甲"),
        ("> * [甲](https://e.org)", "https://e.org", "甲"),
    ],
)
def test_every_spelling_of_a_link_is_found(text: str, url: str, title: str) -> None:
    assert [(found, words) for found, words, _ in _links(text)] == [(url, title)]


@pytest.mark.parametrize(
    "text",
    [
        "`https://e.org`",
        "```\nhttps://e.org\n```",
        "    https://e.org",
        "<code><a href='https://e.org'>甲</a></code>",
        "<pre>\n<a href='https://e.org'>甲</a>\n</pre>",
        "<!-- [甲](https://e.org) -->",
        "甲 <!-- <a href='https://e.org'> --> 乙",
        "[甲](javascript:alert(1)) [乙](mailto:a@e.org) [丙](#d) [丁](/e)",
        "<a name='https://e.org'>甲</a>",
        "[id]: https://e.org",
    ],
)
def test_code_comments_and_other_schemes_hold_no_links(text: str) -> None:
    assert _links(text) == []


def test_a_link_is_on_the_line_where_it_stands() -> None:
    text = "甲\n乙 [a](https://e.org/a)\n丙\n<https://e.org/b>"
    assert [(url[-1], line) for url, _, line in _links(text)] == [("a", 1), ("b", 3)]
    text = "`甲\n乙` [c](\nhttps://e.org/c) **丙\n丁** https://e.org/d"
    assert [(url[-1], line) for url, _, line in _links(text)] == [("c", 1), ("d", 3)]
    code = "`甲\n乙` [a](https://e.org/a) ``丙 `b`\n [b](https://e.org/b)"
    assert [(url[-1], line) for url, _, line in _links(code)] == [("a", 1), ("b", 2)]
    block = "<div>\n<a href='https://e.org/a'>\n甲</a>\n<a href='https://e.org/b'>乙</a>\n</div>"
    assert [(url[-1], line) for url, _, line in _links(block)] == [("a", 1), ("b", 3)]


def test_a_picture_in_a_link_is_two_links() -> None:
    text = "[![图](https://e.org/a.png)](https://e.org/)"
    assert _links(text) == [("https://e.org/", "图", 0), ("https://e.org/a.png", "图", 0)]


def test_a_raw_link_without_an_end_ends_at_the_next() -> None:
    assert _links("<a href='https://e.org/a'>甲 <a href='https://e.org/b'>乙</a> 丙") == [
        ("https://e.org/a", "甲", 0),
        ("https://e.org/b", "乙", 0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[甲](https://e.org/abs/\n2305.18290)",
        "[甲](https://e.\norg/abs/2305.18290)",
        "[甲](https://\ne.org/abs/2305.18290)",
        "[甲](https://e.org/wiki/\n人工智能)",
        "[甲](https://e.org/my paper.pdf)",
        "[甲](https://e.org/我的 论文.pdf)",
        "![图](https://e.org/a b.png)",
        "[甲](<https://e.org/a\nb>)",
        "<https://e.org/abs/\n2305.18290>",
    ],
)
def test_a_target_with_a_break_in_it_is_no_shorter_target(text: str) -> None:
    blocks = markdown.blocks(f"乙\n{text} 和 https://e.org/other")
    markdown.inlines(blocks.tokens, blocks.env)
    broken, other = [link for token in blocks.tokens for link in links(token)]
    assert (broken.is_broken, broken.line) == (True, 1)
    assert (other.is_broken, other.url) == (False, "https://e.org/other")
    assert markdown.plain_text(blocks.tokens) == f"乙\n{text} 和 https://e.org/other"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("[甲](https://e.org/a 说明)", "https://e.org/a"),
        ("[甲](https://e.org/a see the appendix)", "https://e.org/a"),
        ("![图](https://e.org/a.png  =300x200)", "https://e.org/a.png"),
        ("[甲](https://e.org/a target=_blank)", "https://e.org/a"),
        ("[甲](https://e.org/a", "https://e.org/a"),
        ("(https://e.org/a\n2305.18290)", "https://e.org/a"),
        ("[甲](https://e.org/a\n)", "https://e.org/a"),
        ("[甲](\nhttps://e.org/a)", "https://e.org/a"),
        ("[甲](https://e.org/a\n'乙')", "https://e.org/a"),
    ],
)
def test_a_whole_target_with_words_behind_it_is_read(text: str, url: str) -> None:
    assert [found for found, _, _ in _links(text)] == [url]


def test_two_targets_in_one_link_are_two_links() -> None:
    assert [url for url, _, _ in _links("[甲](https://e.org/a https://e.org/b)")] == [
        "https://e.org/a", "https://e.org/b"
    ]  # fmt: skip


def test_a_broken_target_in_code_is_code() -> None:
    assert _links("`[甲](https://e.org/a b)` <code>[甲](https://e.org/a b)</code>") == []
