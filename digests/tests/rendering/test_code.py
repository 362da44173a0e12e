from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.rendering import preview
from digests.rendering.code import _LANGUAGES, LONGEST, highlighted
from digests.tests.rendering.reading import words_in


def test_words_of_a_language_have_a_class() -> None:
    html = highlighted("def f():  # 说明\n    return 'a<b'\n", "Python")
    assert '<span class="k">def' in html
    assert '<span class="c"># 说明' in html
    assert "a&lt;b" in html


@pytest.mark.parametrize("language", ["", "unknown", "brainfuck", "../x", "java"])
def test_a_language_is_never_guessed(language: str) -> None:
    assert highlighted("def f(): <b>", language) == "def f(): &lt;b&gt;"


@pytest.mark.parametrize("language", sorted(_LANGUAGES))
def test_every_language_has_a_lexer_that_keeps_its_code(language: str) -> None:
    code = "\n\n  if (x == 1) { // 注释 'a'\n\t<b>$x</b>\n}  \n\n"
    assert words_in(f"<pre>{highlighted(code, language)}</pre>") == words_in(
        f"<pre>{highlighted(code, '')}</pre>"
    )


@given(
    st.text("ab1 \n\t\"'`#/*<>{}()$\\=:-甲", max_size=60), st.sampled_from(["python", "c", "sh"])
)
def test_no_code_is_lost_and_none_is_markup(code: str, language: str) -> None:
    html = preview(f"~~~{language}\n{code}\n~~~\n")
    plain = preview(f"~~~\n{code}\n~~~\n")
    assert words_in(html) == words_in(plain)


@pytest.mark.parametrize("code", ["x = 1\n" * 4000, "x" * 1000, " " * 80, "\n" * 80])
def test_what_is_slow_to_read_stays_plain(code: str) -> None:
    assert "<span" not in highlighted(code + "def", "python")


@pytest.mark.parametrize("language", ["perl", "html", "ts", "ruby", "rust"])
def test_hostile_code_does_not_hang(language: str) -> None:
    """0.4 s at the worst for the longest block, and 1 s for the most of one text."""
    for code in ("<<A\n", "<!--\n", "a." * 400 + "\n", 'r#"\n', "=begin\n"):
        started = process_time()
        highlighted((code * LONGEST)[:LONGEST], language)
        assert process_time() - started < 10


def test_a_block_says_its_language_and_a_text_colours_no_more_than_so_much() -> None:
    block = "```python\n" + "x = 1\n" * 3000 + "```\n"
    html = preview(block * 3)
    assert html.count('<pre data-language="python">') == 2
    assert html.count("<pre>") == 1
    assert 'data-language="weird"' in preview('```weird"onclick=x\na\n```\n')
