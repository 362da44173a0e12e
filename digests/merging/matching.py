"""Matching of sections between a new file and the last import of it.

Sections are matched by text, then by title, then by similarity. Their numbers are ignored, because
they repeat and shift.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

from digests.merging.similarity import Profile, most_alike, profile, similarity


class Section(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True)
class Matching:
    """The base index of each of their sections, None for a new one; ``gone``: base indexes left."""

    base_of: tuple[int | None, ...]
    gone: tuple[int, ...]


_TRAITS: list[Callable[[Section], Hashable]] = [
    lambda section: (section.title, section.body),
    lambda section: section.body.strip(),
    lambda section: section.title,
]


def match(
    theirs: Sequence[Section], base: Sequence[Section], ours: Sequence[Section | None]
) -> Matching:
    """Pair the sections of a new file with those of the last one, each at most once.

    ``ours[i]`` is the present state of ``base[i]``, None if it was deleted. It is compared as well,
    because a file may be an export, with an editor's changes in it.
    """
    base_of: list[int | None] = [None] * len(theirs)
    free = dict.fromkeys(range(len(base)))
    for trait, known in product(_TRAITS, (base, ours)):
        waiting: dict[Hashable, list[int]] = {}
        for index in free:
            section = known[index]
            if section is not None:
                waiting.setdefault(trait(section), []).append(index)
        unpaired = (s for s, found in zip(theirs, base_of, strict=True) if found is None)
        wanted = Counter(trait(section) for section in unpaired)
        for position, section in enumerate(theirs):
            value = trait(section)
            candidates = waiting.get(value, [])
            if base_of[position] is not None or value == "" or not candidates:
                continue
            if len(candidates) > wanted[value]:
                # There are more equal sections than wanted: prefer those that were neither edited
                # nor deleted, as they are the likeliest to be still in the file.
                candidates.sort(key=lambda i: (our := ours[i]) is None or trait(our) != value)
            base_of[position] = found = candidates.pop(0)
            del free[found]
    for position, found in _alike(theirs, base, ours, base_of, list(free)).items():
        base_of[position] = found
        del free[found]
    return Matching(tuple(base_of), tuple(free))


def _alike(
    theirs: Sequence[Section],
    base: Sequence[Section],
    ours: Sequence[Section | None],
    base_of: Sequence[int | None],
    free: Sequence[int],
) -> dict[int, int]:
    """Pair the remaining sections by similarity: positions in the new file to base indexes."""
    unpaired = [position for position, found in enumerate(base_of) if found is None]
    if not unpaired or not free:
        return {}
    new = {position: _profile(theirs[position]) for position in unpaired}
    known = {
        index: [_profile(section) for section in (base[index], ours[index]) if section is not None]
        for index in free
    }
    return most_alike(
        unpaired,
        free,
        lambda position, index: max(similarity(new[position], old) for old in known[index]),
    )


def _profile(section: Section) -> Profile:
    return profile(f"{section.title}\n{section.body}")
