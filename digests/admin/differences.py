"""Differences for display in the admin: word by word, with long unchanged parts folded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise

from digests.merging.differences import Change, differences
from digests.text import unix_lines

# Lines shown on both sides of a change; the ones next to it may be parts of a line.
CONTEXT_LINES = 3
# The fewest lines that are folded.
FOLDED_LINES = 5

Piece = tuple[Change, str]


@dataclass(frozen=True)
class Stretch:
    """A part of a text. ``folded`` is its number of lines if it is folded, else 0."""

    pieces: tuple[Piece, ...]
    folded: int = 0


@dataclass(frozen=True)
class FieldText:
    """A field with its ``text``, the ``differences`` between two of its texts, or both."""

    label: str | Promise
    text: str = ""
    differences: Sequence[Stretch] = ()


def compare(old: str, new: str) -> list[Stretch]:
    return _fold(differences(unix_lines(old), unix_lines(new)))


def compare_both(before: str, ours: str, theirs: str) -> tuple[list[Stretch], ...]:
    """Compare two versions with their base, in three columns.

    In the base's column, everything that either side changed is marked as removed.
    """
    before, ours, theirs = map(unix_lines, (before, ours, theirs))
    sides = [differences(before, side) for side in (ours, theirs)]
    changed = [span for side in sides for span in _changed(side)]
    bounds = sorted({0, len(before), *(bound for span in changed for bound in span)})
    pieces = [(_state(changed, *span), before[slice(*span)]) for span in pairwise(bounds)]
    return _fold(pieces), *map(_fold, sides)


def _changed(pieces: Iterable[Piece]) -> Iterator[tuple[int, int]]:
    """Spans of the old text that changed; a span is empty where text was only added."""
    at = 0
    for change, text in pieces:
        length = 0 if change is Change.ADDED else len(text)
        if change is not Change.SAME:
            yield at, at + length
        at += length


def _state(changed: Iterable[tuple[int, int]], start: int, stop: int) -> Change:
    is_gone = any(since <= start and stop <= until for since, until in changed)
    return Change.REMOVED if is_gone else Change.SAME


def _fold(pieces: Sequence[Piece]) -> list[Stretch]:
    found: list[Stretch] = []
    shown: list[Piece] = []
    pieces = _without_last_line_ends(pieces)
    for index, (change, text) in enumerate(pieces):
        lines = text.splitlines(keepends=True)
        start = CONTEXT_LINES if index else 0
        end = len(lines) - (CONTEXT_LINES if index < len(pieces) - 1 else 0)
        if change is not Change.SAME or end - start < FOLDED_LINES:
            shown.append((change, text))
            continue
        found.append(Stretch((*shown, (Change.SAME, "".join(lines[:start])))))
        found.append(Stretch(((Change.SAME, "".join(lines[start:end])),), folded=end - start))
        shown = [(Change.SAME, "".join(lines[end:]))]
    return [*found, Stretch(tuple(shown))]


def _without_last_line_ends(pieces: Sequence[Piece]) -> list[Piece]:
    """Drop the blank lines at the end of both texts."""
    if pieces and pieces[-1][0] is Change.SAME:
        return [*pieces[:-1], (Change.SAME, pieces[-1][1].rstrip("\n"))]
    return list(pieces)
