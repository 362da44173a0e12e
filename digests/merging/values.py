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
    CLASH = auto()
    """Both changed it, differently: the editor's stays."""


@dataclass(frozen=True)
class Merged(Generic[T]):
    value: T
    outcome: Outcome
    base: T
    before: T
    theirs: T


def merge(base: T, ours: T, theirs: T) -> Merged[T]:
    if ours == theirs:
        return Merged(ours, Outcome.SAME, theirs, ours, ours)
    if ours == base:
        return Merged(theirs, Outcome.TAKEN, theirs, theirs, theirs)
    if theirs == base:
        return Merged(ours, Outcome.KEPT, theirs, ours, ours)
    return Merged(ours, Outcome.CLASH, base, base, theirs)


def merge_markdown(base: str, ours: str, theirs: str) -> Merged[str]:
    return merge(base, ours, theirs)


def merge_names(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Merged[tuple[str, ...]]:
    """Merge as sets, which cannot clash; in the order of the file, an editor's own at the end."""
    removed, added = set(base) - set(ours), [name for name in ours if name not in base]
    value = tuple(dict.fromkeys([*(name for name in theirs if name not in removed), *added]))
    outcome = Outcome.TAKEN
    if value == tuple(ours):
        outcome = Outcome.SAME if value == tuple(theirs) else Outcome.KEPT
    return Merged(value, outcome, tuple(theirs), value, value)
