"""Chinese in Latin letters: for search by sound, and for lists in one alphabet."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin

from digests.text import fold

SORT_KEY_LENGTH = 255
NO_LETTER = "#"
"""Stands for all names that begin with a digit, or have neither letters nor digits."""
_NOT_SORTED_BY = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=1 << 12)
def spelled(text: str) -> str:
    """Chinese as pinyin without tones and blanks, ü as v; a character with several readings has
    the one that is usual in its word. The rest stays as it is."""
    return "".join("".join(lazy_pinyin(text)).split())


def sort_key(name: str) -> str:
    """Where a name stands in a list: digits, then Latin letters and pinyin in one alphabet.

    It holds nothing but ``0-9a-z``, as databases order everything else differently. Signs and
    accents do not count: ``C``, ``C++`` and ``Ç`` have one key.
    """
    letters = unicodedata.normalize("NFKD", spelled(fold(name)))
    return _NOT_SORTED_BY.sub("", letters)[:SORT_KEY_LENGTH]


def initial(key: str) -> str:
    """The letter under which a sort key, or its first character, is listed: A to Z, or #."""
    return key[:1].upper() if key[:1].isalpha() else NO_LETTER
