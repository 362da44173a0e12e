"""Lists made of iterables: batches of a limited size, and groups by a key."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def batched(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """Cut values into lists of ``size``, the last one of the rest. Reads one batch at a time."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def grouped(pairs: Iterable[tuple[Key, Value]]) -> defaultdict[Key, list[Value]]:
    """Group the values of pairs by their key. Keys and values keep their order."""
    groups: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def grouped_by(
    values: Iterable[Value], key: Callable[[Value], Key]
) -> defaultdict[Key, list[Value]]:
    """Group values by what ``key`` gives for each."""
    return grouped((key(value), value) for value in values)
