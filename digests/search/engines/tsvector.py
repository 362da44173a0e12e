"""Conversion of entries to the vectors that PostgreSQL searches, within their limits."""

from collections.abc import Iterable
from enum import IntEnum

from digests.search.engines.requests import Entry
from digests.search.engines.terms import character_term, term, terms_of_all, word_term
from digests.search.language.tokenizer import BREAK

# https://www.postgresql.org/docs/current/textsearch-limitations.html
LAST_POSITION = 16_383
POSITIONS_OF_LEXEME = 255
VECTOR_BYTES = 1 << 20

# PostgreSQL has only the weights A to D, of which D is not written; so the title comes first and
# once more, to weigh more than tags.
_WEIGHTS = ("A", "A", "A", "B", "C", "", "")


class Overflow(IntEnum):
    """The part of a text that does not fit into its vector."""

    NOTHING = 0
    BREAKS = 1
    TOKENS = 2


def vectors(entry: Entry) -> tuple[str, str, Overflow, str | None]:
    """The vectors of an entry's title and of all its texts, and what does not fit into the latter:
    then its tokens between blanks, each text on a line, too."""
    texts = [list(map(term, tokens)) for tokens in entry.texts]
    of_title = _Vector(map(character_term, entry.title_characters))
    of_title.add_text(texts[0], "A")
    characters, words = map(character_term, entry.characters), map(word_term, entry.words)
    of_all = _Vector([*terms_of_all(entry), *characters, *words])
    for tokens, weight in zip([texts[0], *texts], _WEIGHTS, strict=True):
        of_all.add_text(tokens, weight)
    lines = (f" {' '.join(tokens)} " for tokens in texts)
    all_tokens = "\n".join(lines) if of_all.overflow else None
    return str(of_title), str(of_all), of_all.overflow, all_tokens


def quoted(lexeme: str) -> str:
    """A lexeme in the syntax of both tsvector and tsquery."""
    return "'{}'".format(lexeme.replace("\\", "\\\\").replace("'", "''"))


class _Vector:
    """A tsvector that is being written, of terms without positions and of texts.

    Lexemes that do not fit are left out.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self.overflow = Overflow.NOTHING
        self._positions: dict[str, list[str]] = {}
        self._last = 0
        self._free = VECTOR_BYTES - 1
        for one in terms:
            self._list_of(one)

    def add_text(self, tokens: Iterable[str], weight: str) -> None:
        for token in tokens:
            self._last += 1
            if not self._add(token, f"{self._last}{weight}"):
                left_out = Overflow.BREAKS if token == BREAK else Overflow.TOKENS
                self.overflow = max(self.overflow, left_out)
        self._last += 1  # a gap, so that no phrase reaches into the next text

    def _add(self, token: str, position: str) -> bool:
        if self._last > LAST_POSITION:
            return False
        positions = self._list_of(token)
        if positions is None or len(positions) == POSITIONS_OF_LEXEME:
            return False
        positions.append(position)
        self._free -= 2
        return True

    def _list_of(self, lexeme: str) -> list[str] | None:
        """The positions of a lexeme; None if there is no room for one more lexeme."""
        positions = self._positions.get(lexeme)
        if positions is None:
            size = len(lexeme.encode()) + 4  # their number, and a byte that may be unused
            if size > self._free:
                return None
            self._free -= size
            positions = self._positions[lexeme] = []
        return positions

    def __str__(self) -> str:
        return " ".join(
            f"{quoted(lexeme)}:{','.join(positions)}" if positions else quoted(lexeme)
            for lexeme, positions in self._positions.items()
        )
