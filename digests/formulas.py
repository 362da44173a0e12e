r"""LaTeX → MathML, which browsers show without a script.

latex2mathml reads the formula; what it made is written here, element by element, as it unescapes
what it writes itself: ``\text{<script>}`` would be one, and ``\href{javascript:…}`` a link.
"""

import re
import unicodedata
from html import unescape
from xml.etree.ElementTree import Element

from django.utils.html import escape
from latex2mathml.converter import convert_to_element

_NAMES = (
    "math mrow mi mo mn mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover"
    " mtable mtr mtd mstyle mpadded mphantom menclose"
)
ELEMENTS = frozenset(_NAMES.split())
_NAMED = re.compile(r"[a-z]{1,12}")
_SPACE = re.compile(r"-?\d?\.?\d{1,3}em")
# Colours and sizes are the page's business, and links are Markdown's.
_ATTRIBUTES = {
    "mathvariant": re.compile("normal"),
    "columnalign": re.compile("left|right|center"),
    "notation": re.compile("box|(?:up|down)diagonalstrike"),
    "linethickness": re.compile("0"),
    "scriptlevel": re.compile("[0-2]"),
    "width": _SPACE,
    "minsize": _SPACE,
    "maxsize": _SPACE,
    **dict.fromkeys(["stretchy", "fence", "form", "movablelimits", "largeop", "accent"], _NAMED),
    **dict.fromkeys(["display", "displaystyle"], _NAMED),
}
ATTRIBUTES = frozenset(_ATTRIBUTES)

_PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2}
_PARTS |= {"msubsup": 3, "munderover": 3}

# What could nest, for both the library and the writer below call themselves at each level. So
# a formula is read or not by what it is, and not by how deep the caller stands on the stack.
_MOST_COMMANDS = 100
_DEEPEST = 40
_COMMAND = re.compile(r"\\[A-Za-z]+")
_NESTING = re.compile(r"\\.|[{\[}\]]", re.DOTALL)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")


def to_mathml(source: str, *, display: bool) -> str | None:
    """A ``<math>`` element, named by its source, or None for what cannot be read.

    A thousand characters take 5 ms and give 18 KB.
    """
    if len(_COMMAND.findall(source)) > _MOST_COMMANDS or _depth(source) > _DEEPEST:
        return None
    latex = _COMMENT.sub("", source).replace("{aligned}", "{split}")
    try:
        math = convert_to_element(latex, display="block" if display else "inline")
    except Exception:  # its own, and IndexError, StopIteration, AttributeError …
        return None
    if not all(map(_is_known, math.iter())) or not "".join(math.itertext()).strip():
        return None
    opening = f'<math alttext="{escape(" ".join(source.split()))}"'
    return _written(math).replace("<math", opening, 1)


def _depth(source: str) -> int:
    depth = deepest = 0
    for found in _NESTING.finditer(source):
        depth += (found.group() in "{[") - (found.group() in "}]")
        deepest = max(deepest, depth)
    return deepest


def _is_known(element: Element) -> bool:
    """Commands that the library does not know come as letters, an ``&`` outside tables too."""
    text = element.text or ""
    is_source = element.tag == "mi" and re.match(r"\\|&(?!#)", text) is not None
    is_whole = len(element) == _PARTS.get(element.tag, len(element))
    return element.tag in ELEMENTS and is_whole and not is_source


def _written(element: Element) -> str:
    variant = element.get("mathvariant", "")
    text = "".join(_styled(char, variant) for char in unescape(element.text or ""))
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.items()
        if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value)
    )
    children = "".join(map(_written, element))
    return f"<{element.tag}{attributes}>{escape(text)}{children}</{element.tag}>"


def _styled(char: str, variant: str) -> str:
    """The character that looks so; browsers no longer read ``mathvariant="bold"``."""
    if variant in {"", "normal", "italic"}:
        return char
    plain = unicodedata.name(char, "").replace("LATIN ", "").replace("GREEK ", "")
    style = variant.replace("-", " ").replace("double struck", "double-struck").upper()
    try:
        return unicodedata.lookup(f"MATHEMATICAL {style} {plain.replace('LETTER ', '')}")
    except KeyError:
        return char
