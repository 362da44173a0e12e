"""The parts of a text that a reader searched for, and the piece that shows most of them.

Phrases are found in the folded text, where they are what `analyzer` says a match is, and marked in
the text as it is written: 強化學習 for 强化学习, ＲＡＧ for rag.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from string import punctuation
from typing import NamedTuple, TypeAlias

from digests.search.language.tokenizer import BREAK, Phrase, fold, is_chinese, run_of, spans

Pieces: TypeAlias = list[tuple[str, bool]]
"""A text in pieces, each with whether it is one of the words that were searched for."""

EXCERPT_LENGTH = 120
CUT = "…"
_LOOKED_AT = 20_000
"""Characters of a long text: if there is a match in the first of them, no more are looked at."""

# Characters that fold to one character each, whatever follows; and the rest, in clusters: what can
# merge with the character before it belongs to that (NFKC composes e + ́, ｶ + ﾞ, ᄒ + ᅡ).
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
    """True if each character of a text folds to one, wherever it stands."""
    return _ALL_PLAIN.fullmatch(text) is not None


class Match(NamedTuple):
    """A place in a text that holds the phrase of this number."""

    start: int
    end: int
    phrase: int


def marked(text: str, phrases: Sequence[Phrase]) -> Pieces:
    """Mark all matches in a text. Matches that touch are one piece."""
    return _pieces(text, matches(text, phrases), 0, len(text))


def excerpt(text: str, phrases: Sequence[Phrase], length: int = EXCERPT_LENGTH) -> Pieces:
    """At most ``length`` characters of the text, around the matches of most different phrases,
    then around most matches, then the first; its beginning where there are none."""
    return _cut(text, matches(text, phrases, enough=_LOOKED_AT), length)


def best(
    texts: Sequence[str],
    phrases: Sequence[Phrase],
    count: int = 2,
    length: int = EXCERPT_LENGTH,
) -> list[tuple[int, Pieces]]:
    """The numbers and excerpts of those texts (points, say) that show most of the phrases, the
    best first: each adds phrases to those before it, or else has most of them itself, or most
    matches, or comes first. Texts without a match are never among them."""
    found = [matches(text, phrases, enough=_LOOKED_AT) for text in texts]
    held = [{match.phrase for match in ones} for ones in found]
    left = [number for number, ones in enumerate(found) if ones]
    chosen: list[int] = []
    shown: set[int] = set()
    while left and len(chosen) < count:
        number = max(
            left, key=lambda one: (len(held[one] - shown), len(held[one]), len(found[one]), -one)
        )
        left.remove(number)
        chosen.append(number)
        shown |= held[number]
    return [(number, _cut(texts[number], found[number], length)) for number in chosen]


def matches(text: str, phrases: Sequence[Phrase], enough: int | None = None) -> list[Match]:
    """Where the text holds which phrase, by place. If there are some in the first ``enough``
    characters, those beyond are not looked for."""
    if enough is not None and enough < len(text):
        beginning = _BEFORE_HALF_A_WORD.match(text, 0, enough)
        if beginning and (found := matches(beginning[0], phrases)):
            return found
    folded = fold(text)
    found = [
        Match(start, end, number)
        for number, phrase in enumerate(phrases)
        for start, end in _places(folded, phrase)
    ]
    if found and not folds_alone(text):
        at = _origins(text)
        found = [Match(at[start][0], at[end - 1][1], number) for start, end, number in found]
    return sorted(found)


def _places(folded: str, phrase: Phrase) -> Iterator[tuple[int, int]]:
    if not phrase.tokens:
        return
    if run := run_of(phrase):
        # The tokens of a text are by definition all pairs of such a run: it is enough to find it.
        spaced = re.compile(" *".join(map(re.escape, run)))
        found = spaced.search(folded)
        while found:
            yield found.span()
            found = spaced.search(folded, found.start() + 1)
    else:
        for start, end in _blocks(folded, phrase):
            yield from _places_of_tokens(folded[start:end], start, phrase)


def _blocks(folded: str, phrase: Phrase) -> Iterator[tuple[int, int]]:
    """The words or lines with the first token, if no match goes on in the next of them; they have
    the tokens that they have in the whole text."""
    blanks = _blanks_around(phrase)
    if not blanks:
        yield 0, len(folded)
        return
    edge = re.compile("|".join(blanks))
    first = phrase.tokens[0]
    sought = first[0] if is_chinese(first) else first  # a blank may part a pair
    end = 0
    while (at := folded.find(sought, end)) >= 0:
        start = max(end, *(folded.rfind(blank, end, at) + 1 for blank in blanks))
        after = edge.search(folded, at)
        end = after.start() if after else len(folded)
        yield start, end


def _blanks_around(phrase: Phrase) -> str:
    """The blanks that no match of a phrase has inside: a line end is a `BREAK`, and a sign that
    joins words, as in ``gpt-4``, stands between them without a blank."""
    if BREAK in phrase.tokens:
        return ""
    is_one_word = len(phrase.tokens) % 2 == 1 and _JOINING.issuperset(phrase.tokens[1::2])
    return " \n" if is_one_word else "\n"


def _places_of_tokens(block: str, offset: int, phrase: Phrase) -> Iterator[tuple[int, int]]:
    *firsts, last = phrase.tokens
    found = list(spans(block))
    tokens = [token for token, _, _ in found]
    for at in range(len(tokens) - len(firsts)):
        final, start, end = found[at + len(firsts)]
        if not (final == last or (phrase.open_ended and final.startswith(last))):
            continue
        if tokens[at : at + len(firsts)] == firsts:
            end = start + len(last) if phrase.open_ended else end
            yield offset + found[at][1], offset + end


def _origins(text: str) -> list[tuple[int, int]]:
    """The place in a text of each character of its folded form."""
    places: list[tuple[int, int]] = []
    for part in _PART.finditer(text):
        if part["plain"]:
            places += ((at, at + 1) for at in range(*part.span()))
        else:
            for start, end in _clusters(text, *part.span()):
                places += [(start, end)] * len(fold(text[start:end]))
    return places


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
    """Where the matches begin and end that are best shown together."""
    best_score = (0, 0)
    place = (0, 0)
    inside: Counter[int] = Counter()
    first = 0
    for last, match in enumerate(found):
        inside[match.phrase] += 1
        while match.end - found[first].start > length and first < last:
            inside[found[first].phrase] -= 1
            first += 1
        inside = +inside
        score = (len(inside), last - first + 1)
        if score > best_score:
            best_score = score
            place = (found[first].start, match.end)
    return place


def _start_of_sentence(text: str, earliest: int, latest: int) -> int:
    """Where an excerpt may begin: with a sentence, else after a pause or a blank."""
    if earliest == 0:
        return 0
    ends = (boundary.search(text, earliest - 1, latest) for boundary in (_SENTENCE_END, _PAUSE))
    found = next(filter(None, ends), None)
    return found.end() if found else earliest


def _end_of_sentence(text: str, earliest: int, latest: int) -> int:
    """End of an excerpt: after a sentence, else a pause or a blank, if there is one in its last
    third."""
    if latest == len(text):
        return latest
    earliest = max(earliest, latest - EXCERPT_LENGTH // 3)
    sentences = [found.end() for found in _SENTENCE_END.finditer(text, earliest, latest)]
    pauses = [found.start() for found in _PAUSE.finditer(text, earliest, latest)]
    return (sentences or pauses or [latest])[-1]


def _pieces(text: str, found: Iterable[Match], start: int, end: int) -> Pieces:
    """The text from ``start`` to ``end``; their join is exactly that."""
    marks = bytearray(len(text))
    for first, last, _ in found:
        marks[first:last] = b"\1" * (last - first)
    pieces = (run.span() for run in _SAME_MARK.finditer(marks, start, end))
    return [(text[first:last], bool(marks[first])) for first, last in pieces]
