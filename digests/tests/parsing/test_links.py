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
