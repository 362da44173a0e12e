"""Three versions of a value: the last import's (base), the rows' (ours), the file's (theirs)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcome(Enum):
    SAME = auto()
    """Nobody changed it, or both to the same."""
    TAKEN = auto()
    """The file changed it."""
    KEPT = auto()
    """An editor changed it."""
    MERGED = auto()
    """Both changed it, in different places: both changes are in."""
    CLASH = auto()
    """Both changed the same place, differently: the editor's stays."""


@dataclass(frozen=True)
class Merged(Generic[T]):
    value: T
    """What stands now: ours wherever both sides clash."""
    outcome: Outcome
    base: T
    """What the next merge has to compare with: theirs, but where they clash still the old base."""
    before: T
    """``value`` with the old base in the places of the clashes."""
    theirs: T
    """``value`` with theirs in the places of the clashes."""

    @classmethod
    def settled(cls, value: T, outcome: Outcome, theirs: T) -> "Merged[T]":
        """A merge without a clash."""
        return cls(value, outcome, base=theirs, before=value, theirs=value)


def merge(base: T, ours: T, theirs: T) -> Merged[T]:
    """Merge a value that is only ever whole."""
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
    """Merge as sets, which cannot clash; in the order of the file, an editor's own at the end."""
    removed, added = set(base) - set(ours), [name for name in ours if name not in base]
    value = tuple(dict.fromkeys([*(name for name in theirs if name not in removed), *added]))
    outcome = Outcome.TAKEN
    if value == tuple(ours):
        outcome = Outcome.SAME if value == tuple(theirs) else Outcome.KEPT
    return Merged(value, outcome, base=tuple(theirs), before=value, theirs=value)
