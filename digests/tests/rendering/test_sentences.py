import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.rendering.plain_text import Link, LinkedText
from digests.rendering.sentences import LENGTH, sentences_by_url
from digests.tests.rendering.reading import rendered

URL = "https://example.org/a?b=1&copy=2"
LINK = f"[Toolformer]({URL})"


def sentences(markdown: str, url: str = URL) -> list[str]:
    return [str(found) for found in rendered(markdown).sentences.get(url, [])]


@pytest.mark.parametrize(
    ("markdown", "sentence"),
    [
        (f"先看数据。再用{LINK}调用工具！效果好。", "再用Toolformer调用工具！"),
        (f"是这样吗？{LINK}的**作者**说“是的。”然后没了。", "Toolformer的作者说“是的。”"),
        (f"It works. We use {LINK} here. Then more.", "We use Toolformer here."),
        (f"Does it? See {LINK}! Yes.", "See Toolformer!"),
        (f"(It works.) We use {LINK}", "We use Toolformer"),
        (f"As Schick et al. say, e.g. in {LINK} (v. 1.5), it works.", None),
        (f"GPT-3.5比{LINK}好0.5个点，见a.b。后面", "GPT-3.5比Toolformer好0.5个点，见a.b。"),
        (f"1\\. {LINK} is first", None),
        # The link stands behind what it supports.
        (f"先看数据。工具有用。{LINK}", "工具有用。Toolformer"),
        (f"First. Tools help. ({LINK})", "Tools help. (Toolformer)"),
    ],
)
def test_a_sentence_ends_where_people_end_it(markdown: str, sentence: str | None) -> None:
    whole = markdown.replace(LINK, "Toolformer").replace("\\", "")
    assert sentences(markdown) == [whole if sentence is None else sentence]


def test_the_words_of_the_link_are_told_apart() -> None:
    (found,) = rendered(f"见 {LINK}。").sentences[URL]
    assert (found.before, found.link, found.after) == ("见 ", "Toolformer", "。")


def test_a_sentence_does_not_leave_its_block() -> None:
    markdown = f"* **问题**: 前面\n* **结论**: 用 {LINK}\n  * 下面\n\n| 甲 | {LINK} 乙 |\n|--|--|\n"
    assert sentences(markdown) == ["用 Toolformer", "Toolformer 乙"]


def test_every_sentence_is_given_once_and_in_order() -> None:
    markdown = f"甲 {LINK} 和 {LINK}。乙 {LINK}。\n\n乙 {LINK}。"
    assert sentences(markdown) == ["甲 Toolformer 和 Toolformer。", "乙 Toolformer。"]


def test_a_link_to_elsewhere_is_none() -> None:
    assert sentences(f"见 {LINK}。", "https://example.org/a") == []
    assert rendered('<a title="x">y</a>').sentences == {}


def test_a_bare_address_is_a_link_too() -> None:
    assert sentences("先。见 https://example.org/?q=a. 后。", "https://example.org/?q=a") == [
        "见 https://example.org/?q=a."
    ]


def test_signs_of_html_are_what_they_stand_for() -> None:
    assert sentences(f"`a<b>` & {LINK}") == ["a<b> & Toolformer"]


@pytest.mark.parametrize("filler", ["话", "word "])
def test_a_long_sentence_is_cut_around_the_link(filler: str) -> None:
    (cut,) = sentences(filler * 500 + LINK + f" {filler}" * 500)
    assert len(cut) <= LENGTH + 2
    assert (cut[0], cut[-1]) == ("…", "…")
    assert "Toolformer" in cut
    assert not cut[1:].startswith(("ord", "rd", "d "))


def test_what_one_side_leaves_the_other_takes() -> None:
    (cut,) = sentences(f"短{LINK}" + "话" * 500)
    assert cut.startswith("短Toolformer话")
    assert LENGTH <= len(cut) <= LENGTH + 2


def test_a_link_as_long_as_a_page_is_cut_itself() -> None:
    (cut,) = sentences(f"见[{'话' * 5000}]({URL})。")
    assert len(cut) <= LENGTH + 4


def test_links_of_raw_html_and_pictures_count_as_well() -> None:
    markdown = f'甲 <a href="{URL}">乙</a> 丙。![丁]({URL})\n'
    assert sentences(markdown) == ["甲 乙 丙。", "甲 乙 丙。丁"]


def test_no_more_sentences_are_kept_than_a_page_shows() -> None:
    assert len(sentences("".join(f"第{n}次见{LINK}。" for n in range(9)))) == 3


@given(st.text('ab 。.?!"”甲\n[]()*`<>&', max_size=60), st.text("ab 。.甲\n", max_size=40))
def test_any_text_gives_sentences_of_its_words(before: str, after: str) -> None:
    text = LinkedText(f"{before}w{after}", (Link("u", len(before), len(before) + 1),))
    (found,) = sentences_by_url([text], {"u"})["u"]
    assert found.link == "w"
    assert "\n" not in str(found)
    assert found.before.lstrip("…") in before
    assert found.after.rstrip("…") in after
