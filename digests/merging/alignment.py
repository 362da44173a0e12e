"""Alignment of the blocks of two texts: pairs of blocks that are versions of each other."""

from bisect import bisect
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache, partial
from operator import itemgetter

from digests.grouping import grouped_by
from digests.merging.blocks import Block
from digests.merging.sequences import longest_increasing
from digests.merging.similarity import LEAST_ALIKE, label, most_alike, profile, similarity

# Maps indexes of blocks in one text to indexes in another, each at most once.
Pairs = dict[int, int]


def align(lefts: Sequence[Block], rights: Sequence[Block]) -> Pairs:
    """Pair the blocks of two texts, also those that were moved or changed.

    The first blocks, which hold the text before any other block, are always a pair.
    """
    return _Alignment(lefts, rights).pair()


def align_added(
    lefts: Sequence[Block],
    rights: Sequence[Block],
    left_known: Sequence[Hashable | None],
    right_known: Sequence[Hashable | None],
) -> Pairs:
    """Pair the blocks that two texts added to a third one.

    Equal blocks within the same list item are a pair, and similar blocks with the same context.
    ``left_known`` and ``right_known`` give the identity of each block, None for an added one.
    """
    left_contexts, right_contexts = _contexts(lefts, left_known), _contexts(rights, right_known)
    pairs = _pair_equals(
        left_contexts,
        right_contexts,
        lambda left: (left_contexts[left][1], lefts[left].text),
        lambda right: (right_contexts[right][1], rights[right].text),
    )
    taken = set(pairs.values())
    there = _by(right_contexts.keys() - taken, right_contexts.__getitem__)
    unpaired = left_contexts.keys() - pairs.keys()
    likeness = _Alignment(lefts, rights).likeness
    for context, here in _by(unpaired, left_contexts.__getitem__).items():
        pairs |= most_alike(here, there.get(context, []), likeness)
    return pairs


def _contexts(
    blocks: Sequence[Block], known: Sequence[Hashable | None]
) -> dict[int, tuple[Hashable, Hashable]]:
    """Context of each added block: the last known block before it, and the one that contains it."""
    contexts: dict[int, tuple[Hashable, Hashable]] = {}
    last: Hashable = None
    for index, (block, identity) in enumerate(zip(blocks, known, strict=True)):
        if identity is not None:
            last = identity
        else:
            outer = "" if block.parent is None else known[block.parent]
            contexts[index] = last, outer
    return contexts


def _by(indexes: Iterable[int], trait: Callable[[int], Hashable]) -> dict[Hashable, list[int]]:
    return grouped_by(sorted(indexes), trait)


def _pair_equals(
    lefts: Iterable[int],
    rights: Iterable[int],
    left_trait: Callable[[int], Hashable],
    right_trait: Callable[[int], Hashable],
) -> Pairs:
    """Pair indexes of equal trait: the first with the first, the second with the second …"""
    waiting = _by(rights, right_trait)
    return {
        left: right
        for trait, found in _by(lefts, left_trait).items()
        for left, right in zip(found, waiting.get(trait, ()), strict=False)
    }


class _Texts:
    """The blocks of one text, with a cache of their profiles."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.profile = cache(lambda index: profile(blocks[index].text))

    def text(self, index: int) -> str | None:
        return self.blocks[index].text if 0 <= index < len(self.blocks) else None

    def outer(self, index: int) -> str | None:
        parent = self.blocks[index].parent
        return None if parent is None else self.blocks[parent].text

    def label(self, index: int) -> str:
        return label(self.blocks[index].text)


_Trait = Callable[[_Texts, int], Hashable]
_TRAITS: list[_Trait] = [
    # From strict to loose: neighbours tell repeated blocks apart, then the containing item does.
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
            self._add(most_alike(lefts, rights, self.likeness))
            self._pair_last(lefts, rights)
        self._add(most_alike(*self._free(), self._similarity))
        return self.pairs

    def likeness(self, left: int, right: int) -> float:
        """The similarity of two blocks with one context; an equal label alone makes them alike."""
        found = self._similarity(left, right)
        left_label, right_label = self.lefts.label(left), self.rights.label(right)
        return LEAST_ALIKE + found / 2 if left_label and left_label == right_label else found

    def _similarity(self, left: int, right: int) -> float:
        return similarity(self.lefts.profile(left), self.rights.profile(right))

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
        """Unpaired blocks of both sides between two neighbouring pairs that kept their order."""
        pairs = sorted(self.pairs.items())
        staying = [pairs[index] for index in longest_increasing([right for _, right in pairs])]
        lefts, rights = self._free()
        left_gaps = _by(lefts, lambda left: bisect(staying, left, key=itemgetter(0)))
        right_gaps = _by(rights, lambda right: bisect(staying, right, key=itemgetter(1)))
        for gap, here in left_gaps.items():
            if there := right_gaps.get(gap):
                yield here, there

    def _pair_last(self, lefts: Sequence[int], rights: Sequence[int]) -> None:
        """Pair the last two of a gap: one block that replaced one other is a version of it."""
        lefts = [left for left in lefts if left not in self.pairs]
        rights = [right for right in rights if right not in self.taken]
        if len(lefts) == len(rights) == 1:
            self._add({lefts[0]: rights[0]})
