"""Chinese in pinyin: for search by sound, and to sort Chinese and Latin names in one alphabet.

Readings come from `pinyin.txt`, which `script/tables.py` writes from pypinyin's dictionaries: the
same readings in 3 MB instead of 55, and in 20 ms instead of 150.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from digests.text import fold

SORT_KEY_LENGTH = 255
# The heading for names that begin with a digit, or have neither letters nor digits.
NO_LETTER = "#"
_NOT_SORTED_BY = re.compile(r"[^0-9a-z]+")
_LONGEST_WORD = 10

# The readings of a character in its word, the usual one first, without tones, ü as v.
Readings = Sequence[str]


@dataclass(frozen=True)
class _Table:
    """Readings of characters and words.

    ``places`` holds the index into ``readings`` for the code of each character. ``words`` holds
    the rest of all words by their first character, between blanks, and behind a ``=`` the readings
    of a word whose characters are not read as usual: ``重`` → ``" 庆=chong,qing 量 "``.
    """

    readings: Sequence[tuple[str, ...]]
    places: Sequence[int]
    words: Mapping[str, str]

    def of_character(self, character: str) -> Readings:
        code = ord(character)
        known = self.readings[self.places[code]] if code < len(self.places) else ()
        return known or (character,)

    def of_word(self, text: str, start: int) -> Sequence[Readings]:
        """The readings of the longest word that begins here; of one character if none does."""
        rests = self.words.get(text[start], "")
        for end in range(min(len(text), start + _LONGEST_WORD) if rests else 0, start + 1, -1):
            rest = text[start + 1 : end]
            if not rest.isalpha():  # the signs between words are no part of one
                continue
            if f" {rest} " in rests:
                return [self.of_character(character)[:1] for character in text[start:end]]
            _, is_irregular, behind = rests.partition(f" {rest}=")
            if is_irregular:
                return [each.split("/") for each in behind.partition(" ")[0].split(",")]
        return [self.of_character(text[start])]


@cache
def _table() -> _Table:
    source = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    characters, _, words = source.partition("\n\n")
    rows = [line.split("\t") for line in characters.splitlines() if not line.startswith("#")]
    places = array("H", bytes(2 * (1 + max(ord(max(some)) for _, some in rows))))
    for number, (_, some) in enumerate(rows, start=1):
        for character in some:
            places[ord(character)] = number
    return _Table(
        [(), *(tuple(readings.split()) for readings, _ in rows)],
        places,
        {line[0]: f" {line[2:]} " for line in words.splitlines()},
    )


def readings(text: str) -> Iterator[Readings]:
    """Yield the readings of each character of a text. One that has several gets the one that is
    usual in its word, and all of them outside of known words. What is no Chinese is its own
    reading."""
    table, at = _table(), 0
    while at < len(text):
        of_word = table.of_word(text, at)
        yield from of_word
        at += len(of_word)


@lru_cache(maxsize=1 << 12)
def spelled(text: str) -> str:
    """Transcribe Chinese into pinyin without tones and blanks, ü as v; the rest stays.

    A character with several readings gets the one that is usual in its word.
    """
    return "".join("".join(each[0] for each in readings(text)).split())


def sort_key(name: str) -> str:
    """A key by which names sort: digits, then Latin letters and pinyin in one alphabet.

    Keys consist of ``0-9a-z``, because databases sort other characters differently. Signs and
    accents are dropped: ``C``, ``C++`` and ``Ç`` have one key.
    """
    letters = unicodedata.normalize("NFKD", spelled(fold(name)))
    return _NOT_SORTED_BY.sub("", letters)[:SORT_KEY_LENGTH]


def initial(key: str) -> str:
    """The heading of a sort key, or of its first character, in an index: A to Z, or #."""
    return key[:1].upper() if key[:1].isalpha() else NO_LETTER
