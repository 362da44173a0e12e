"""Similarity of texts, and a greedy pairing of the most similar ones."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digests.text import fold

# The number of texts, nearest by position, that each text is compared with.
#
# Comparing all with all would be quadratic.
MOST_COMPARED = 32
# The similarity from which on two texts count as versions of one.
#
# Measured: different topics of one digest reach at most 0.12 in the seed, 0.26 in `weekly`, 0.31 in
# generated digests and 0.48 (99 of 100 at most 0.33) in `ainews-zh`. A topic with a new title and a
# fifth of its lines replaced keeps 0.74 (median), with a third 0.62, with half of them 0.47.
LEAST_ALIKE = 0.5
_LONGEST = 20_000  # characters of a text that count
_LABEL = re.compile(
    r"^[ \t]*[*+-][ \t]+(?P<bold>\*\*|__|)[ \t]*(?P<label>[^*_:：\n]{1,12}?)[ \t]*"
    r"(?:[:：][ \t]*(?P=bold)|(?P=bold)[ \t]*[:：])(?!//)",
    re.MULTILINE,
)
_WORDS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")


@dataclass(frozen=True)
class Profile:
    """Counts of a text's Latin words, numbers and bigrams of other letters; ``size`` is their sum.

    Labels of points are left out, because all topics share them.
    """

    counts: Mapping[str, int]
    size: int


def profile(text: str) -> Profile:
    counts: Counter[str] = Counter()
    for word in _WORDS.findall(fold(_LABEL.sub("", text[:_LONGEST]))):
        counts.update([word] if word.isascii() else map("".join, pairwise(f" {word} ")))
    return Profile(counts, counts.total())


def label(text: str) -> str:
    """The label of a point; empty where there is none."""
    found = _LABEL.match(text)
    return found["label"] if found else ""


def similarity(one: Profile, other: Profile) -> float:
    """The Dice coefficient of two texts, from 0 to 1.

    Bigrams serve for Chinese, which has no blanks between words, because they are rare enough to
    tell texts apart. Bigrams of Latin letters are not, so Latin words count whole.
    """
    smaller, larger = sorted((one, other), key=lambda profile: len(profile.counts))
    counts = larger.counts
    common = sum(
        min(count, counts[piece]) for piece, count in smaller.counts.items() if piece in counts
    )
    return 2 * common / (one.size + other.size) if common else 0.0


def most_alike(
    lefts: Sequence[int], rights: Sequence[int], score: Callable[[int, int], float]
) -> dict[int, int]:
    """Pair lefts with rights greedily, best score first, each at most once, from `LEAST_ALIKE`."""
    compared = (
        (score(left, right), left, right)
        for index, left in enumerate(lefts)
        for right in _nearest(rights, index * len(rights) // len(lefts))
    )
    alike = [
        (-found, abs(r - left), left, r) for found, left, r in compared if found >= LEAST_ALIKE
    ]
    pairs: dict[int, int] = {}
    taken = set()
    for _, _, left, right in sorted(alike):
        if left not in pairs and right not in taken:
            pairs[left] = right
            taken.add(right)
    return pairs


def _nearest(rights: Sequence[int], middle: int) -> Sequence[int]:
    first = max(0, min(middle - MOST_COMPARED // 2, len(rights) - MOST_COMPARED))
    return rights[first : first + MOST_COMPARED]
