"""Merge of a single value: the last import's (base), the row's (ours), the file's (theirs)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcome(Enum):
    # Neither side changed the value, or both made the same change.
    SAME = auto()
    # Only the file changed the value.
    TAKEN = auto()
    # Only an editor changed the value.
    KEPT = auto()
    # Both sides changed different parts, and the value has both changes.
    MERGED = auto()
    # Both sides changed the same part differently, and the editor's change stays.
    CLASH = auto()


@dataclass(frozen=True)
class Merged(Generic[T]):
    # The result, with ours in every clash.
    value: T
    outcome: Outcome
    # The base of the next merge: theirs, with the old base in every clash.
    base: T
    # ``value`` with the old base in every clash.
    before: T
    # ``value`` with theirs in every clash.
    theirs: T

    @classmethod
    def settled(cls, value: T, outcome: Outcome, theirs: T) -> "Merged[T]":
        """A merge without a clash."""
        return cls(value, outcome, base=theirs, before=value, theirs=value)


def merge(base: T, ours: T, theirs: T) -> Merged[T]:
    """Merge a value as a whole: two different changes clash."""
    if ours == theirs:
        return Merged.settled(ours, Outcome.SAME, theirs)
    if ours == base:
        return Merged.settled(theirs, Outcome.TAKEN, theirs)
    if theirs == base:
        return Merged.settled(ours, Outcome.KEPT, theirs)
    return Merged(ours, Outcome.CLASH, base=base, before=base, theirs=theirs)


def merge_names(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Merged[tuple[str, ...]]:
    """Merge names as sets, which cannot clash: in the file's order, then those of an editor."""
    removed, added = set(base) - set(ours), [name for name in ours if name not in base]
    value = tuple(dict.fromkeys([*(name for name in theirs if name not in removed), *added]))
    outcome = Outcome.TAKEN
    if value == tuple(ours):
        outcome = Outcome.SAME if value == tuple(theirs) else Outcome.KEPT
    return Merged.settled(value, outcome, tuple(theirs))
