"""Three-way merge of the order of a list."""

from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def merge_order(
    base: Sequence[K], ours: Sequence[K], theirs: Sequence[K], *, keep: Collection[K] = ()
) -> list[K]:
    """Merge sequences of unique keys, None not among them, in O(n log n).

    A key that one side moved goes where that side put it; one that both moved, where ours has it.
    An added key follows the same key as on its side; after one and the same key, theirs come first.
    A removed key is left out, unless it is in ``keep``: then it stays among its neighbours.
    """
    in_base, in_ours, in_theirs, kept = set(base), set(ours), set(theirs), set(keep)
    removed, staying = in_base - in_ours, _staying(base, ours)
    order = _inserted([key for key in theirs if key in removed or key in staying], ours)
    return [
        key
        for key in _inserted(order, theirs)
        if key in kept or key not in in_base or (key in in_ours and key in in_theirs)
    ]


def _staying(base: Sequence[K], ours: Sequence[K]) -> set[K]:
    """A largest set of keys whose order is the same in base and ours: the others were moved."""
    position = {key: index for index, key in enumerate(base)}
    known = [key for key in ours if key in position]
    return {known[index] for index in longest_increasing([position[key] for key in known])}


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """The indexes of a longest strictly increasing subsequence."""
    ends: list[int] = []  # for each length, the index of the least number that ends a subsequence
    previous: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number, key=numbers.__getitem__)
        previous.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [index]
    found: list[int] = []
    at = ends[-1] if ends else None
    while at is not None:
        found.append(at)
        at = previous[at]
    return found[::-1]


def _inserted(order: Iterable[K], side: Iterable[K]) -> Iterator[K]:
    """Insert the keys of a side that ``order`` lacks, each after its predecessor on that side."""
    after: dict[K | None, K | None] = dict(pairwise([None, *order, None]))
    last: K | None = None
    for key in side:
        if key not in after:
            after[key], after[last] = after[last], key
        last = key
    at = after[None]
    while at is not None:
        yield at
        at = after[at]
