"""Which block of one text is which of another."""

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter

from digests.merging.blocks import Block
from digests.merging.sequences import longest_increasing
from digests.merging.similarity import LEAST_ALIKE, Profile, most_alike, profile, similarity

_LABEL = re.compile(r"[^:：\n]{1,60}[:：](?!//)")
_AROUND_A_LABEL = " \t*_+-:："

Pairs = dict[int, int]
"""Indexes of blocks of one text → of another, each at most once."""


def align(lefts: Sequence[Block], rights: Sequence[Block]) -> Pairs:
    """Pair the blocks of two texts, whatever moved or was changed.

    Their first blocks, which hold what stands before any other, always are a pair.
    """
    return _Alignment(lefts, rights).pair()


def align_added(
    lefts: Sequence[Block],
    rights: Sequence[Block],
    left_known: Sequence[Hashable | None],
    right_known: Sequence[Hashable | None],
) -> Pairs:
    """Pair what two texts added to a third: equal blocks, and versions of one at the same place.

    ``left_known`` are the identities of the blocks, None for those that were added.
    """
    left_texts, right_texts = _Texts(lefts), _Texts(rights)
    left_places, right_places = _places(lefts, left_known), _places(rights, right_known)
    pairs = _pair_equals(
        left_places,
        right_places,
        lambda left: (left_places[left][1], lefts[left].text),
        lambda right: (right_places[right][1], rights[right].text),
    )
    taken = set(pairs.values())
    there = _by(right_places.keys() - taken, right_places.__getitem__)
    for place, here in _by(left_places.keys() - pairs.keys(), left_places.__getitem__).items():
        pairs |= most_alike(
            here,
            there.get(place, []),
            lambda left, right: _likeness(left_texts, left, right_texts, right),
            LEAST_ALIKE,
        )
    return pairs


def _places(
    blocks: Sequence[Block], known: Sequence[Hashable | None]
) -> dict[int, tuple[Hashable, Hashable]]:
    """Of each added block: the last known one before it, and the known one that it stands in."""
    places: dict[int, tuple[Hashable, Hashable]] = {}
    last: Hashable = None
    for index, (block, identity) in enumerate(zip(blocks, known, strict=True)):
        if identity is not None:
            last = identity
        else:
            outer = "" if block.parent is None else known[block.parent]
            places[index] = last, outer
    return places


def _by(indexes: Iterable[int], trait: Callable[[int], Hashable]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index in sorted(indexes):
        groups[trait(index)].append(index)
    return groups


def _pair_equals(
    lefts: Iterable[int],
    rights: Iterable[int],
    left_trait: Callable[[int], Hashable],
    right_trait: Callable[[int], Hashable],
) -> Pairs:
    """Pair what is equal in a trait: the first with the first, and so on."""
    waiting = _by(rights, right_trait)
    return {
        left: right
        for trait, found in _by(lefts, left_trait).items()
        for left, right in zip(found, waiting.get(trait, ()), strict=False)
    }


class _Texts:
    """Blocks with what is looked up of them again and again."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self._profiles: dict[int, Profile] = {}

    def text(self, index: int) -> str | None:
        return self.blocks[index].text if 0 <= index < len(self.blocks) else None

    def outer(self, index: int) -> str | None:
        parent = self.blocks[index].parent
        return None if parent is None else self.blocks[parent].text

    def label(self, index: int) -> str:
        found = _LABEL.match(self.blocks[index].text)
        return found.group().strip(_AROUND_A_LABEL) if found else ""

    def profile(self, index: int) -> Profile:
        if index not in self._profiles:
            self._profiles[index] = profile(self.blocks[index].text)
        return self._profiles[index]


def _similarity(lefts: _Texts, left: int, rights: _Texts, right: int) -> float:
    return similarity(lefts.profile(left), rights.profile(right))


def _likeness(lefts: _Texts, left: int, rights: _Texts, right: int) -> float:
    """The similarity of two blocks at one place, where an equal label is enough."""
    found = _similarity(lefts, left, rights, right)
    label = lefts.label(left)
    is_same = label != "" and label == rights.label(right)
    return LEAST_ALIKE + found / 2 if is_same else found


_Trait = Callable[[_Texts, int], Hashable]
_TRAITS: list[_Trait] = [
    # Repeated blocks are told apart by their neighbours, then by what they stand in.
    lambda texts, index: (texts.text(index - 1), texts.text(index), texts.text(index + 1)),
    lambda texts, index: (texts.text(index - 1), texts.text(index)),
    lambda texts, index: (texts.text(index), texts.text(index + 1)),
    lambda texts, index: (texts.outer(index), texts.text(index)),
    lambda texts, index: texts.text(index),
]


class _Alignment:
    def __init__(self, lefts: Sequence[Block], rights: Sequence[Block]) -> None:
        self.lefts, self.rights = _Texts(lefts), _Texts(rights)
        self.pairs: Pairs = {0: 0}
        self.taken = {0}

    def pair(self) -> Pairs:
        self._pair_ends()
        for trait in _TRAITS:
            left_trait, right_trait = partial(trait, self.lefts), partial(trait, self.rights)
            self._add(_pair_equals(*self._free(), left_trait, right_trait))
        for lefts, rights in self._gaps():
            self._add(most_alike(lefts, rights, self._likeness, LEAST_ALIKE))
            self._pair_last(lefts, rights)
        self._add(most_alike(*self._free(), self._similarity, LEAST_ALIKE))
        return self.pairs

    def _likeness(self, left: int, right: int) -> float:
        return _likeness(self.lefts, left, self.rights, right)

    def _similarity(self, left: int, right: int) -> float:
        return _similarity(self.lefts, left, self.rights, right)

    def _add(self, pairs: Pairs) -> None:
        self.pairs |= pairs
        self.taken.update(pairs.values())

    def _free(self) -> tuple[list[int], list[int]]:
        lefts = [index for index in range(len(self.lefts.blocks)) if index not in self.pairs]
        rights = [index for index in range(len(self.rights.blocks)) if index not in self.taken]
        return lefts, rights

    def _pair_ends(self) -> None:
        lefts, rights = self.lefts.blocks, self.rights.blocks
        shorter = min(len(lefts), len(rights))
        first = 1
        while first < shorter and lefts[first].text == rights[first].text:
            self._add({first: first})
            first += 1
        last = 1
        while last <= shorter - first and lefts[-last].text == rights[-last].text:
            self._add({len(lefts) - last: len(rights) - last})
            last += 1

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """What is free on both sides between two pairs that kept their order."""
        pairs = sorted(self.pairs.items())
        staying = [pairs[place] for place in longest_increasing([right for _, right in pairs])]
        lefts, rights = self._free()
        left_gaps = _by(lefts, lambda left: bisect(staying, left, key=itemgetter(0)))
        right_gaps = _by(rights, lambda right: bisect(staying, right, key=itemgetter(1)))
        for gap, here in left_gaps.items():
            if there := right_gaps.get(gap):
                yield here, there

    def _pair_last(self, lefts: Sequence[int], rights: Sequence[int]) -> None:
        """A block that alone took the place of another is a version of it."""
        lefts = [left for left in lefts if left not in self.pairs]
        rights = [right for right in rights if right not in self.taken]
        if len(lefts) == len(rights) == 1:
            self._add({lefts[0]: rights[0]})
