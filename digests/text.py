"""Plain-text functions that several layers share: folding, slugs, lists of names, mentions.

`fold` is the only place that says which spellings are equal: for search, tags, mentions and the
keys of names.
"""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable

_NOT_IN_SLUG = re.compile(r"[^\w.-]+")
_SPELLED_OUT = {"+": "-plus", "#": "-sharp"}  # C++, C# and C are three tags; URLs join tags by "+"
_LATIN = "a-z0-9"
# Categories of characters that a terminal obeys, that end a line, or that change the order of
# others: controls, formats, lone surrogates, separators of lines and paragraphs.
_OBEYED = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])
_PERHAPS_OBEYED = re.compile("[^ -~\u3000-\ud7ff]")  # not those of English, Chinese or Korean
# Invisible characters, as a class of a regular expression.
INVISIBLE = (
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
# Signs by the one of a keyboard that they look like. A typesetter, a Chinese keyboard and a word
# processor each write their own.
_LOOK_ALIKES = {
    "-": "‐‑‒–—―−⁃˗⁻₋﹘﹣－︱︲⸺⸻─━",
    "'": "‘’‚‛′‵´\u0374ʹʻʼʽˈˊˋꞋꞌ՚׳＇",
    '"': "“”„‟″‶ʺˮ״〝〞＂",
    "·": "•‧∙⋅・･᛫⸱ꞏ",
    "~": "〜∼⁓～",
    "/": "⁄∕⧸／",
    ":": "∶꞉：",
    "*": "∗⁎＊",
}
_OF_KEYBOARD = {alike: sign for sign, alikes in _LOOK_ALIKES.items() for alike in alikes}
# Characters that NFKC takes apart into several look-alikes.
_OF_KEYBOARD |= {"‴": "'''", "‷": "'''", "⁗": "''''", "ŉ": "'n"}
# The signs of Chinese texts that are folded. To replace one after the other takes a fraction of
# the time of a regular expression or of NFKC, and leaves most texts normal.
_FREQUENT = {sign: unicodedata.normalize("NFKC", sign) for sign in "，：（）！；？…"} | {
    sign: _OF_KEYBOARD[sign] for sign in "“”‘’—–‑"
}
_RARE = re.compile(f"[{INVISIBLE}{''.join(sorted(_OF_KEYBOARD.keys() - _FREQUENT.keys()))}]+")
_NAME_ENDS = re.compile(r"[、；;]|\s(?=[#＃])")
_TO_QUOTE = re.compile(rf'[",]|{_NAME_ENDS.pattern}')
SLUG_LENGTH = 100
_CHINESE_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": "0"
}


def fold(text: str) -> str:
    """The form in which all spellings of a text are equal: of one width (NFKC) and case, without
    invisible characters, with one sign for all that look alike: ``GPT‑4`` is ``gpt-4``.

    Folding twice is folding once.
    """
    if text.isascii():
        return text.lower()
    for sign, plain in _FREQUENT.items():
        text = text.replace(sign, plain)
    # The invisible goes before NFKC, because it may part a letter from its accent.
    text = _RARE.sub(_plain_signs, text)
    folded = unicodedata.normalize("NFKC", text).casefold()
    # The lower case of a letter may be several, which accents behind it are sorted among.
    if not unicodedata.is_normalized("NFKC", folded):
        folded = unicodedata.normalize("NFKC", folded).casefold()
    return folded.replace("⁄", "/").replace("∕", "/")  # which NFKC makes of ½ and of ㎧


def _plain_signs(found: re.Match[str]) -> str:
    return "".join(_OF_KEYBOARD.get(sign, "") for sign in found[0])


def pattern_of_look_alikes(folded: str) -> str:
    """A regular expression, of Python and of databases, for a folded text with any of the signs
    that look alike; empty if the text has no such sign."""
    if _LOOK_ALIKES.keys().isdisjoint(folded):
        return ""
    return "".join(
        f"[{sign}{_LOOK_ALIKES[sign]}]" if sign in _LOOK_ALIKES else re.escape(sign)
        for sign in folded
    )


def as_one_line(text: str) -> str:
    r"""Write the characters of a text that a terminal obeys, or that end a line, as escapes: ESC
    as ``\x1b``. Names of files and values in them may hold any."""
    return escaped(text, lambda char: char.encode("unicode_escape").decode())


def escaped(text: str, escape: Callable[[str], str]) -> str:
    """Replace the characters that a terminal obeys, or that end a line."""

    def replaced(found: re.Match[str]) -> str:
        return escape(found[0]) if unicodedata.category(found[0]) in _OBEYED else found[0]

    return _PERHAPS_OBEYED.sub(replaced, text)


def slug(text: str) -> str:
    """A readable path segment of at most `SLUG_LENGTH` characters; it may be empty.

    Chinese stays as it is; ``C++`` becomes ``c-plus-plus``.
    """
    folded = fold(text)
    for sign, word in _SPELLED_OUT.items():
        folded = folded.replace(sign, word)
    return _NOT_IN_SLUG.sub("-", folded)[:SLUG_LENGTH].strip("-._")


def slug_or_hash(text: str) -> str:
    """The `slug` of a text, or a short hash where that is empty, as for ``?!``."""
    return slug(text) or hashlib.sha256(text.encode()).hexdigest()[:8]


def split_names(text: str) -> list[str]:
    """Split names at commas, semicolons and ``、``, at line ends, and at blanks before a ``#``.

    Quotes protect a comma. Where there are any, names are split at commas and line ends alone.
    """
    if '"' not in text:
        text = _NAME_ENDS.sub(",", text)
    joined = re.sub(r"\s*[\r\n]\s*", ",", text.replace("，", ","))
    try:
        return unique_names(next(csv.reader([joined], skipinitialspace=True), []))
    except csv.Error:  # a field of more than 128 KB
        return unique_names(joined.split(","))


def join_names(names: Iterable[str]) -> str:
    """The inverse of `split_names`."""
    return ", ".join(
        '"{}"'.format(name.replace('"', '""')) if _TO_QUOTE.search(name) else name for name in names
    )


def unique_names(names: Iterable[str]) -> list[str]:
    """Normalise blanks and widths (NFKC), and drop empty names and repeats. Names that `fold` alike
    are one, in its first spelling."""
    first: dict[str, str] = {}
    for name in names:
        clean = " ".join(unicodedata.normalize("NFKC", name).split())
        if key := fold(clean).strip():
            first.setdefault(key, clean)
    return list(first.values())


def mentioned(text: str, words: Iterable[str]) -> list[str]:
    """Filter ``words`` by their mention in ``text``. Case is ignored; Latin words match whole.

    ``RAG`` is found in ``在RAG中`` but not in ``storage``, ``C`` not in ``C++``, ``检索`` anywhere.
    """
    folded = fold(text)
    return [word for word in words if _mentions(folded, fold(word).strip())]


def _mentions(folded: str, word: str) -> bool:
    if not word or word not in folded:
        return False
    before = rf"(?<![{_LATIN}])" if re.match(rf"[{_LATIN}]", word) else ""
    after = rf"(?![{_LATIN}]|\+\+|#)" if re.search(rf"[{_LATIN}]$", word) else ""
    return re.search(before + re.escape(word) + after, folded) is not None


def chinese_value(number: str) -> int:
    """The value of a Chinese number up to 99, or of digits in a row: ``二十一``, ``二〇二四``."""
    if "十" not in number:
        return int("".join(_CHINESE_DIGITS[digit] for digit in number))
    tens, _, ones = number.partition("十")
    return 10 * int(_CHINESE_DIGITS.get(tens, "1")) + int(_CHINESE_DIGITS.get(ones, "0"))


def cut(text: str) -> list[str]:
    """Cut a text into words, as is needed for Chinese, which has no blanks between them.

    The first call loads rjieba's dictionary: 0.1 s and 32 MB, which most commands need not pay.
    """
    import rjieba  # noqa: PLC0415

    return rjieba.cut(text)


def unix_lines(text: str) -> str:
    """Replace every CRLF and CR with LF."""
    return re.sub(r"\r\n?", "\n", text)
