"""The words that a reader has typed, with their signs, fields and quotes; not yet what they mean.

A word begins after a blank, after the marks of Chinese sentences or after a quote, and ends before
one; marks at its end do not belong to it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from digests.search.language import analyzer, fields

QUERY_LENGTH = 256
WORDS = 16
WORD_LENGTH = 64
"""At most so many characters of a query are read, so many of its words, and so many characters of
a word when folded. Nothing is cut within what is a token of a text."""

_PAIRS = {"「": "」", "『": "』", "｢": "｣"} | dict.fromkeys('"＂“”„‟', '"＂“”„‟')
_CLOSING = "」』｣"
_QUOTES = "".join(_PAIRS) + _CLOSING
_BLANKS = r"\s，。！？；、…"

_GAP = re.compile(f"[{_BLANKS}{_CLOSING}{analyzer.INVISIBLE}]+")
_SIGNS = re.compile("[-－]*")
_SIGN = re.compile(f"[-－](?=[^-－{_BLANKS}{_CLOSING}])")
_FIELD = re.compile(f"([^{_BLANKS}{_QUOTES}:：]+)[:：]")
_BARE = re.compile(
    rf"[^{_BLANKS}{_QUOTES}]*?(?=[,;!?.{analyzer.INVISIBLE}]*(?:[{_BLANKS}{_QUOTES}]|\Z))"
)


class Lexeme(NamedTuple):
    """A word from ``start`` to ``end``, its sign, field and quotes included; its value begins at
    ``value_start``."""

    start: int
    end: int
    is_negated: bool
    field: str
    """One of `fields`, or empty."""
    value: str
    value_start: int
    is_quoted: bool
    typed: str
    """All of it but the sign."""

    @property
    def is_or(self) -> bool:
        return self.typed in {"OR", "|", "｜"} and not self.is_negated

    @property
    def is_and(self) -> bool:
        return self.typed == "AND" and not self.is_negated

    @property
    def is_not(self) -> bool:
        return self.typed == "NOT" and not self.is_negated


def read(typed: str) -> tuple[list[Lexeme], str]:
    """The words within the limits that hold something to look for, and what was left out."""
    end = _end_of_reading(typed)
    found: list[Lexeme] = []
    for lexeme in _lexemes(typed[:end]):
        if len(found) == WORDS:
            while found and (found[-1].is_or or found[-1].is_not):  # nothing is left to bind
                found.pop()
            end = found[-1].end if found else 0
            break
        found.append(lexeme)
    return found, typed[end:].strip()


def _end_of_reading(typed: str) -> int:
    if len(typed) <= QUERY_LENGTH:
        return len(typed)
    gaps = list(_GAP.finditer(typed, QUERY_LENGTH - WORD_LENGTH, QUERY_LENGTH + 1))
    return gaps[-1].start() if gaps else QUERY_LENGTH


def _lexemes(typed: str) -> Iterator[Lexeme]:
    at = 0
    is_glued = False
    while at < len(typed):
        if gap := _GAP.match(typed, at):
            at, is_glued = gap.end(), False
            continue
        lexeme = _lexeme(typed, at, is_glued=is_glued)
        at, is_glued = max(lexeme.end, at + 1), lexeme.is_quoted
        if lexeme.field or lexeme.is_or or analyzer.tokens(analyzer.fold(lexeme.value)):
            yield lexeme


def _lexeme(typed: str, at: int, *, is_glued: bool) -> Lexeme:
    """The word at this place. Glued to the quote before it, as in ``"GPT"-4``, it has no sign."""
    signs = _SIGNS.match(typed, at)
    start = signs.end() if is_glued and signs else at
    is_negated = _SIGN.match(typed, start) is not None
    unsigned = start + is_negated
    prefix = _FIELD.match(typed, unsigned)
    field = fields.field_named(prefix[1]) if prefix else ""
    value_start = prefix.end() if prefix and field else unsigned
    is_quoted = typed[value_start : value_start + 1] in _PAIRS
    if is_quoted:
        value_start += 1
        value_end, end = _end_of_quote(typed, value_start)
    else:
        bare = _BARE.match(typed, value_start)
        value_end = end = bare.end() if bare else value_start
    value = typed[value_start:value_end]
    return Lexeme(start, end, is_negated, field, value, value_start, is_quoted, typed[unsigned:end])


def _end_of_quote(typed: str, start: int) -> tuple[int, int]:
    """Where what is quoted ends, and its quotes: at their partner, else at any, else never."""
    for closing in (_PAIRS[typed[start - 1]], _QUOTES):
        if ends := [end for end in (typed.find(quote, start) for quote in closing) if end >= 0]:
            return min(ends), min(ends) + 1
    return len(typed), len(typed)
