"""The parser of queries: the text that a reader types → a tree of conditions. No text is an error.

- ``a b``: hits hold both words. Words are separated by blanks, quotes, brackets and the marks of
  Chinese sentences. Other marks at the end of a word, such as a comma, do not belong to it.
- ``"a b"``: hits hold the phrase. “ ” and 「 」 are quotes, too. Without a closing quote the phrase
  ends with the query. A quote behind a backslash, ``\\"``, belongs to the phrase.
- ``-a`` or ``NOT a``: hits do not hold the word. A single minus before a word is such a sign, but
  the signs of ``GPT-4``, ``--quiet`` and ``f(-x)`` are part of the text.
- ``a AND b``: the same as ``a b``.
- ``a OR b`` or ``a | b``: hits hold one of the words. So do those of a chain, ``a OR b OR c``. OR
  joins only its two neighbours: ``a b OR c`` means a, and b or c.
- An operator without a word that it needs is itself a word: ``OR a`` means two words.
- Brackets mean nothing but that a word ends. ``(a OR b) c`` still means what it seems to mean, but
  ``(a b) OR c`` means a, and b or c. They belong to an address, a field's value and a word with a
  sign: ``tag:结论（待验证）``.
- ``tag:RAG``, ``标签：RAG``, ``-tag:"强化 学习"``: hits have a property, see `fields`.
- A bare address, arXiv number or DOI: hits hold it, or cite its reference in any spelling.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, takewhile, zip_longest
from typing import NamedTuple

from digests.markdown import CONTROL
from digests.search.language import fields, tokenizer
from digests.search.language.tree import And, Days, Filter, Node, Not, Or, Text, positive_texts
from digests.text import INVISIBLE

QUERY_LENGTH = 256
WORDS = 16
# Limits of a query: characters that are read, words, and characters of a folded word. A cut never
# falls inside a token.
WORD_LENGTH = 64

_PAIRS = {"「": "」", "『": "』", "｢": "｣"} | dict.fromkeys('"＂“”„‟', '"＂“”„‟')
_CLOSING = "」』｣"
_QUOTES = "".join(_PAIRS) + _CLOSING
_BLANKS = r"\s，。！？；、…"
_BRACKETS = {"(": ")", "（": "）", "[": "]", "［": "］", "{": "}", "｛": "｝"}
_BRACKETS |= {"【": "】", "〔": "〕", "〖": "〗", "《": "》", "〈": "〉"}
_ALL_BRACKETS = re.escape("".join(chain(*_BRACKETS.items())))
_MINUS = "-－‐‑−"

_GAP = re.compile(f"[{_BLANKS}{_CLOSING}{INVISIBLE}{_ALL_BRACKETS}]+")
_SIGNS = re.compile(f"[{_MINUS}]*")
_SIGN = re.compile(f"[{_MINUS}](?=[^{_MINUS}{_BLANKS}{_CLOSING}])")
_FIELD = re.compile(f"([^{_BLANKS}{_QUOTES}:：]+)[:：]")


def _up_to(ends: str) -> re.Pattern[str]:
    """A word up to one of these signs, without the marks of a sentence at its end."""
    return re.compile(rf"[^{ends}]*?(?=[,;!?.{INVISIBLE}]*(?:[{ends}]|\Z))")


_BARE = _up_to(f"{_BLANKS}{_QUOTES}")
_WITHOUT_BRACKETS = _up_to(f"{_BLANKS}{_QUOTES}{_ALL_BRACKETS}")
_ESCAPED = re.compile(rf"\\([\\{_QUOTES}])")


class NoteCode(StrEnum):
    """A remark on how the query was read."""

    # Field with an invalid value: ``text`` was searched as plain text.
    UNKNOWN_FIELD = "unknown-field"
    # Query too long: the rest, which begins with ``text``, was left out.
    TOO_LONG = "too-long"
    # Word too long: only its beginning was searched for, or nothing if the cut would fall inside a
    # token. ``text`` is the start of the word.
    WORD_TOO_LONG = "word-too-long"
    # Query without content: ``text`` has no letter, digit or emoji.
    NOTHING_TO_FIND = "nothing-to-find"
    # Date next to OR: the date ``text`` applies to the whole query.
    DATE_IN_OR = "date-in-or"


@dataclass(frozen=True)
class Note:
    """A remark on a part of the query. ``text`` has at most 64 characters."""

    code: NoteCode
    text: str


@dataclass(frozen=True)
class Query:
    """A parsed query.

    ``typed`` has blanks in place of characters that no database or page can hold, which keeps all
    positions. ``node`` is None if there is nothing to search for.
    """

    typed: str
    node: Node | None
    days: Days
    notes: tuple[Note, ...] = ()

    @property
    def words(self) -> tuple[Text, ...]:
        """Words and phrases that a hit may hold, in their order, without negated ones."""
        return tuple(positive_texts(self.node)) if self.node else ()


class Lexeme(NamedTuple):
    """A word from ``start`` to ``end``, with its sign, field and quotes.

    ``sign`` negates it: a minus, or NOT with a blank; else it is empty. Its value begins at
    ``value_start``. ``field`` is the English name of a field or empty. ``typed`` leaves out the
    sign.
    """

    start: int
    end: int
    sign: str
    field: str
    value: str
    value_start: int
    is_quoted: bool
    typed: str

    def is_operator(self, *spellings: str) -> bool:
        return self.typed in spellings and not self.sign

    @property
    def is_or(self) -> bool:
        return self.is_operator("OR", "|", "｜")


def parse(typed: str) -> Query:
    """Parse a query. Raises nothing."""
    typed = CONTROL.sub(" ", typed)
    reading = _Reading()
    words, left_out = _read(typed)
    if left_out:
        reading.note(NoteCode.TOO_LONG, left_out)
    parts = [node for choice in _choices(words) if (node := reading.choice(choice))]
    node = _joined(And, parts) if parts or reading.days != Days() else None
    if node is None and typed.strip() and not reading.notes:
        reading.note(NoteCode.NOTHING_TO_FIND, typed.strip())
    return Query(typed, node, reading.days, tuple(reading.notes))


def asking_for(wanted: Filter, value: str) -> str:
    """A query that means this filter alone, by a value of its field; empty if no query does, as
    with a value that is too long."""
    escaped = re.sub(f"([\\\\{_QUOTES}])", r"\\\1", value)
    quoted = (value, f'"{value}"', f"「{value}」", f'"{escaped}"')
    queries = (f"{wanted.field}:{each}" for each in quoted)
    return next((query for query in queries if parse(query).node == wanted), "")


def without(query: Query, word: Text) -> str:
    """Remove one of its `Query.words` from a query. Returns the text."""
    return _rewritten(query, lambda lexeme: "" if _is_of(word, lexeme) else lexeme.typed)


def with_replaced(query: Query, word: Text, new: str) -> str:
    """Replace one of its `Query.words` in a query, within its quotes. Returns the text."""

    def spelled(lexeme: Lexeme) -> str:
        if not _is_of(word, lexeme):
            return lexeme.typed
        start = lexeme.end - len(lexeme.typed)
        return f"{query.typed[start : word.start]}{new}{query.typed[word.end : lexeme.end]}"

    return _rewritten(query, spelled)


def without_fields(query: Query) -> Iterator[tuple[str, str]]:
    """The query's text without one of its fields, with that field, for each of them; at last
    without all fields if there are several."""
    words = chain.from_iterable(_choices(_read(query.typed)[0]))
    of_fields = [word for word in words if word.field]
    for left_out in [[word] for word in of_fields] + [of_fields] * (len(of_fields) > 1):
        shorter = _rewritten(query, lambda word: "" if word in left_out else word.typed)  # noqa: B023
        if shorter:
            yield shorter, " ".join(word.typed for word in left_out)


def _is_of(word: Text, lexeme: Lexeme) -> bool:
    return lexeme.start <= word.start < lexeme.end


def _rewritten(query: Query, spelled: Callable[[Lexeme], str]) -> str:
    """The query's text with each word, without its sign, replaced by ``spelled``. A word for which
    that is empty is left out."""
    choices = (
        [word.sign + spelling for word in choice if (spelling := spelled(word))]
        for choice in _choices(_read(query.typed)[0])
    )
    return " ".join(" OR ".join(spellings) for spellings in choices if spellings)


def _read(typed: str) -> tuple[list[Lexeme], str]:
    """Read the words with something to search for, up to the limits. Returns them and the remaining
    text."""
    end = _end_of_reading(typed)
    found = list(islice(_lexemes(typed[:end]), WORDS + 1))
    if len(found) > WORDS:
        found.pop()
        while found and (found[-1].is_or or found[-1].is_operator("NOT")):  # without its operand
            found.pop()
        end = found[-1].end if found else 0
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
            at, is_glued = gap.end(), typed[gap.end() - 1] in _BRACKETS
            continue
        lexeme = _lexeme(typed, at, is_glued=is_glued)
        at, is_glued = max(lexeme.end, at + 1), lexeme.is_quoted
        if lexeme.field or lexeme.is_or or tokenizer.tokens(tokenizer.fold(lexeme.value)):
            yield lexeme


def _lexeme(typed: str, at: int, *, is_glued: bool) -> Lexeme:
    """Read the word at this offset. A word directly after a quote or an opening bracket, as in
    ``"GPT"-4`` and ``f(-x)``, has no sign."""
    signs = _SIGNS.match(typed, at)
    start = signs.end() if is_glued and signs else at
    sign = "-" if _SIGN.match(typed, start) else ""
    unsigned = start + len(sign)
    prefix = _FIELD.match(typed, unsigned)
    field = fields.field_named(prefix[1]) if prefix else ""
    value_start = prefix.end() if prefix and field else unsigned
    is_quoted = typed[value_start : value_start + 1] in _PAIRS
    if is_quoted:
        value_start += 1
        value_end, end = _end_of_quote(typed, value_start)
    else:
        holds_brackets = sign or field or fields.is_address(typed, value_start)
        value_end = end = _end_of_bare(typed, value_start, with_brackets=bool(holds_brackets))
    value = typed[value_start:value_end]
    if field and is_quoted:
        value = _ESCAPED.sub(r"\1", value)
    return Lexeme(start, end, sign, field, value, value_start, is_quoted, typed[unsigned:end])


def _end_of_bare(typed: str, start: int, *, with_brackets: bool) -> int:
    """The end of a word without quotes. ``with_brackets``: it holds those that it opens."""
    found = (_BARE if with_brackets else _WITHOUT_BRACKETS).match(typed, start)
    end = found.end() if found else start
    open_brackets = 0
    for at in range(start, end if with_brackets else start):
        open_brackets += (typed[at] in _BRACKETS) - (typed[at] in _BRACKETS.values())
        if open_brackets < 0:
            return at
    return end


def _end_of_quote(typed: str, start: int) -> tuple[int, int]:
    """The positions at which a quotation ends and at which the text after it begins.

    The quotation ends at the partner of its opening quote that no backslash stands before, else at
    any partner, else at any quote, else with the text.
    """
    partners = _PAIRS[typed[start - 1]]
    unescaped = rf"(?:\\.|[^\\{partners}])*+(?=[{partners}])"
    for before in (unescaped, f".*?(?=[{partners}])", f".*?(?=[{_QUOTES}])"):
        if found := re.compile(before, re.DOTALL).match(typed, start):
            return found.end(), found.end() + 1
    return len(typed), len(typed)


def _choices(words: list[Lexeme]) -> list[list[Lexeme]]:
    """Group words by OR, and negate those after NOT. An operator without an operand is a word."""
    choices: list[list[Lexeme]] = []
    sign, is_joined = "", False
    for word, following in zip_longest(words, words[1:]):
        if following and word.is_or and choices:
            is_joined = True
        elif following and word.is_operator("AND") and choices:
            continue
        elif following and word.is_operator("NOT") and not following.is_or:
            sign = "NOT "
        else:
            operand = word._replace(sign=word.sign or sign)
            if is_joined:
                choices[-1].append(operand)
            else:
                choices.append([operand])
            sign, is_joined = "", False
    return choices


class _Reading:
    """Conversion of words to nodes, which collects notes and the days of the whole query."""

    def __init__(self) -> None:
        self.days = Days()
        self.notes: list[Note] = []

    def note(self, code: NoteCode, text: str) -> None:
        self.notes.append(Note(code, text[:WORD_LENGTH]))

    def choice(self, choice: list[Lexeme]) -> Node | None:
        """The node of words joined by OR; usually there is a single one."""
        nodes = []
        for lexeme in choice:
            meaning = self._meaning(lexeme)
            if isinstance(meaning, Days):
                days = fields.complement(meaning) if lexeme.sign else meaning
                self.days = self.days.narrowed_by(days)
                if len(choice) > 1:
                    self.note(NoteCode.DATE_IN_OR, lexeme.typed)
            elif meaning:
                nodes.append(Not(meaning) if lexeme.sign else meaning)
        return _joined(Or, nodes) if nodes else None

    def _meaning(self, lexeme: Lexeme) -> Node | Days | None:
        if lexeme.field:
            if condition := fields.condition(lexeme.field, lexeme.value):
                return condition
            self.note(NoteCode.UNKNOWN_FIELD, lexeme.typed)
        elif not lexeme.is_quoted and (reference := fields.reference_at(lexeme.value)):
            said = fields.as_texts_say(lexeme.value, reference)
            if len(said) > WORD_LENGTH:
                return reference
            text = self._text(lexeme, said)
            return Or((text, reference)) if text else reference
        return self._text(lexeme)

    def _text(self, lexeme: Lexeme, said: str = "") -> Text | None:
        """The text to search for, cut at the end of a token; None if nothing is left. ``said``: how
        texts write it, if not as it was typed."""
        typed, start = lexeme.typed, lexeme.end - len(lexeme.typed)
        is_quoted = lexeme.is_quoted and not lexeme.field
        if is_quoted:
            typed, start = lexeme.value, lexeme.value_start
        folded = tokenizer.fold(said or typed)
        if len(folded) > WORD_LENGTH:
            ends = takewhile(WORD_LENGTH.__ge__, (end for _, _, end in tokenizer.spans(folded)))
            end = max(ends, default=0)
            self.note(NoteCode.WORD_TOO_LONG, typed)
            folded = folded[:end]
        phrase = tokenizer.phrase(folded)
        if not phrase.tokens:
            return None
        return Text(typed, phrase, is_quoted, start, start + len(typed))


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
