import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from digests import markdown
from digests.parsing import parse_body


def read(text: str) -> list[Token]:
    """All tokens, with inline tokens after their container."""
    blocks = markdown.blocks(text)
    markdown.inlines(blocks.tokens, blocks.env)
    return [found for token in blocks.tokens for found in (token, *(token.children or []))]


def formulas(text: str) -> list[str]:
    return [token.content.strip() for token in read(text) if token.type.startswith("formula")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("复杂度是$O(n^2)$的注意力", ["O(n^2)"]),
        ("$a_1$、$b_1$，*强调*", ["a_1", "b_1"]),
        ("**$x$** 与 [$y$](https://example.org/)", ["x", "y"]),
        ("| $\\|x\\|$ |\n|---|\n", ["|x|"]),
        ("- $x$\n", ["x"]),
        ("### $x$\n", ["x"]),
        ("有 $5$ 个，$3x$ 次，$2 \\pi r$", ["5", "3x", "2 \\pi r"]),
        ("$\\$5$", ["\\$5"]),
        ("$a < b$ 且 $c > d$", ["a < b", "c > d"]),
        ("损失 $$L = x$$ 如上", ["L = x"]),
        ("$$ x $$", ["x"]),
        ("$$\nL = a\n+ b\n=\nc\n$$", ["L = a\n+ b\n=\nc"]),
        ("如下\n$$ L\n- 1 $$\n如上", ["L\n- 1"]),
        ("- 如下\n  $$\n  L\n  + 1\n  $$\n- 乙", ["L\n+ 1"]),
        ("> $$\n> x\n> $$\n", ["x"]),
    ],
)
def test_a_formula_stands_between_dollars(text: str, found: list[str]) -> None:
    assert formulas(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "$5 和 $10",
        "每月$5，每年$10/月",
        "$5 和 US$",
        "$20K per month, US$",
        "$250 的套餐与 A$",
        "$HOME 和 $PATH",
        "$HOME/bin:$PATH",
        "$HOME/$(name)",
        "${A}和${B}，$(a)和$(b)",
        "输入($/M)和输出($/M)",
        "单位 $/M，以及 ($/h)",
        "US$ 与 HK$",
        "a$b$ c",
        "5$和10$",
        "\\$x$",
        "$x\\$",
        "$ x $",
        "$x $",
        "$$",
        "$$$$",
        "$$$x$$$",
        "甲 $x\n\n乙$",
        "$$\n甲\n\n乙\n$$",
        "$$\n没有结尾",
        "`$x$`",
        "```\n$x$\n```",
        "    $x$",
        "<https://example.org/$x$>",
        "https://example.org/$x$",
        "[名](https://example.org/$x$)",
        "$甲 [名](https://example.org/$)",
        "$甲 https://example.org/$",
        "$甲 <b>乙$</b>",
        '<b title="$x$">甲</b>',
        "$甲 `代码$`",
        "$" + "x" * 2001 + "$",
    ],
)
def test_prices_variables_code_and_links_are_none(text: str) -> None:
    assert formulas(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"设 \(x_1\) 与 \(n\)，\(-π/2\)", ["x_1", "n", "-π/2"]),
        (r"复杂度\(O(n^2)\)，\(\alpha\)", ["O(n^2)", r"\alpha"]),
        (r"如下 \[ \mathcal{L}_{a} \] 与 _斜_", [r"\mathcal{L}_{a}"]),
        (r"若 \(p = 0.5\)，\(\text{若 真} = 1\)", ["p = 0.5", r"\text{若 真} = 1"]),
        ("\\[\nL = a\n+ b\n=\nc\n\\]\n", ["L = a\n+ b\n=\nc"]),
        ("\\[\nLoss = 0.5\n\\]\n", ["Loss = 0.5"]),
        ("如下\n\\[ L_1\n- 1 \\]\n如上", ["L_1\n- 1"]),
        ("- 如下\n  \\[\n  L_1\n  \\]\n- 乙", ["L_1"]),
        ("> \\[\n> x\n> \\]\n", ["x"]),
        (r"## \(O(n^2)\)", ["O(n^2)"]),
        ("| \\(x_1\\) |\n|---|\n", ["x_1"]),
        (r"**\(x_1\)** 与 [\(y_1\)](https://example.org/)", ["x_1", "y_1"]),
        (r"\(x_1\)和\(x_2\)", ["x_1", "x_2"]),
        (r"\[ a_1 \\ b_1 \]", [r"a_1 \\ b_1"]),
    ],
)
def test_a_formula_stands_between_brackets_with_backslashes(text: str, found: list[str]) -> None:
    assert formulas(text) == found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"函数\(load_model\)", "函数(load_model)"),
        (r"见 \[1\]、\[x\]、\[PDF\]", "见 [1]、[x]、[PDF]"),
        (r"\[snake\_case\]", "[snake_case]"),
        (r"\[\]", "[]"),
        (r"\[ \]", "[ ]"),
        (r"\(见 x_1 那一节\)", "(见 x_1 那一节)"),
        (r"\(see the file a_b for more\)", "(see the file a_b for more)"),
        (r"\(lang=python\)", "(lang=python)"),
        (r"\[a_1\](名)", "[a_1](名)"),
        (r"\\(x_1\\)", r"\(x_1\)"),
        (r"`\(x_1\)`", r"\(x_1\)"),
        (r"\(x_1 没有结尾", "(x_1 没有结尾"),
        (r"\(\) 与 \[ \]", "() 与 [ ]"),
        (r"\(x_1 [名](https://example.org/)\)", "(x_1 名)"),
        (r"\[2024-07-10\]", "[2024-07-10]"),
        ("\\(x_1\n\n\\)", "(x_1\n)"),
    ],
)
def test_escaped_brackets_are_none(text: str, shown: str) -> None:
    assert formulas(text) == []
    assert markdown.plain_text(read(text)) == shown


def test_every_dollar_of_a_text_stays_in_it() -> None:
    text = "$5 和 $10，$$，$HOME"
    assert markdown.plain_text(read(text)[:2]) == text


def test_the_words_of_a_formula_are_its_source_as_written() -> None:
    for text in ["复杂度 $O(n^2)$ 的", r"复杂度 \(O(n^2)\) 的", r"见 \[ x_1 \]"]:
        assert markdown.plain_inline(read(text)[1].children or []) == text


@pytest.mark.parametrize(
    ("inside", "kind"),
    [("## 标题", "heading_open"), ("* **结论**: 乙", "list_item_open"), ("```\nx\n```", "fence")],
)
@pytest.mark.parametrize(("opening", "closing"), [("$$", "$$"), ("\\[", "\\]"), ("\\(x_1", "\\)")])
def test_a_formula_hides_no_heading_point_or_code(
    inside: str, kind: str, opening: str, closing: str
) -> None:
    text = f"{opening}\n甲\n{inside}\n乙\n{closing}\n"
    assert kind in [token.type for token in read(text)]


def test_a_point_keeps_its_formulas_and_its_place() -> None:
    [first, second] = parse_body(
        "* **方法**: 损失\n  $$\n  L\n  + 1\n  $$\n* **结论**: $x$ 好\n"
    ).points
    assert (first.line, first.text) == (1, "损失\n$$\nL\n+ 1\n$$")
    assert (second.line, second.text) == (6, "$x$ 好")


def test_a_point_with_a_box_is_a_point_and_a_task() -> None:
    [point] = parse_body("- [x] **结论**: 做完\n").points
    assert (point.label, point.text) == ("结论", "做完")


def test_a_footnote_is_one_paragraph_from_the_start_of_a_line() -> None:
    tokens = read("甲[^1]\n[^1]: 乙\n接着\n[^二]: 丙\n\n丁\n")
    notes = [token.meta["label"] for token in tokens if token.type == "footnote_open"]
    assert notes == ["1", "二"]
    words = [token.content for token in tokens if token.type == "inline"]
    assert words == ["甲[^1]", "乙\n接着", "丙", "丁"]


@pytest.mark.parametrize(
    "text",
    [
        "[^1]: https://example.org/\n",
        "[^1]: <https://example.org/> '题'\n",
        "    [^1]: 代码\n",
        "> [^1]: 引用\n",
        "- [^1]: 列表\n",
        "[^1 2]: 空格\n",
        "文 [^1]: 中间\n",
    ],
)
def test_an_address_and_what_stands_deeper_are_no_footnote(text: str) -> None:
    assert "footnote_open" not in [token.type for token in read(text)]


def test_what_links_is_a_link_and_no_footnote() -> None:
    text = (
        "[^1](https://example.org/a) [^2] [甲[^3]](https://example.org/b)\n\n[^2]: https://e.org\n"
    )
    types = [token.type for token in read(text)]
    assert types.count("link_open") == 3
    assert "footnote_reference" not in types


def test_a_footnote_is_read_for_citations() -> None:
    body = parse_body("甲[^1]\n\n[^1]: 见 [题](https://arxiv.org/abs/2305.18290)。\n")
    assert [(c.line, c.title, c.key) for c in body.citations] == [(3, "题", "arxiv:2305.18290")]


@given(st.text("$\\x5 \n+=#`[^1]:-甲", max_size=40))
def test_blocks_cover_what_they_say_and_no_more(text: str) -> None:
    end = 0
    for block in markdown.siblings(markdown.blocks(text).tokens):
        begin, after = block[0].map or (0, 0)
        assert end <= begin < after <= len(markdown.lines(text))
        end = after
