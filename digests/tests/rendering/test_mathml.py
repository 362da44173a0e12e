import re
import xml.etree.ElementTree as ET
from html import unescape
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.rendering import preview
from digests.rendering.mathml import ATTRIBUTES, ELEMENTS, to_mathml

HOSTILE = [
    r"\text{<script>alert(1)</script>}",
    r"\text{&lt;img src=x onerror=alert(1)&gt;}",
    r"\mathrm{<img src=x onerror=alert(1)>}",
    r"\href{javascript:alert(1)}{x}",
    r'\color{red" onclick="alert(1)}x',
    r"\style{background:url(//example.org)}{x}",
    r"\class{topbar}{x}",
    r"\hspace{9999em}x",
    r"\rule{99em}{99em}",
    r"</math><script>alert(1)</script>",
    r"\begin{array}{<img>}a\end{array}",
    r"\operatorname{<svg onload=alert(1)>}",
    r"\tag{<b onclick=x>}",
]


GAP = '<mspace width="0.167em">'


def of(source: str) -> str:
    found = to_mathml(source, display=False)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("x", "<mi>x</mi>"),
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathbf{W}\bm\theta", "<mi>𝐖</mi><mi>𝜽</mi>"),
        ("a % 说明\n+ b", "<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>"),
        ("95%", "<mn>95</mn><mi>%</mi>"),
        (r"\text{占95\%的a\_b}", "<mtext>占95%的a_b</mtext>"),
        (r"\mathscr{L}\mathfrak{R}\mathds{1}", "ℒ</mi></mrow><mi>ℜ</mi><mrow><mn>𝟙"),
        (r"\mathop{\mathrm{argmax}}_x", "<msub><mi>argmax</mi><mi>x</mi></msub>"),
        (r"\arg\max_x", "<mi>arg\u2009max</mi>"),
        (r"x \sim p \simeq q", "<mo>∼</mo>"),
        (r"\not= b", "<mo>≠</mo>"),
        (r"a < b", "<mo>&lt;</mo>"),
    ],
)
def test_latex_becomes_mathml(source: str, inside: str) -> None:
    assert inside in of(source)


def test_equations_below_each_other_are_a_table() -> None:
    html = of(r"\begin{aligned}a&=b\\c&=d\end{aligned}")
    assert html.count("<mtr>") == 2
    assert "&amp;</m" not in html
    assert "(1)" not in of(r"\begin{align}a&=b\end{align}")  # on each of them it would be


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"n\log n", "n log n"),
        (r"\log p", "log p"),
        (r"\log_2 p", "log2 p"),
        (r"\exp(x)", "exp(x)"),
        (r"\operatorname{softmax}(x)", "softmax(x)"),
        (r"f(x)\max(x)", "f(x) max(x)"),
        (r"\log\log n", "log log n"),
        (r"=\log n", "=log n"),
        (r"\frac{\log}{n}", "logn"),
    ],
)
def test_the_name_of_a_function_stands_apart(source: str, shown: str) -> None:
    assert re.sub(r"<(?!mspace)[^>]*>", "", of(source)).replace(GAP, " ") == shown


def test_the_sign_of_a_number_is_none_between_two() -> None:
    assert '<mo form="prefix">−</mo>' in of("x = -1")
    assert '<mo form="prefix">−</mo>' in of("(-x)")
    assert "prefix" not in of("(a)-1 + x-y")


def test_a_formula_is_named_by_its_source_on_one_line() -> None:
    assert of('a\n< "b"').startswith('<math alttext="a &lt; &quot;b&quot;"')


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{a}",
        r"\unknown{x}",
        "a & b",
        r"\left( x",
        "x_a_b",
        r"a = b \\ c = d",
        r"\operatorname*{arg\,max}_x",
        r"\text{\alpha}",
        r"\not x",
        r"\href{https://example.org/}{x}",
        r"\mathop{\frac{a}{b}}",
        "{" * 41 + "}" * 41,
        r"\sqrt " * 101 + "x",
        r"\newcommand\x{y}",
    ],
)
def test_what_cannot_be_read_is_none(source: str) -> None:
    assert to_mathml(source, display=True) is None


@pytest.mark.parametrize("source", HOSTILE)
def test_a_formula_brings_no_html(source: str) -> None:
    html = to_mathml(source, display=False)
    if html is not None:
        _assert_is_mathml(html)
    shown = preview(f"$${source}$$ ${source}$")
    tags = re.findall(r"<(/?[a-z0-9]+)([^>]*)>", re.sub(r'alttext="[^"]*"', "", shown))
    assert {name.strip("/") for name, _ in tags} <= ELEMENTS | {"p", "code", "span", "b"}
    assert not re.search(r"javascript:|onclick|onerror|style=|href", " ".join(a for _, a in tags))


PIECES = (
    r"{ } [ ] ^ _ & < > \" ' \\ x 1 $ % # ~ 甲 \frac \sqrt \text \left( \right) \href \over"
    r" \begin{matrix} \end{matrix} \color{red} <script> \operatorname \mathbf"
)


@given(st.lists(st.sampled_from([*PIECES.split(), " "]), max_size=20).map("".join) | st.text())
def test_any_source_is_mathml_or_none(source: str) -> None:
    html = to_mathml(source, display=True)
    if html is not None:
        _assert_is_mathml(html)


def _assert_is_mathml(html: str) -> None:
    """Well-formed, of allowed elements and attributes; the source is in one of these alone."""
    printable = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", html)
    for element in ET.fromstring(printable).iter():  # noqa: S314 - our own
        assert element.tag in ELEMENTS
        assert set(element.keys()) <= ATTRIBUTES | {"alttext"}
        for name, value in element.items():
            assert name == "alttext" or re.fullmatch(r"[-a-z0-9.]+", unescape(value))


@pytest.mark.parametrize(
    "source",
    [
        "x" * 2000,
        "+-" * 1000,
        "\\\\" * 1000,
        "%" * 2000,
        r"\xrightarrow[a] " * 99 + "x",
        r"\frac{a}" * 99 + "b",
        r"{x\choose y}" * 100,
        "{" * 40 + "x" * 1900 + "}" * 40,
    ],
)
def test_a_hostile_formula_neither_hangs_nor_grows(source: str) -> None:
    started = process_time()
    html = to_mathml(source[:2000], display=True) or ""
    assert process_time() - started < 5  # it takes hundredths of a second
    assert len(html) < 40_000
