"""The sentence around a link, as plain text: how a text that cites something speaks of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice

from digests.rendering.plain_text import visible_text

LENGTH = 240
"""Characters of a sentence, about; of a longer one what stands nearest to the link."""

_WINDOW = LENGTH + 1  # what is longer is cut, wherever it ends
_MOST_LINKS = 50

_LINK = re.compile(
    r"<a (?P<attributes>(?:[^<>\"]|\"[^\"]*\")*)>(?P<words>.*?)</a>", re.IGNORECASE | re.DOTALL
)
_HREF = re.compile(r"(?:^|\s)href=\"(?P<url>[^\"]*)\"")
_OPEN, _CLOSE = "\x02", "\x03"  # stored HTML has no control characters: its parser drops them
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}\n]*){_CLOSE}")

# With the quotes and brackets that close with it. A Latin sign ends nothing within a word.
_END = re.compile(r"[。！？]+[”’」』）)\"]*|[.!?]+[\"”’)\]]*(?=\s)|[!?]+(?=[\u3400-\u9fff])")
_BEFORE_WORD = re.compile(r"[\s(（]")
_ABBREVIATIONS = frozenset([
    "al", "approx", "ca", "cf", "ch", "dr", "e.g", "eq", "eqs", "et", "etc", "fig", "figs", "i.e",
    "mr", "mrs", "ms", "pp", "prof", "sec", "st", "vol", "vs",
])  # fmt: skip
_LONGEST = 8


@dataclass(frozen=True)
class Sentence:
    """``link`` are the words of the link in it."""

    before: str
    link: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.link}{self.after}"


def sentences_linking(html: str, url: str) -> Iterator[Sentence]:
    """Those of stored HTML with a link to ``url``, in their order; each once.

    Of a text that links to it again and again, the first links count.
    """

    def marked(link: re.Match[str]) -> str:
        href = _HREF.search(link["attributes"])
        if href is None or unescape(href["url"]) != url:
            return link[0]
        return f"{_OPEN}{link['words']}{_CLOSE}"

    text = visible_text(_LINK.sub(marked, html.translate(_MARKS)))
    seen = set()
    for link in islice(_MARKED.finditer(text), _MOST_LINKS):
        start, end = link.span()
        before = text[max(0, start - _WINDOW) : start].rpartition("\n")[2].translate(_MARKS)
        after = text[end : end + _WINDOW].partition("\n")[0].translate(_MARKS)
        sentence = _around(before, link[1], after)
        if str(sentence) not in seen:
            seen.add(str(sentence))
            yield sentence


def _around(before: str, link: str, after: str) -> Sentence:
    starts = [0, *_ends(before)]
    after = after[: next(_ends(after), len(after))]
    start = starts[-1]
    if not _says_something(before[start:] + after) and len(starts) > 1:
        start = starts[-2]  # a link behind the full stop belongs to what was said before it
    return _cut(before[start:].lstrip(), link, after.rstrip())


def _ends(text: str) -> Iterator[int]:
    return (end.end() for end in _END.finditer(text) if not _is_within(text, end.start()))


def _is_within(text: str, at: int) -> bool:
    """Whether a dot there is part of an abbreviation, an initial, or the number of an item."""
    if text[at] != ".":
        return False
    start = max(0, at - _LONGEST)
    word = _BEFORE_WORD.split(text[start:at])[-1].lower()
    is_number = start == 0 and word.isdigit() and text[:at].strip() == word
    return word in _ABBREVIATIONS or is_number or (len(word) == 1 and word.isalpha())


def _says_something(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _cut(before: str, link: str, after: str) -> Sentence:
    if len(link) > LENGTH:
        link = f"{link[: LENGTH - 1].rstrip()}…"
    room = LENGTH - len(link)
    behind = max(room // 2, room - len(before))
    ahead = max(room - room // 2, room - len(after))
    if len(before) > ahead:
        before = f"…{_from_a_word(before[len(before) - ahead :])}"
    if len(after) > behind:
        after = f"{_from_a_word(after[behind - 1 :: -1])[::-1] if behind else ''}…"
    return Sentence(before, link, after)


def _from_a_word(text: str) -> str:
    """Without the rest of a Latin word that it begins in."""
    return re.sub(r"\A[a-zA-Z0-9-]{1,20}(?=\s)", "", text).lstrip()
