"""Marks on the phrases of a text that a reader searched for, and excerpts around them.

A match is the same as for an engine: the tokens of a phrase, one after the other, in the folded
text. It is marked in the text as written: 強化學習 for 强化学习, ＲＡＧ for rag.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from string import punctuation
from typing import NamedTuple, TypeAlias

from digests.search.language.tokenizer import (
    BREAK,
    CHINESE,
    Phrase,
    fold,
    is_chinese,
    run_of,
    spans,
)

# The pieces of a text in their order, each with True if it is marked.
Pieces: TypeAlias = list[tuple[str, bool]]

EXCERPTS = 2
EXCERPT_LENGTH = 120
CUT = "…"
# Number of characters at the beginning of a long text, or of all texts of a topic. If they have a
# match, the rest is not searched.
_LOOKED_AT = 20_000

# Stands between texts that are folded together. It folds to itself and merges with nothing.
_APART = "\0"

# Maximum length of a word whose tokens are kept, because words repeat.
_WORD = 24

# A plain character folds to one character, unless a character that is not plain follows: NFKC may
# merge that with it (e + ́, ｶ + ﾞ, ᄒ + ᅡ). So all others are folded in clusters.
_PLAIN = "\x00-\x7f\u2010-\u2016\u2018-\u2023\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc"
_PLAIN += "\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e"
_MERGING_LETTER = re.compile("[\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc]")
_ALL_PLAIN = re.compile(rf"[{_PLAIN}]*")
_PART = re.compile(rf"(?P<plain>[{_PLAIN}]+(?![^{_PLAIN}]))|[{_PLAIN}]?[^{_PLAIN}]+")

_JOINING = frozenset(punctuation) - {BREAK}
_BEFORE_HALF_A_WORD = re.compile(r".*[\s\u4e00-\u9fff]", re.DOTALL)
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+[”’」』）)\"]*\s*|\.\s+")
_SAME_MARK = re.compile(rb"\x00+|\x01+")
_PAUSE = re.compile(r"[，、：,:（(]\s*|\s+")


def folds_alone(text: str) -> bool:
    """True if each character of a text folds to exactly one."""
    return _ALL_PLAIN.fullmatch(text) is not None


class Match(NamedTuple):
    """A match of a phrase in a text. ``phrase`` is the number of the phrase."""

    start: int
    end: int
    phrase: int


def marked(text: str, phrases: Sequence[Phrase]) -> Pieces:
    """Mark all matches in a text. Matches that touch are one piece."""
    return _pieces(text, matches(text, phrases), 0, len(text))


def excerpt(text: str, phrases: Sequence[Phrase], length: int = EXCERPT_LENGTH) -> Pieces:
    """Cut ``length`` characters at most out of a text, with marks on the matches.

    The excerpt shows as many different phrases as possible, then as many matches as possible, then
    the first. It is the beginning of a text without a match.
    """
    return _cut(text, _looked_at(text, phrases).matches(), length)


def best(texts: Sequence[str], phrases: Sequence[Phrase]) -> list[tuple[int, Pieces]]:
    """Choose the best `EXCERPTS` texts, such as points of a topic, and cut an excerpt out of each.
    Returns their numbers and excerpts, the best first.

    The next text is always the one that adds most phrases to those of the texts before it. At a tie
    it is the one with most phrases, then with most matches, then the first. A text without a match
    is never chosen. Behind `_LOOKED_AT` characters with a match no text is searched.
    """
    looked_at = _looked_at_first(texts, phrases)
    found = [each.found for each in looked_at]
    held = [{match.phrase for match in ones} for ones in found]
    left = [number for number, ones in enumerate(found) if ones]
    chosen: list[int] = []
    shown: set[int] = set()
    while left and len(chosen) < EXCERPTS:
        number = max(
            left, key=lambda one: (len(held[one] - shown), len(held[one]), len(found[one]), -one)
        )
        left.remove(number)
        chosen.append(number)
        shown |= held[number]
    return [
        (number, _cut(texts[number], looked_at[number].matches(), EXCERPT_LENGTH))
        for number in chosen
    ]


def matches(text: str, phrases: Sequence[Phrase]) -> list[Match]:
    """Find all matches of the phrases, in the order of the text."""
    return _LookedAt(text, _found(fold(text), phrases)).matches()


class _LookedAt(NamedTuple):
    """A text, or the beginning of one, with the matches in its folded form."""

    text: str
    found: list[Match]

    def matches(self) -> list[Match]:
        """The matches in the text as written. This takes longer than to find them."""
        if not self.found or folds_alone(self.text):
            return sorted(self.found)
        origins = _Origins(self.text)
        return sorted(
            Match(origins.start(start), origins.end(end), phrase)
            for start, end, phrase in self.found
        )


def _looked_at(text: str, phrases: Sequence[Phrase]) -> _LookedAt:
    """Search the first `_LOOKED_AT` characters of a text, and all of it if they have no match."""
    if len(text) > _LOOKED_AT:
        beginning = _BEFORE_HALF_A_WORD.match(text, 0, _LOOKED_AT)
        if beginning and (found := _found(fold(beginning[0]), phrases)):
            return _LookedAt(beginning[0], found)
    return _LookedAt(text, _found(fold(text), phrases))


def _looked_at_first(texts: Sequence[str], phrases: Sequence[Phrase]) -> list[_LookedAt]:
    """Search texts until `_LOOKED_AT` characters have a match, all of them if none has."""
    if sum(map(len, texts)) <= _LOOKED_AT:
        pairs = zip(texts, _folded(texts), strict=True)
        return [_LookedAt(text, _found(folded, phrases)) for text, folded in pairs]
    looked_at: list[_LookedAt] = []
    characters, is_found = 0, False
    for text in texts:
        if characters > _LOOKED_AT and is_found:
            break
        looked_at.append(_looked_at(text, phrases))
        characters += len(text)
        is_found = is_found or bool(looked_at[-1].found)
    return looked_at


def _folded(texts: Sequence[str]) -> list[str]:
    """The folded forms of texts. They are folded as one text, because a topic has a dozen short
    ones."""
    folded = fold(_APART.join(texts)).split(_APART)
    return folded if len(folded) == len(texts) else list(map(fold, texts))


def _found(folded: str, phrases: Sequence[Phrase]) -> list[Match]:
    """The matches in a folded text."""
    return [
        Match(start, end, number)
        for number, phrase in enumerate(phrases)
        if all(map(folded.__contains__, _parts(phrase)))
        for start, end in _places(folded, phrase)
    ]


@lru_cache
def _parts(phrase: Phrase) -> Sequence[str]:
    """Strings that any text with a match has, in the order of the phrase. A blank may part a pair
    of Chinese characters."""
    first_of_pair = (token[0] if is_chinese(token) else token for token in phrase.tokens)
    return [part for part in first_of_pair if part != BREAK]


def _places(folded: str, phrase: Phrase) -> Iterator[tuple[int, int]]:
    if not phrase.tokens:
        return
    if spaced := _spaced_run(phrase):
        found = spaced.search(folded)
        while found:
            yield found.span()
            found = spaced.search(folded, found.start() + 1)
    else:
        for start, end in _blocks(folded, phrase):
            yield from _places_of_tokens(folded[start:end], start, phrase)


@lru_cache
def _spaced_run(phrase: Phrase) -> re.Pattern[str] | None:
    """The pattern of a phrase that is a run of Chinese: a text has its pairs as tokens exactly if
    it has the run itself."""
    run = run_of(phrase)
    return re.compile(" *".join(map(re.escape, run))) if run else None


def _blocks(folded: str, phrase: Phrase) -> Iterator[tuple[int, int]]:
    """Yield start and end of each part of a text that may hold a phrase: a word, what is between
    Chinese, a line, or all.

    No match reaches from one part into the next, and a part alone has the tokens that it has in the
    whole text. So only the parts with the first token need to be tokenized.
    """
    edge = _edge(phrase)
    if edge is None:
        yield 0, len(folded)
        return
    sought, *_ = _parts(phrase)
    end = 0
    while (start := folded.find(sought, end)) >= 0:
        after = edge.search(folded, start)
        while start > end and not edge.match(folded, start - 1):
            start -= 1
        end = after.start() if after else len(folded)
        yield start, end


@lru_cache
def _edge(phrase: Phrase) -> re.Pattern[str] | None:
    """The characters that are never inside a match of a phrase, and so divide a text into parts.

    A line end is a `BREAK`, so it can be only in a match of a phrase with a `BREAK`. A phrase of
    words that signs join, such as ``gpt-4``, has no blank in a match either. Chinese is only in a
    match of a phrase with Chinese.
    """
    if BREAK in phrase.tokens:
        return None
    is_one_word = len(phrase.tokens) % 2 == 1 and _JOINING.issuperset(phrase.tokens[1::2])
    blanks = " \n" if is_one_word else "\n"
    chinese = "" if any(map(is_chinese, phrase.tokens)) else CHINESE
    return re.compile(f"[{blanks}{chinese}]")


def _places_of_tokens(block: str, offset: int, phrase: Phrase) -> Iterator[tuple[int, int]]:
    *firsts, last = phrase.tokens
    found = _spans_of_word(block) if len(block) <= _WORD else [*spans(block)]
    tokens = [token for token, _, _ in found]
    for at in range(len(tokens) - len(firsts)):
        final, start, end = found[at + len(firsts)]
        if not (final == last or (phrase.open_ended and final.startswith(last))):
            continue
        if tokens[at : at + len(firsts)] == firsts:
            end = start + len(last) if phrase.open_ended else end
            yield offset + found[at][1], offset + end


@lru_cache(maxsize=1 << 12)
def _spans_of_word(word: str) -> Sequence[tuple[str, int, int]]:
    return [*spans(word)]


class _Origins:
    """The places in a text of the characters of its folded form."""

    def __init__(self, text: str) -> None:
        # The parts that fold alone, as places in the folded form and in the text. In a part of
        # plain characters each folds to one; else all come from the whole part.
        self._folded, self._starts, self._ends = [0], list[int](), list[int]()
        self._are_plain = list[bool]()
        for part in _PART.finditer(text):
            if part["plain"]:
                self._add(*part.span(), len(part[0]), is_plain=True)
            else:
                for start, end in _clusters(text, *part.span()):
                    self._add(start, end, len(fold(text[start:end])), is_plain=False)

    def start(self, place: int) -> int:
        """The first place in the text of a character of the folded form."""
        part = bisect_right(self._folded, place) - 1
        return self._starts[part] + self._are_plain[part] * (place - self._folded[part])

    def end(self, place: int) -> int:
        """The place in the text behind the character before a place of the folded form."""
        part = bisect_right(self._folded, place - 1) - 1
        return self._ends[part] - self._are_plain[part] * (self._folded[part + 1] - place)

    def _add(self, start: int, end: int, length: int, *, is_plain: bool) -> None:
        self._folded.append(self._folded[-1] + length)
        self._starts.append(start)
        self._ends.append(end)
        self._are_plain.append(is_plain)


def _clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for at in range(start + 1, end):
        if unicodedata.category(text[at])[0] != "M" and not _MERGING_LETTER.match(text[at]):
            yield first, at
            first = at
    yield first, end


def _cut(text: str, found: Sequence[Match], length: int) -> Pieces:
    if len(text) <= length:
        return _pieces(text, found, 0, len(text))
    first, last = _densest(found, length) if found else (0, 0)
    room = max(0, length - (last - first))
    start = _start_of_sentence(text, max(0, first - min(room, length // 3)), first)
    end = _end_of_sentence(text, last, min(len(text), start + length))
    pieces = _pieces(text, found, start, end)
    before = [(CUT, False)] if start > 0 else []
    return before + pieces + ([(CUT, False)] if end < len(text) else [])


def _densest(found: Sequence[Match], length: int) -> tuple[int, int]:
    """The start and end of the matches that are best shown together, as `excerpt` says."""
    best_score = (0, 0)
    place = (0, 0)
    inside: Counter[int] = Counter()
    first = 0
    for last, match in enumerate(found):
        inside[match.phrase] += 1
        while match.end - found[first].start > length and first < last:
            inside[found[first].phrase] -= 1
            inside = +inside
            first += 1
        score = (len(inside), last - first + 1)
        if score > best_score:
            best_score = score
            place = (found[first].start, match.end)
    return place


def _start_of_sentence(text: str, earliest: int, latest: int) -> int:
    """The start of an excerpt: the first start of a sentence between the two offsets, else the
    first end of a pause or blank, else ``earliest``."""
    if earliest == 0:
        return 0
    ends = (boundary.search(text, earliest - 1, latest) for boundary in (_SENTENCE_END, _PAUSE))
    found = next(filter(None, ends), None)
    return found.end() if found else earliest


def _end_of_sentence(text: str, earliest: int, latest: int) -> int:
    """The end of an excerpt: the last end of a sentence between the two offsets, else the last
    start of a pause or blank, else ``latest``. At most a third of an excerpt is given up for it."""
    if latest == len(text):
        return latest
    earliest = max(earliest, latest - EXCERPT_LENGTH // 3)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, earliest, latest)]
    ends = ends or [found.start() for found in _PAUSE.finditer(text, earliest, latest)]
    return ends[-1] if ends else latest


def _pieces(text: str, found: Iterable[Match], start: int, end: int) -> Pieces:
    """The pieces of a text from ``start`` to ``end``. Joined, they are exactly that part."""
    marks = bytearray(len(text))
    for first, last, _ in found:
        marks[first:last] = b"\1" * (last - first)
    pieces = map(re.Match.span, _SAME_MARK.finditer(marks, start, end))
    return [(text[first:last], marks[first] == 1) for first, last in pieces]
