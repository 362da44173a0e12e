"""Spelling corrections for queries that find nothing, from the words of topics.

A correction differs by a letter or two, is Chinese for typed pinyin, or sounds the same.
`SearchWord` has the words; `known_words` reads all that are needed in one query.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache, reduce
from itertools import groupby, islice, product
from math import log
from operator import ne, or_
from typing import NamedTuple

from django.db.models import Q
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from digests import text
from digests.grouping import grouped
from digests.models import SearchWord
from digests.pinyin import readings, spelled
from digests.search.language.glued import QUESTION_WORDS
from digests.search.language.tokenizer import in_order, is_chinese, latin_words, words

CORRECTIONS = 3
RAREST_WORDS = 12

_SOUND_LENGTH = 255
# Words of up to this length may differ by one letter, longer ones by two.
_SHORT = 4
# Maximum length of a word that is corrected.
_LONGEST = 32
# Lengths of the parts of a Chinese run that are tried as one misspelt word.
_WINDOWS = (2, 3, 4)
_READINGS = 16
# Lengths of Chinese words that a segmentation may have cut through.
_UNCUT = (2, 3)
_PINYIN = re.compile(r"[a-z]+(?:'[a-z]+)*")
_DIGITS = re.compile(r"\d+")
_ENGLISH = re.compile(r"[a-z]{3,}(?:'s?)?")


def sound(word: str) -> str:
    """The pinyin of a Chinese word without tones and blanks, ü as v; empty for a word without
    Chinese.

    A character with several readings has the usual one in this word. Other letters stay as they
    are.
    """
    if not any(map(is_chinese, word)):
        return ""
    return spelled(word)[:_SOUND_LENGTH]


class KnownWords:
    """Words that `known_words` has read; ``counts`` are their numbers of topics."""

    def __init__(self, rows: Iterable[tuple[str, str, int]] = ()) -> None:
        ordered = sorted(rows, key=lambda row: (-row[2], row[0]))
        self.counts = {word: count for word, _, count in ordered}
        self._by_sound = grouped((heard, (word, count)) for word, heard, count in ordered)

    def sounding(self, heard: str) -> list[tuple[str, int]]:
        """Words with this sound and their numbers of topics, the most frequent first."""
        return self._by_sound.get(heard, [])


def known_words(corrected: Iterable[str]) -> KnownWords:
    """Read the words that `corrections` needs for these folded words. One query."""
    wanted, sounds, near = set[str](), set[str](), list[Q]()
    for word in filter(_is_correctable, corrected):
        chinese, others = _parts(word)
        sounds.update(heard for _, window in _windows(chinese) for heard in _readings(window))
        sounds |= _sounds_in(others)
        wanted |= set(forms_of(others))
        near += _near(others)
    which = reduce(or_, near, Q(word__in=wanted) | Q(pinyin__in=sounds - {""}))
    return KnownWords(SearchWord.objects.filter(which).values_list("word", "pinyin", "topic_count"))


def topic_counts(folded: Iterable[str]) -> dict[str, int]:
    """The numbers of topics with these words, of those that any topic has. One query."""
    wanted = filter(str.isprintable, folded)  # NUL is no text for PostgreSQL
    known = SearchWord.objects.filter(word__in=set(wanted))
    return dict(known.values_list("word", "topic_count"))


def _near(word: str) -> list[Q]:
    """Conditions for words with the same beginning or end; the database has an index for each."""
    most = _most_wrong(word)
    ends = {"first": word[0], "last": word[-1]} if len(word) > 2 else {}
    lengths = (len(word) - most, len(word) + most)
    return [Q((end, letter), length__range=lengths) for end, letter in ends.items()]


def _most_wrong(word: str) -> int:
    return 1 if len(word) <= _SHORT else 2


def _is_correctable(word: str) -> bool:
    return len(word) <= _LONGEST and word.isprintable()


def _parts(word: str) -> tuple[str, str]:
    """The longest Chinese part and the longest other part."""
    parts = ["".join(part) for _, part in groupby(word, is_chinese)]
    others = (part for part in parts if not is_chinese(part))
    return max(filter(is_chinese, parts), key=len, default=""), max(others, key=len, default="")


def corrections(word: str, known: KnownWords, limit: int = CORRECTIONS) -> list[str]:
    """Corrections of a folded word, the best first.

    In a word of Chinese and Latin the Chinese is corrected, or the Latin if that is not possible.
    """
    if not _is_correctable(word):
        return []
    chinese, others = _parts(word)
    for part, corrected in ((chinese, _same_sound), (others, _other_spellings)):
        found = dict.fromkeys(word.replace(part, one, 1) for one in corrected(part, known))
        if found:
            return [one for one in found if one != word][:limit]
    return []


def words_of(folded: str) -> list[str]:
    """The words of a folded query in their order."""
    return in_order(words(folded) | latin_words(folded), folded)


def possible_words(folded: str) -> list[str]:
    """The words of a folded query, and other parts of its Chinese that may be words, because a
    segmentation can cut through a word: 贴对 and 血 for 贴 and 对血."""
    return [*words_of(folded), *_parts_between(folded, ())]


def rarest(folded: str, counts: Mapping[str, int]) -> dict[str, int]:
    """The rarest words of a query that topics have, with their numbers of topics, the rarest first.
    Question words are left out unless there are no others.

    ``counts``: the numbers of topics with its `possible_words`. Between the words that topics have,
    other parts are words too if topics have them.
    """
    held = list(filter(counts.get, words_of(folded)))
    known = list(dict.fromkeys([*held, *filter(counts.get, _parts_between(folded, held))]))
    telling = [word for word in known if word not in QUESTION_WORDS] or known
    return {word: counts[word] for word in sorted(telling, key=counts.__getitem__)[:RAREST_WORDS]}


def _parts_between(folded: str, known: Container[str]) -> Iterator[str]:
    """The parts of a text's Chinese that share no character with ``known`` words, as short as most
    words are."""
    runs = ("".join(part) for chinese, part in groupby(folded, is_chinese) if chinese)
    pieces = (piece for run in runs for piece in (*text.cut(run), " "))
    for rest in "".join(" " if piece in known else piece for piece in pieces).split():
        for size in _UNCUT:
            yield from (rest[at : at + size] for at in range(len(rest) - size + 1))


def _other_spellings(word: str, known: KnownWords) -> Iterator[str]:
    """Corrections of a Latin word: other forms of it, Chinese of which it is the pinyin, and
    similar words."""
    if len(word) < 2:
        return
    counts = known.counts
    forms = (form for form in forms_of(word) if form in counts)
    yield from sorted(forms, key=lambda form: -counts[form])
    yield from _spelled_out(word, known)
    if len(word) > 2:
        yield from _similar(word, counts)


def _similar(word: str, counts: Mapping[str, int]) -> list[str]:
    """The words with the same digits, and the same beginning or end, the nearest first."""
    digits, distance = _DIGITS.findall(word), DamerauLevenshtein.distance
    candidates = [one for one in counts if one[0] == word[0] or one[-1] == word[-1]]
    near = process.extract(
        word, candidates, scorer=distance, score_cutoff=_most_wrong(word), limit=None
    )
    ranked = sorted(
        (wrong, -counts[other] * _likelihood(word, other), other)
        for other, wrong, _ in near
        if other != word and _DIGITS.findall(other) == digits
    )
    return [other for _, _, other in ranked]


def _likelihood(typed: str, meant: str) -> float:
    """The likelihood of a typing error, relative to others at the same distance.

    A word has few letters that can be left out or swapped, so each of these errors is likely. A
    wrong or additional letter may be any letter, so each of these is less likely.
    """
    is_swapped = sorted(typed) == sorted(meant)
    return 1 if is_swapped or len(typed) < len(meant) else 1 / 8


def forms_of(word: str) -> Iterator[str]:
    """Yield possible plurals and singulars of an English word. A possessive ending is dropped."""
    if not _ENGLISH.fullmatch(word):
        return
    stem = re.sub(r"'s?$", "", word)
    if stem != word:
        yield stem
    if stem.endswith("ies"):
        yield f"{stem[:-3]}y"
    if stem.endswith("es"):
        yield stem[:-2]
    if stem.endswith("s") and not stem.endswith("ss"):
        yield stem[:-1]
    elif re.search(r"[^aeiou]y$", stem):
        yield f"{stem[:-1]}ies"
    else:
        yield f"{stem}es" if re.search(r"(?:[sxz]|ch|sh)$", stem) else f"{stem}s"


def _sounds_in(word: str) -> set[str]:
    """The parts of a word that may be pinyin, if the whole word is pinyin."""
    if not _PINYIN.fullmatch(word):
        return set()
    letters = word.replace("'", "")
    return {
        letters[start:end] for end in range(len(letters) + 1) for start in range(max(0, end - 1))
    }


def _spelled_out(word: str, known: KnownWords) -> Iterator[str]:
    """Chinese words with this pinyin: one word, or several in a row."""
    sounds = {heard: found for heard in _sounds_in(word) if (found := known.sounding(heard))}
    if not sounds:
        return
    letters = word.replace("'", "")
    yield from (one for one, _ in sounds.get(letters, ()))
    # Best reading of the first letters: number of words, negative frequency, the words.
    readings: dict[int, tuple[int, float, tuple[str, ...]]] = {0: (0, 0, ())}
    for end in range(1, len(letters) + 1):
        possible = [
            (count + 1, rarity - _log_count(sounds[part][0]), (*heard, part))
            for start, (count, rarity, heard) in readings.items()
            if (part := letters[start:end]) in sounds and part != letters
        ]
        if possible:
            readings[end] = min(possible, key=lambda reading: reading[:2])
    if len(letters) in readings:
        choices = [sounds[part][:2] for part in readings[len(letters)][-1]]
        for chosen in sorted(product(*choices), key=lambda ones: -sum(map(_log_count, ones))):
            yield "".join(one for one, _ in chosen)


def _log_count(word: tuple[str, int]) -> float:
    return log(1 + word[1])


class _Replacement(NamedTuple):
    """A replacement for a part of a Chinese run, from ``start`` on; ``changed`` characters
    differ."""

    splits_word: bool
    replaces_known: bool
    changed: int
    start: int
    word: str
    topics: int


def _rank(one: _Replacement) -> tuple[object, ...]:
    """Sort key: replacements that split no word of the run, then those that replace no known word,
    then by length of the word, fewest changes, and frequency."""
    return one.splits_word, one.replaces_known, -len(one.word), one.changed, -one.topics


def _same_sound(run: str, known: KnownWords) -> Iterator[str]:
    """Replace parts of a run by more frequent words of the same sound: first as many parts as
    possible, then one at a time."""
    replacements = sorted(_replacements(run, known), key=_rank)
    combined = run
    taken: set[int] = set()
    for one in replacements:
        places = set(range(one.start, one.start + len(one.word)))
        if not places & taken and not one.splits_word:
            combined = _replaced(combined, one)
            taken |= places
    if taken:
        yield combined
    for one in replacements:
        yield _replaced(run, one)


def _replaced(run: str, one: _Replacement) -> str:
    return run[: one.start] + one.word + run[one.start + len(one.word) :]


def _windows(run: str) -> list[tuple[int, str]]:
    """Parts of a Chinese run that may be one misspelt word, with their offsets."""
    sizes = [*_WINDOWS, len(run)] if len(run) > _WINDOWS[-1] else _WINDOWS
    return [
        (start, run[start : start + size]) for size in sizes for start in range(len(run) - size + 1)
    ]


def _replacements(run: str, known: KnownWords) -> Iterator[_Replacement]:
    edges = {0}
    for word in text.cut(run):
        edges.add(max(edges) + len(word))
    for start, window in _windows(run):
        alike = {
            word: count for heard in _readings(window) for word, count in known.sounding(heard)
        }
        splits_word = not {start, start + len(window)} <= edges
        topics = alike.pop(window, 0)
        for word, count in alike.items():
            if len(word) == len(window) and count > topics:
                changed = sum(map(ne, word, window))
                yield _Replacement(splits_word, topics > 0, changed, start, word, count)


@lru_cache(maxsize=1 << 12)
def _readings(window: str) -> tuple[str, ...]:
    """The sounds of a misspelt word: 便 is also read pian, but only as a part of 便宜."""
    spellings = map("".join, islice(product(*readings(window)), _READINGS))
    return tuple({sound(window): None} | dict.fromkeys(spellings))
