r"""Conversion of LaTeX to MathML, which browsers show without a script.

math-core parses the formula and escapes its text. nh3 lets only `ELEMENTS` and their attributes
through, with the values that `attribute` gives them.
"""

import re
from xml.etree import ElementTree

from django.utils.html import escape
from markdown_it.token import Token
from math_core import LatexError, LatexToMathML

from digests import markdown

_PLAIN = "mn mtext mphantom msqrt mroot mtr msub msup msubsup munderover mmultiscripts mprescripts"
_STYLE = {"displaystyle", "scriptlevel"}
_SPACED = {"form", "lspace", "rspace", "minsize", "maxsize", "symmetric"}
# Allowed MathML elements with their attributes. Colours and links are excluded, because they belong
# to the style sheet and to Markdown.
ELEMENTS: dict[str, set[str]] = {
    **{element: set() for element in _PLAIN.split()},
    "math": {"alttext", "display"},
    "menclose": {"notation"},
    "mfrac": {"linethickness", *_STYLE},
    "mi": {"mathvariant"},
    "mo": {"stretchy", "largeop", "movablelimits", *_SPACED},
    "mover": {"accent"},
    "mpadded": {"width", "height"},
    "mrow": _STYLE,
    "mspace": {"width"},
    "mtable": _STYLE,
    "mtd": {"columnalign"},
    "munder": {"accentunder"},
}

# The library is recursive and ends the process where the stack ends, at some 10,000 levels.
# Browsers read 512 levels of elements.
_LONGEST = 2000
_MOST_COMMANDS = 100
_DEEPEST = 40
_COMMAND = re.compile(r"\\[A-Za-z]+")
_NESTING = re.compile(r"\\.|[{\[}\]]", re.DOTALL)
# Definitions could repeat a text a million times; references would have no target.
_REFUSED = re.compile(r"\\(?:(?:new|renew|provide)command|[gx]?def|let|global|eqref)(?![A-Za-z])")
# A percent sign opens a comment if words stand behind it and a line below; else it is a share, as
# in 95%, and would vanish with all that follows.
_SHARE = re.compile(r"(?<!\\)((?:\\\\)*)%(?![^\S\n]*\S.*\n)")
_TEXT = re.compile(r"\\(?:text[a-z]*|mbox)\{[^{}]*\}")
_SPECIAL = re.compile(r"(?<!\\)[_&#]")
_ROW_GAP = re.compile(r"\\\\\*?\[\s*-?[\d.]+\s*[a-z]{2}\s*\]")
_LINE_END = re.compile(r"\\(?:\\|newline(?![A-Za-z]))")
# Numbered environments are unnumbered here, as each formula of a page would have the number 1.
_ANOTHER_NAME = {
    **dict.fromkeys(["{align}", "{align*}", "{split}"], "{aligned}"),
    **dict.fromkeys(["{gather}", "{gather*}", "{multline}"], "{gathered}"),
    **dict.fromkeys(["{equation}", "{equation*}"], "{gathered}"),
    "{smallmatrix}": "{matrix}",
    r"}\limits": "}",
    r"\left<": r"\left\langle ",
    r"\right>": r"\right\rangle ",
}
_MACROS = {
    **dict.fromkeys(["mathds", "mathbbm"], r"\mathbb{#1}"),
    **dict.fromkeys(["mbox", "hbox", "textnormal", "textup"], r"\text{#1}"),
    "pmb": r"\boldsymbol{#1}",
    "smash": "#1",
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    "tag": r"\qquad\text{(#1)}",
}
_LENGTHS = {"width", "height", "linethickness"}
_SHORT_LENGTH = re.compile(r"-?\d?(?:\.\d+)?(?:em)?")
_INVISIBLE_OPERATORS = dict.fromkeys(range(0x2061, 0x2065))
# math-core writes both for a bracket of a given size that is an operator. The first is in force.
_STRETCHY_TWICE, _STRETCHY = 'stretchy="false" stretchy="true"', 'stretchy="false"'


def source(token: Token) -> str:
    """The source of a formula in one line, between its signs."""
    return f"{token.markup}{' '.join(token.content.split())}{markdown.closing_sign(token)}"


def to_mathml(source: str, *, display: bool) -> str | None:
    """Convert LaTeX to a ``<math>`` element, with the source in ``alttext`` and not yet clean.

    Returns None if the source cannot be read, or if something of it would not be shown. A
    thousand characters take a millisecond and give at most 40 KB.
    """
    if (
        len(source) > _LONGEST
        or len(_COMMAND.findall(source)) > _MOST_COMMANDS
        or _depth(source) > _DEEPEST
        or _REFUSED.search(source)
    ):
        return None
    latex = _readable(source)
    # Each call has a converter of its own, which takes a microsecond: one whose lock a failure
    # has poisoned would refuse all later formulas.
    converter = LatexToMathML(macros=_MACROS, allow_unreliable_rendering=True, fancy_error=False)
    try:
        html = converter.convert_with_local_state(latex, displaystyle=display)
        html = html.replace(_STRETCHY_TWICE, _STRETCHY)
        tree = ElementTree.fromstring(html)  # noqa: S314 - it has no entities
    # UnicodeEncodeError: half of a surrogate pair. ParseError: math-core does not escape a < in the
    # name of an operator.
    except (LatexError, UnicodeEncodeError, ElementTree.ParseError):
        return None
    # In a table each line end opens a row; any other one is lost, which joins two formulas to one.
    if html.count("<mtr>") - html.count("<mtable") != len(_LINE_END.findall(latex)):
        return None
    if not "".join(tree.itertext()).translate(_INVISIBLE_OPERATORS).strip():
        return None
    html = html.replace("<mtd style=", "<mtd columnalign=")
    return html.replace("<math", f'<math alttext="{escape(" ".join(source.split()))}"', 1)


def attribute(name: str, value: str) -> str | None:
    """The value of an attribute of MathML on pages, or None if it is dropped.

    Lengths of 10 em and more would leave the page. math-core aligns columns by inline style, which
    `to_mathml` passes on in ``columnalign``.
    """
    if name == "columnalign":
        return value.partition("text-align: ")[2].partition(";")[0] or None
    return None if name in _LENGTHS and not _SHORT_LENGTH.fullmatch(value) else value


def _readable(source: str) -> str:
    latex = _SHARE.sub(r"\1\\%", source)
    latex = _TEXT.sub(lambda text: _SPECIAL.sub(r"\\\g<0>", text[0]), latex)
    latex = _ROW_GAP.sub(r"\\\\ ", latex)
    for name, another in _ANOTHER_NAME.items():
        latex = latex.replace(name, another)
    return latex


def _depth(source: str) -> int:
    depth = deepest = 0
    for found in _NESTING.finditer(source):
        depth += (found.group() in "{[") - (found.group() in "}]")
        deepest = max(deepest, depth)
    return deepest
