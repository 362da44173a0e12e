import pytest

from digests.markdown import raw_html


def _tag(source: str) -> raw_html.Tag:
    tag = raw_html.TAG.search(source)
    assert tag is not None
    return tag


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ('<a href="https://e.org/?a=1&amp;b=2">', "https://e.org/?a=1&b=2"),
        ("<A HREF='https://e.org'>", "https://e.org"),
        ("<a target=_blank href=https://e.org/x>", "https://e.org/x"),
        ("<a href=https://e.org/?a=1&b='2' id=x>", "https://e.org/?a=1&b='2'"),
        ('<a\n  href=" https://e.org "\n>', "https://e.org"),
        ('<a title="a > b" href="https://e.org">', "https://e.org"),
        ('<a data-href="https://e.org">', ""),
        ('<a href="https://e.org/?a=1&region=2&copy=3">', "https://e.org/?a=1&region=2&copy=3"),
        ("<a>", ""),
    ],
)
def test_the_address_of_an_anchor_is_read_however_it_is_written(source: str, url: str) -> None:
    assert raw_html.attribute(_tag(source), "href") == url


@pytest.mark.parametrize(
    ("source", "name"), [("<BR/>", "br"), ("</Details >", "/details"), ("<!-- <a> -->", "")]
)
def test_the_name_of_a_tag(source: str, name: str) -> None:
    assert raw_html.name(_tag(source)) == name


def test_words_are_what_is_left_without_tags_and_comments() -> None:
    source = "<p>甲<b>乙</b> &amp; <!-- <i>丙</i> --></p><p>丁</p><!-- 没有结尾 <b>戊"
    assert raw_html.words(source).split() == ["甲乙", "&", "丁"]


def test_what_is_no_tag_is_text() -> None:
    assert raw_html.words("a < b > c <3") == "a < b > c <3"


def test_what_html_does_not_know_is_text() -> None:
    assert raw_html.words("用 <think>想</think> 和 <path>") == "用 <think>想</think> 和 <path>"
    assert raw_html.words("<x-y>甲</x-y><font color='red'>乙</font>") == "甲乙"
