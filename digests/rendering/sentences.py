"""Sentences around links, as plain text, which show how a text speaks of what it cites."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from digests.rendering.plain_text import Link, LinkedText

# Approximate maximum number of characters of a sentence. A longer one is cut around the link.
LENGTH = 240

_WINDOW = LENGTH + 1  # a longer sentence is cut, wherever it ends
_MOST_LINKS = 50
# Maximum number of sentences that a page shows of one text.
MOST_SENTENCES = 3

# The end includes closing quotes and brackets. A Latin sign within a word ends no sentence.
_END = re.compile(r"[。！？]+[”’」』）)\"]*|[.!?]+[\"”’)\]]*(?=\s)|[!?]+(?=[\u3400-\u9fff])")
_BEFORE_WORD = re.compile(r"[\s(（]")
_ABBREVIATIONS = frozenset([
    "al", "approx", "ca", "cf", "ch", "dr", "e.g", "eq", "eqs", "et", "etc", "fig", "figs", "i.e",
    "mr", "mrs", "ms", "pp", "prof", "sec", "st", "vol", "vs",
])  # fmt: skip
_LONGEST = 8


class Sentence(NamedTuple):
    """A sentence in three pieces: before the link, the text of the link, after it."""

    before: str
    link: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.link}{self.after}"


def sentences_by_url(
    texts: Iterable[LinkedText], urls: Container[str]
) -> dict[str, list[Sentence]]:
    """Find the sentences with a link to each of ``urls``, in their order, without repetitions, at
    most three.

    Only the first 50 links of a text to the same address count.
    """
    found: dict[str, dict[str, Sentence]] = {}
    looked_at: Counter[str] = Counter()
    linked = ((source.text, link) for source in texts for link in source.links)
    for text, link in linked:
        sentences = found.setdefault(link.url, {}) if link.url in urls else None
        if sentences is None or len(sentences) == MOST_SENTENCES:
            continue
        looked_at[link.url] += 1
        if looked_at[link.url] <= _MOST_LINKS:
            sentence = _sentence(text, link)
            sentences.setdefault(str(sentence), sentence)
    return {url: list(sentences.values()) for url, sentences in found.items()}


def _sentence(text: str, link: Link) -> Sentence:
    before = text[max(0, link.start - _WINDOW) : link.start].rpartition("\n")[2]
    words, line_end, _ = text[link.start : link.end].partition("\n")  # raw HTML may go on below
    after = "" if line_end else text[link.end : link.end + _WINDOW].partition("\n")[0]
    after = after[: next(_ends(after), len(after))]
    starts = [0, *_ends(before)]
    start = starts[-1]
    if len(starts) > 1 and not any(map(str.isalnum, before[start:] + after)):
        start = starts[-2]  # a link behind the full stop belongs to the sentence before it
    return _cut(before[start:].lstrip(), words, after.rstrip())


def _ends(text: str) -> Iterator[int]:
    return (end.end() for end in _END.finditer(text) if not _is_within(text, end.start()))


def _is_within(text: str, at: int) -> bool:
    """True if the dot belongs to an abbreviation, an initial or an item's number."""
    if text[at] != ".":
        return False
    start = max(0, at - _LONGEST)
    word = _BEFORE_WORD.split(text[start:at])[-1].lower()
    is_number = start == 0 and word.isdigit() and text[:at].strip() == word
    return word in _ABBREVIATIONS or is_number or (len(word) == 1 and word.isalpha())


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
    """The text without a Latin word that is cut at its start."""
    return re.sub(r"\A[a-zA-Z0-9-]{1,20}(?=\s)", "", text).lstrip()
