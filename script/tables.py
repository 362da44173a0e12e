#!/usr/bin/env python
"""Write the tables of Chinese that the site reads: `digests/pinyin.txt` from pypinyin's
dictionaries, and `digests/search/language/simplified.txt` from OpenCC's.

    script/tables.py

The site needs a thirtieth of what these libraries keep in memory. Run it after an upgrade of one
of them; the tests compare the tables with the libraries.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import opencc
from pypinyin import Style, pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT, RE_HANS

ROOT = Path(__file__).resolve().parent.parent
PINYIN = ROOT / "digests/pinyin.txt"
SIMPLIFIED = ROOT / "digests/search/language/simplified.txt"
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))


def readings(text: str) -> list[list[str]]:
    """The readings of each character as pypinyin tells them, the usual one first."""
    return pinyin(text, style=Style.NORMAL, heteronym=True)


def pinyin_lines() -> Iterator[str]:
    yield "# Readings and their characters; an empty line; first characters and the rest of words."
    yield "# By script/tables.py from pypinyin (MIT), https://github.com/mozillazg/python-pinyin"
    usual: dict[str, str] = {}
    characters: defaultdict[str, list[str]] = defaultdict(list)
    for code in sorted(PINYIN_DICT):
        character = chr(code)
        (of_character,) = readings(character)
        if RE_HANS.match(character):
            usual[character] = of_character[0]
            characters[" ".join(of_character)].append(character)
    for read_so in sorted(characters):
        yield f"{read_so}\t{''.join(characters[read_so])}"
    yield ""
    words: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(PHRASES_DICT):
        if len(word) > 1 and RE_HANS.match(word):
            of_word = readings(word)
            is_regular = of_word == [[usual[character]] for character in word]
            spelled = "" if is_regular else "=" + ",".join(map("/".join, of_word))
            words[word[0]].append(f"{word[1:]}{spelled}")
    for first, rests in words.items():
        yield f"{first}\t{' '.join(rests)}"


def simplified_lines() -> list[str]:
    """Traditional characters, and below each its simplified one."""
    characters = [chr(code) for first, end in _IDEOGRAPHS for code in range(first, end)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = {old: new for old, new in zip(characters, simplified, strict=True) if old != new}
    # 薴 becomes 苧, which is itself traditional for 苎.
    return ["".join(pairs), "".join(pairs.get(new, new) for new in pairs.values())]


def main() -> None:
    for file, lines in ((PINYIN, pinyin_lines()), (SIMPLIFIED, simplified_lines())):
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
