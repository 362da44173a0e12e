import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import unescape
from time import process_time

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.rendering import preview
from digests.rendering.mathml import ELEMENTS, attribute, to_mathml

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
# HTML elements that are allowed in an ``mtext``.
IN_TEXT = {"b", "i", "em", "s", "u", "code", "span"}


def clean(mathml: str) -> str:
    """Sanitise HTML as pages do."""
    return nh3.clean(
        mathml,
        tags=ELEMENTS.keys() | IN_TEXT,
        attributes=ELEMENTS,
        attribute_filter=lambda _, name, value: attribute(name, value),
        link_rel=None,
    )


def of(source: str) -> str:
    found = to_mathml(source, display=False)
    assert found is not None
    return clean(found)


def shown(source: str) -> str:
    """The characters of a formula, with a blank for a gap beside an operator's name."""
    html = re.sub(r"<mo([^>]*)>(?=[a-z]{2})", lambda mo: _blank("l", mo[1]) + mo[0], of(source))
    html = re.sub(r"<mo([^>]*)>[a-z\u2009]{2,}", lambda mo: mo[0] + _blank("r", mo[1]), html)
    return unescape(re.sub(r"<[^>]*>|[\u2061-\u2064\ufe00\ufe01]", "", html)).replace("\xa0", " ")


def _blank(side: str, attributes: str) -> str:
    return " " if f'{side}space="0.1667em"' in attributes else ""


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("x", "<mi>x</mi>"),
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathbf{W}\bm\theta", "<mi>𝐖</mi><mi>𝜽</mi>"),
        ("a % 说明\n+ b", "<mi>a</mi><mo>+</mo><mi>b</mi>"),
        (r"\mathop{\mathrm{argmax}}_x", "<mi>argmax</mi></mrow></mpadded><mi>x</mi></msub>"),
        (r"x \sim p \simeq q", '<mo form="infix">∼</mo>'),
        (r"\not= b", "≠</mo>"),
        (r"a < b", "<mo>&lt;</mo>"),
        (r"\text{\textbf{甲}}", "<mtext><b>甲</b></mtext>"),
    ],
)
def test_latex_becomes_mathml(source: str, inside: str) -> None:
    assert inside in of(source)


@pytest.mark.parametrize(
    ("source", "characters"),
    [
        ("95%", "95%"),
        ("95%\n+ b", "95%+b"),
        (r"\begin{cases}1\\%\end{cases}", "{1%"),
        (r"\text{占95\%的a\_b}", "占95%的a_b"),
        (r"\text{R&D a_b C#}", "R&D a_b C#"),
        (r"\mathscr{L}\mathfrak{R}\mathds{1}\mathbbm{1}", "ℒℜ𝟙𝟙"),
        (r"\mbox{甲}\hbox{乙}\textnormal{丙}\textup{丁}", "甲乙丙丁"),
        (r"\smash{x}\pmb{x}", "x𝒙"),
        (r"\sum_{\substack{i\\j}} x", "∑ijx"),
        (r"\left<x\right>", "⟨x⟩"),
        (r"x \tag{1}", "x(1)"),
        (r"\begin{aligned}a\\[4pt]b\end{aligned}", "ab"),
        (r"\left(\begin{smallmatrix}a\\b\end{smallmatrix}\right)", "(ab)"),
        (r"\begin{array}{c}\text{[甲]}\\ [乙]\end{array}", "[甲][乙]"),
        (r"\operatorname*{arg\,max}_x", "arg\u2009maxx"),
        (r"\mathop{\arg\max}\limits_x", "arg maxx"),
        (r"\not x", "x\u0338"),
        (r"a \mathrel{\Big|} b", "a|b"),
        (r"\mathop{\frac{a}{b}}", "ab"),
        (r"\color{red}x", "x"),
    ],
)
def test_nothing_of_a_formula_vanishes(source: str, characters: str) -> None:
    assert shown(source) == characters


@pytest.mark.parametrize(
    "environment", ["aligned", "align", "align*", "split", "gather", "gathered", "multline"]
)
def test_equations_below_each_other_are_a_table_without_numbers(environment: str) -> None:
    html = of(rf"\begin{{{environment}}}a=b\\c=d\end{{{environment}}}")
    assert html.count("<mtr>") == 2
    assert "(1)" not in html  # on each of them it would be


def test_columns_are_aligned_without_inline_style() -> None:
    html = of(r"\begin{array}{l|r}a&b\\\hline c&d\end{array}")
    assert html.count('<mtd columnalign="left">') == 2
    assert html.count('<mtd columnalign="right">') == 2
    assert " style=" not in html


@pytest.mark.parametrize(
    ("source", "characters"),
    [
        (r"n\log n", "n log n"),
        (r"\log p", "log p"),
        (r"\log_2 p", "log 2p"),
        (r"\exp(x)", "exp(x)"),
        (r"\operatorname{softmax}(x)", "softmax(x)"),
        (r"f(x)\max(x)", "f(x) max(x)"),
        (r"\arg\max_x", "arg maxx"),
        (r"\log\log n", "log log n"),
        (r"=\log n", "=log n"),
        (r"\frac{\log}{n}", "logn"),
    ],
)
def test_the_name_of_a_function_stands_apart(source: str, characters: str) -> None:
    assert shown(source) == characters


def test_the_sign_of_a_number_is_none_between_two() -> None:
    sign = '<mo lspace="0" rspace="0">−</mo>'
    assert sign in of("x = -1")
    assert sign in of("(-x)")
    assert sign not in of("(a)-1 + x-y")


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
        r"\left( a \\ b \right)",
        r"a \newline b",
        r"\begin{matrix}a\\b\end{matrix} \\ c",
        r"\text{\alpha}",
        r"\operatorname{<b>}",
        r"\eqref{a}",
        r"\,",
        r"\left.\right.",
        "x" * 2001,
        "\ud800",
        r"\href{https://example.org/}{x}",
        "{" * 41 + "}" * 41,
        r"\sqrt " * 101 + "x",
        r"\newcommand\x{y}",
        r"\def\x#1{#1#1} \x{y}",
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
    assert {name.strip("/") for name, _ in tags} <= ELEMENTS.keys() | {"p", "code", "span", "b"}
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
    """Check MathML: well-formed, only allowed names, and free text only in ``alttext``."""
    # XML knows only some of HTML's character references.
    xml = clean(html).replace("&nbsp;", "\u00a0")
    printable = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", xml)
    for element in ET.fromstring(printable).iter():  # noqa: S314 - our own
        assert set(element.keys()) <= ELEMENTS.get(element.tag, set())
        assert element.tag in ELEMENTS.keys() | IN_TEXT
        for name, value in element.items():
            assert name == "alttext" or re.fullmatch(r"[-a-z0-9. ]+", unescape(value))


@pytest.mark.parametrize("width", ["9999em", "-99em", "10em", "9in", "999pt", "5cm"])
def test_a_formula_is_not_widened_beyond_its_page(width: str) -> None:
    html = of(rf"x\hspace{{{width}}}y\raisebox{{{width}}}{{z}}")
    assert not re.search(r'="-?\d\d|style|voffset', html.replace(f"{{{width}}}", ""))


def test_threads_may_read_formulas_at_once() -> None:
    sources = [rf"\frac{{{n}}}{{x_{{{n}}}}}" for n in range(500)]
    read = partial(to_mathml, display=True)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, sources)) == list(map(read, sources))


@pytest.mark.once
def test_no_formula_ends_the_process() -> None:
    """The library is native code, which may crash the process, so the fuzz runs in a child."""
    count = 10_000  # they take a second
    command = [sys.executable, "-m", "digests.tests.fuzz_formulas", str(count)]
    child = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (child.returncode, child.stderr) == (0, "")
    read, refused = map(int, child.stdout.split())
    assert read + refused == count
    assert min(read, refused) > count / 10


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
    assert len(html) < 80_000
