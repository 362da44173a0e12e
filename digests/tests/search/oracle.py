"""An oracle for searches, which scans whole texts: slow, and without tokens.

Each character of a folded text has a class. A term may start anywhere in Chinese. In Latin its ends
must be where the class changes. Only the folding is that of `digests.search`.
"""

import re
import unicodedata
from functools import cache

from digests.search.language.tokenizer import fold

_LETTER, _DIGIT, _CHINESE, _EMOJI, _LINE_END, _BLANK, _SIGN, _MARK = "LDCEN SM"
_CHINESE_NAMES = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "KANGXI")
_EMOJI_RANGES = ((0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF))
_ANY_SIGNS = "\ue000"
_PLUS, _SHARP = "\ue001", "\ue002"  # letters, as in C++ and in C#
_SIGNS_OR_BLANKS = re.compile(r"(?:[SN ]|(?<![LM])M)+")


class Text:
    """A text in a canonical form.

    Runs of signs are equal, except for signs that join two Latin words or numbers. A blank remains
    only between two Latin words or two numbers.
    """

    def __init__(self, source: str) -> None:
        folded = _with_letters_of_names(fold(source))
        pieces, at = [], 0
        for run in _SIGNS_OR_BLANKS.finditer(_classes(folded)):
            pieces += [folded[at : run.start()], _instead_of(folded, *run.span())]
            at = run.end()
        self._canonical = "".join([*pieces, folded[at:]]).strip(_ANY_SIGNS + " ")

    def __bool__(self) -> bool:
        """True if the text has anything to search for."""
        return bool(self._canonical)

    def holds(self, term: "Text") -> bool:
        at = self._canonical.find(term._canonical)
        while at >= 0:
            if self._is_edge(at) and self._is_edge(at + len(term._canonical)):
                return True
            at = self._canonical.find(term._canonical, at + 1)
        return False

    def _is_edge(self, at: int) -> bool:
        around = _classes(self._canonical[max(at - 1, 0) : at + 1]).replace(_MARK, _LETTER)
        return around not in (2 * _LETTER, 2 * _DIGIT)


def _with_letters_of_names(folded: str) -> str:
    """Mark the signs of names such as C++ and C#. A ``#`` before a digit is no part of a name:
    ``issue#12``."""
    for signs, letters, ends_before in (
        ("++", 2 * _PLUS, _LETTER),
        ("#", _SHARP, _LETTER + _DIGIT),
    ):
        head, *tails = folded.split(signs)
        for tail in tails:
            is_name = _classes(head[-1:]) in (_LETTER, _MARK) and (
                not tail or _class_of(tail[0]) not in ends_before
            )
            head += (letters if is_name else signs) + tail
        folded = head
    return folded


def _instead_of(folded: str, start: int, end: int) -> str:
    run = folded[start:end]
    around = folded[max(start - 1, 0) : start] + folded[end : end + 1]
    before_and_after = _classes(around).replace(_MARK, _LETTER)
    if set(_classes(run)) == {_BLANK}:
        same = before_and_after in (2 * _LETTER, 2 * _DIGIT)
        return " " if same else ""
    joins = len(run) == 1 and run not in "\n|" and around.isalnum() and len(around) == 2
    return run if joins and _CHINESE not in before_and_after else _ANY_SIGNS


def _classes(text: str) -> str:
    return "".join(map(_class_of, text))


@cache
def _class_of(character: str) -> str:
    if character in (_PLUS, _SHARP):
        return _LETTER
    if any(first <= ord(character) <= last for first, last in _EMOJI_RANGES):
        return _EMOJI
    category = unicodedata.category(character)
    if category == "Nd":
        return _DIGIT
    if category[0] in "LN":
        name = unicodedata.name(character, "")
        return _CHINESE if name.startswith(_CHINESE_NAMES) else _LETTER
    if category[0] == "M":
        return _MARK
    if character == "\n":
        return _LINE_END
    return _BLANK if character.isspace() else _SIGN
