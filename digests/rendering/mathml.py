r"""LaTeX → MathML, which browsers show without a script.

latex2mathml reads the formula; what it made is written here, element by element, as it unescapes
what it writes itself: ``\text{<script>}`` would be one, and ``\href{javascript:…}`` a link.
"""

import re
import unicodedata
from contextlib import suppress
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
# A comment, if words stand behind it and a line below; else a share, as 95%, that would vanish.
_COMMENT = re.compile(r"(?<!\\)%(?P<words>[^\n]*)\n")
_SHARE = re.compile(r"(?<!\\)%")
# What the library reads wrong, or numbers as if there were one such formula on a page.
_ANOTHER_NAME = {
    "{aligned}": "{split}",
    "{align}": "{align*}",
    r"\mathds{": r"\mathbb{",
    r"\mathbbm{": r"\mathbb{",
    r"\not=": r"\neq",
    r"\arg\max": r"\argmax",
    r"\arg\min": r"\argmin",
}
_SIMILAR = re.compile(r"\\sim(?![A-Za-z])")  # it comes as a letter, the tilde of a keyboard
_ESCAPED = re.compile(r"\\([%$#&_{}])")
_NOT = "&#x029F8;"  # to be written over what comes next, in a font that has it
_NOT_SHOWN = {"linebreak", "href"}
_TOKENS = {"mi", "mn", "mo", "mtext"}
_ROWS = {"math", "mrow", "mtd", "mstyle", "msqrt", "mpadded", "mphantom", "menclose"}
_SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
_GAP = '<mspace width="0.167em"></mspace>'
_SIGNS = {"−", "+", "±"}
_CLOSING = {")", "]", "}", "⟩", "|", "‖", "!"}
_FLAT = {*_TOKENS, "mrow"}
# Where Unicode had some of these letters before it had all.
_ELDER_STYLES = {"FRAKTUR": "BLACK-LETTER"}


def to_mathml(source: str, *, display: bool) -> str | None:
    """A ``<math>`` element, named by its source, or None for what cannot be read.

    A thousand characters take 5 ms and give 18 KB.
    """
    if len(_COMMAND.findall(source)) > _MOST_COMMANDS or _depth(source) > _DEEPEST:
        return None
    try:
        math = convert_to_element(_readable(source), display="block" if display else "inline")
    except Exception:
        # The library has errors of its own, but bad LaTeX also ends in whatever its code stumbles
        # over (IndexError, StopIteration, AttributeError …). The source is shown in any case.
        return None
    if not all(map(_is_known, math.iter())) or not "".join(math.itertext()).strip():
        return None
    opening = f'<math alttext="{escape(" ".join(source.split()))}"'
    return _written(math).replace("<math", opening, 1)


def _readable(source: str) -> str:
    latex = _COMMENT.sub(lambda found: "" if found["words"].strip() else found[0], source)
    latex = _SHARE.sub(r"\\%", latex)
    latex = _SIMILAR.sub(r"{\\mathrel{∼}}", latex)
    for name, another in _ANOTHER_NAME.items():
        latex = latex.replace(name, another)
    return latex


def _depth(source: str) -> int:
    depth = deepest = 0
    for found in _NESTING.finditer(source):
        depth += (found.group() in "{[") - (found.group() in "}]")
        deepest = max(deepest, depth)
    return deepest


def _is_known(element: Element) -> bool:
    """What the library does not know comes as letters: a command, or an ``&`` outside tables. It
    gives no name to an operator of more than letters. A line end would join two formulas to one,
    and an address would vanish."""
    text = element.text or ""
    is_source = (
        (element.tag == "mi" and re.match(r"\\|&(?!#)", text) is not None)
        or (element.tag == "mtext" and "\\" in _ESCAPED.sub("", text))
        or text == _NOT
        or (element.tag == "mo" and not (text or len(element) or element.get("form")))
        or not _NOT_SHOWN.isdisjoint(element.keys())
    )
    is_whole = len(element) == _PARTS.get(element.tag, len(element))
    is_flat = element.tag not in _TOKENS or all(part.tag in _FLAT for part in element.iter())
    return element.tag in ELEMENTS and is_whole and is_flat and not is_source


def _written(element: Element, before: Element | None = None) -> str:
    tag = "mi" if _is_name(element) else element.tag
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.items()
        if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value) and tag == element.tag
    )
    if before is not None and _is_sign_of_number(element, before):
        attributes += ' form="prefix"'
    # In a token only text may stand: what is an element in it is none of MathML.
    inner = escape(_text(element)) if tag in _TOKENS else _children(element)
    return f"<{tag}{attributes}>{inner}</{tag}>"


def _children(element: Element) -> str:
    """With a gap between a name such as ``log`` and what it stands beside, as TeX has it."""
    html, before = "", None
    for child in element:
        if before is not None and element.tag in _ROWS and _are_apart(before, child):
            html += _GAP
        html += _written(child, before if element.tag in _ROWS else None)
        before = child
    return html


def _are_apart(before: Element, after: Element) -> bool:
    if _is_named(before):
        return _is_named(after) or after.tag not in {"mo", "mspace"}
    return _is_named(after) and (before.tag not in {"mo", "mspace"} or _closes(before))


def _is_sign_of_number(element: Element, before: Element) -> bool:
    is_sign = element.tag == "mo" and _text(element) in _SIGNS
    is_behind_value = before.tag != "mo" or _is_name(before) or _closes(before)
    return is_sign and not is_behind_value and _text(before) not in _SIGNS


def _closes(element: Element) -> bool:
    return element.tag == "mo" and _text(element) in _CLOSING


def _is_named(element: Element) -> bool:
    """Whether it is the name of a function, maybe with something above or below."""
    while element.tag in _SCRIPTS:
        element = element[0]
    return _is_name(element)


def _is_name(element: Element) -> bool:
    text = _text(element) if element.tag in {"mi", "mo"} else ""
    return len(text) > 1 and text[0].isalpha()


def _text(element: Element) -> str:
    variant, text = element.get("mathvariant", ""), element.text or ""
    if element.tag == "mtext":
        text = _ESCAPED.sub(r"\1", text)
    own = "".join(_styled(char, variant) for char in unescape(text))
    return own + "".join(map(_text, element))


def _styled(char: str, variant: str) -> str:
    """The character that looks so; browsers no longer read ``mathvariant="bold"``."""
    if variant in {"", "normal", "italic"}:
        return char
    plain = unicodedata.name(char, "").replace("LATIN ", "").replace("GREEK ", "")
    plain = plain.replace("LETTER ", "")
    style = variant.replace("-", " ").replace("double struck", "double-struck").upper()
    for name in (f"MATHEMATICAL {style} {plain}", f"{_ELDER_STYLES.get(style, style)} {plain}"):
        with suppress(KeyError):
            return unicodedata.lookup(name)
    return char
