"""What a reader types → a tree of what is asked for. Nothing that can be typed is an error.

- Words are parted by blanks and the marks of Chinese sentences, and all of them must be there.
- ``"a phrase"``, also in “ ” or 「 」; without its end it reaches to the end of the query.
- ``-word`` or ``NOT word`` must not be there. ``GPT-4`` and ``--quiet`` are plain text.
- ``a AND b`` is ``a b``.
- ``a OR b``, also with ``|`` for it: one of its two neighbours, or of several in a chain. With
  nothing on one of its sides it is a word.
- There are no brackets. ``(a OR b) c`` is what it looks like, as signs around a word are nothing;
  but ``(a b) OR c`` is a, and b or c.
- ``tag:RAG``, ``标签：RAG``, ``-tag:"强化 学习"``: see `fields`.
- A bare URL finds the other spellings of it as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile, zip_longest
from typing import NamedTuple, TypeAlias

from digests.markdown import CONTROL
from digests.search.language import analyzer, fields, lexemes
from digests.search.language.lexemes import WORD_LENGTH, Lexeme
from digests.search.language.query import And, Days, Node, Not, Or, Text, positive_texts


class NoteCode(StrEnum):
    """What a reader should know of how the query was read."""

    UNKNOWN_FIELD = "unknown-field"
    """``text`` is a field with a value that it cannot have; it was searched as text."""
    TOO_LONG = "too-long"
    """What begins with ``text`` was left out."""
    WORD_TOO_LONG = "word-too-long"
    """Only the beginning of the word that begins with ``text`` was searched for, or nothing of it
    if that would be a part of a token."""
    NOTHING_TO_FIND = "nothing-to-find"
    """``text`` holds no letter, digit or emoji."""
    DATE_IN_OR = "date-in-or"
    """The date ``text`` counts for the whole query."""


@dataclass(frozen=True)
class Note:
    """``text`` is of the query, at most 64 characters."""

    code: NoteCode
    text: str


@dataclass(frozen=True)
class Query:
    """``typed`` has blanks for what no database or page can hold, which changes no position.
    ``node`` is None where there is nothing to look for."""

    typed: str
    node: Node | None
    days: Days
    notes: tuple[Note, ...] = ()

    @property
    def words(self) -> tuple[Text, ...]:
        """The words and phrases that a hit may hold, in their order: none of those ruled out."""
        return tuple(positive_texts(self.node)) if self.node else ()


class _Operand(NamedTuple):
    lexeme: Lexeme
    is_negated: bool


_Choice: TypeAlias = list[_Operand]
"""What stands between OR and OR; mostly one word alone."""


def parse(typed: str) -> Query:
    """The query that somebody means. Raises nothing."""
    typed = CONTROL.sub(" ", typed)
    reading = _Reading()
    words, left_out = lexemes.read(typed)
    if left_out:
        reading.note(NoteCode.TOO_LONG, left_out)
    parts = [node for choice in _choices(words) if (node := reading.choice(choice))]
    is_asking = parts or reading.days != Days()
    node = _joined(And, parts) if is_asking else None
    if node is None and typed.strip() and not reading.notes:
        reading.note(NoteCode.NOTHING_TO_FIND, typed.strip())
    return Query(typed, node, reading.days, tuple(reading.notes))


def without(query: Query, word: Text) -> str:
    """The query as it would be typed without one of its `Query.words`."""
    return _rewritten(query, lambda lexeme: "" if _is_of(word, lexeme) else lexeme.typed)


def with_replaced(query: Query, word: Text, new: str) -> str:
    """The query as it would be typed with ``new`` for one of its `Query.words`, in its quotes."""

    def spelled(lexeme: Lexeme) -> str:
        if not _is_of(word, lexeme):
            return lexeme.typed
        start = lexeme.end - len(lexeme.typed)
        return f"{query.typed[start : word.start]}{new}{query.typed[word.end : lexeme.end]}"

    return _rewritten(query, spelled)


def _is_of(word: Text, lexeme: Lexeme) -> bool:
    return lexeme.start <= word.start < lexeme.end


def without_fields(query: Query) -> Iterator[tuple[str, str]]:
    """The query as it would be typed without one of its fields, and that field; at last without
    all of them, if there are several."""
    words, _ = lexemes.read(query.typed)
    of_fields = [word for word in words if word.field]
    for left_out in [[word] for word in of_fields] + [of_fields] * (len(of_fields) > 1):
        kept = [word for word in words if word not in left_out]
        shorter = _rewritten(query, lambda word: word.typed if word in kept else "")  # noqa: B023
        if shorter:
            yield shorter, " ".join(word.typed for word in left_out)


def _rewritten(query: Query, spelled: Callable[[Lexeme], str]) -> str:
    """The query with each word as it is ``spelled``, without its sign; an empty one is left out."""
    words, _ = lexemes.read(query.typed)
    choices = []
    for choice in _choices(words):
        spellings = []
        for lexeme, is_negated in choice:
            if spelling := spelled(lexeme):
                sign = "-" if lexeme.is_negated else "NOT " if is_negated else ""
                spellings.append(sign + spelling)
        if spellings:
            choices.append(" OR ".join(spellings))
    return " ".join(choices)


def _choices(words: list[Lexeme]) -> list[_Choice]:
    """The words as OR and NOT bind them. Where these have nothing to bind they are words."""
    choices: list[_Choice] = []
    is_negated = is_joined = False
    for word, following in zip_longest(words, words[1:]):
        if following and word.is_or and choices:
            is_joined = True
        elif following and word.is_and and choices:
            continue
        elif following and word.is_not and not following.is_or:
            is_negated = True
        else:
            operand = _Operand(word, word.is_negated or is_negated)
            if is_joined:
                choices[-1].append(operand)
            else:
                choices.append([operand])
            is_negated = is_joined = False
    return choices


class _Reading:
    """Turns words into nodes, and collects what is to be said about the whole query."""

    def __init__(self) -> None:
        self.days = Days()
        self.notes: list[Note] = []

    def note(self, code: NoteCode, text: str) -> None:
        self.notes.append(Note(code, text[:WORD_LENGTH]))

    def choice(self, choice: _Choice) -> Node | None:
        nodes = []
        for lexeme, is_negated in choice:
            meaning = self._meaning(lexeme)
            if isinstance(meaning, Days):
                self._narrow(fields.complement(meaning) if is_negated else meaning)
                if len(choice) > 1:
                    self.note(NoteCode.DATE_IN_OR, lexeme.typed)
            elif meaning:
                nodes.append(Not(meaning) if is_negated else meaning)
        return _joined(Or, nodes) if nodes else None

    def _narrow(self, days: Days) -> None:
        self.days = self.days.narrowed_by(days)

    def _meaning(self, lexeme: Lexeme) -> Node | Days | None:
        if lexeme.field:
            if condition := fields.condition(lexeme.field, lexeme.value):
                return condition
            self.note(NoteCode.UNKNOWN_FIELD, lexeme.typed)
        elif not lexeme.is_quoted and (reference := fields.reference_at(lexeme.value)):
            if len(lexeme.value) > WORD_LENGTH:
                return reference
            text = self._text(lexeme)
            return Or((text, reference)) if text else text
        return self._text(lexeme)

    def _text(self, lexeme: Lexeme) -> Text | None:
        """The text to look for, shortened to a token's end; None if there is nothing left."""
        typed, start = lexeme.typed, lexeme.end - len(lexeme.typed)
        is_quoted = lexeme.is_quoted and not lexeme.field
        if is_quoted:
            typed, start = lexeme.value, lexeme.value_start
        folded = analyzer.fold(typed)
        if len(folded) > WORD_LENGTH:
            ends = takewhile(WORD_LENGTH.__ge__, (end for _, _, end in analyzer.spans(folded)))
            end = max(ends, default=0)
            self.note(NoteCode.WORD_TOO_LONG, typed)
            folded = folded[:end]
        phrase = analyzer.phrase(folded)
        if not phrase.tokens:
            return None
        return Text(typed, phrase, is_quoted, start, start + len(typed))


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
