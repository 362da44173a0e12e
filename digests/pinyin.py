"""Chinese in pinyin: for search by sound, and to sort Chinese and Latin names in one alphabet."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin

from digests.text import fold

SORT_KEY_LENGTH = 255
# The heading for names that begin with a digit, or have neither letters nor digits.
NO_LETTER = "#"
_NOT_SORTED_BY = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=1 << 12)
def spelled(text: str) -> str:
    """Transcribe Chinese into pinyin without tones and blanks, ü as v; the rest stays.

    A character with several readings gets the one that is usual in its word.
    """
    return "".join("".join(lazy_pinyin(text)).split())


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
