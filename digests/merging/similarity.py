"""How alike two texts are, and the pairs of those that are most alike."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digests.text import fold

MOST_COMPARED = 32
"""Texts that each text is compared with, those nearest by place: more would cost their square."""
LEAST_ALIKE = 0.5
"""Texts that have as much in common are versions of one.

Different topics of one digest have at most 0.12 in common in the seed, 0.26 in `weekly`, 0.31 in
generated digests and 0.48 (99 of 100 at most 0.33) in `ainews-zh`. A topic with a new title and a
fifth of its lines replaced keeps 0.74 (median), with a third 0.62, with half of them 0.47.
"""
_LONGEST = 20_000  # characters of a text that count
_LABEL = re.compile(
    r"^[ \t]*[*+-][ \t]+(?P<bold>\*\*|__|)[ \t]*(?P<label>[^*_:：\n]{1,12}?)[ \t]*"
    r"(?:[:：][ \t]*(?P=bold)|(?P=bold)[ \t]*[:：])(?!//)",
    re.MULTILINE,
)
_WORDS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")


@dataclass(frozen=True)
class Profile:
    """How often a text has each Latin word or number, and each pair of other letters.

    Without the labels of its points, which all topics share.
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
    """What two texts have in common (Dice), from 0 to 1.

    Chinese does not part its words, but pairs of its characters are rare enough to tell texts
    apart; pairs of Latin letters are not.
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
    """Pair lefts with rights, the best score first, each once at most, from `LEAST_ALIKE` on."""
    compared = (
        (score(left, right), left, right)
        for place, left in enumerate(lefts)
        for right in _nearest(rights, place * len(rights) // len(lefts))
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
