"""Word-level differences between two texts, for people to read.

Chinese is segmented into words first, because it has no blanks between them: a difference by
characters would mark half a word in 显存 → 内存.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain, groupby, takewhile
from operator import attrgetter

from digests import markdown
from digests.text import cut

# The limit of pairs of equal words, as the matcher's time grows with them; above it, all the text
# is one change.
_MOST_PAIRS = 1_000_000
_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHUNKS = re.compile(rf"(?P<chinese>[{_CHINESE}]+)|[^\W_{_CHINESE}]+|\r\n|.", re.DOTALL)
_BRIDGE = re.compile(r"[^\w\r\n]{0,2}\w?[^\w\r\n]{0,2}")


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


def differences(old: str, new: str) -> list[tuple[Change, str]]:
    """Split both texts into parts. Joined, all but the ADDED ones are ``old``, all but the REMOVED
    ones ``new``. In a replacement the REMOVED part comes first.
    """
    by_lines = _runs(markdown.lines(old), markdown.lines(new))
    by_words = chain.from_iterable(
        [run] if run.is_same else _runs(_words(run.old), _words(run.new)) for run in by_lines
    )
    return list(_parts(_bridged(by_words)))


@dataclass
class _Run:
    """A part of the old text and its counterpart in the new one."""

    old: str
    new: str

    @property
    def is_same(self) -> bool:
        return self.old == self.new

    def __add__(self, other: "_Run") -> "_Run":
        return _Run(self.old + other.old, self.new + other.new)


def _words(text: str) -> list[str]:
    words: list[str] = []
    for chunk in _CHUNKS.finditer(text):
        word = chunk.group()
        words.extend(cut(word) if chunk["chinese"] else [word])
    return words


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    """Runs over two sequences, equal ones and changed ones."""
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    if first:
        yield _run(old[:first], new[:first])
    yield from _middle_runs(old[first : len(old) - last], new[first : len(new) - last])
    if last:
        yield _run(old[-last:], new[-last:])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the common prefix."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _middle_runs(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    in_new = Counter(new)
    if sum(count * in_new[element] for element, count in Counter(old).items()) > _MOST_PAIRS:
        yield _run(old, new)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        yield _run(old[old_start:old_end], new[new_start:new_end])


def _run(old: Sequence[str], new: Sequence[str]) -> _Run:
    return _Run("".join(old), "".join(new))


def _bridged(runs: Iterable[_Run]) -> list[_Run]:
    """Merge two replaced runs with a short equal run between them, such as a comma or a 的.

    Otherwise a rewritten sentence would be chopped into single words.
    """
    bridged: list[_Run] = []
    for run in runs:
        if len(bridged) >= 2 and _is_bridge(bridged[-2], bridged[-1], run):
            bridge = bridged.pop()
            bridged[-1] += bridge + run
        elif run.old or run.new:
            bridged.append(run)
    return bridged


def _is_bridge(before: _Run, between: _Run, after: _Run) -> bool:
    if before.is_same or after.is_same or not between.is_same:
        return False
    only_added = not (before.old or after.old)
    only_removed = not (before.new or after.new)
    return not (only_added or only_removed) and _BRIDGE.fullmatch(between.old) is not None


def _parts(runs: Iterable[_Run]) -> Iterator[tuple[Change, str]]:
    for is_same, group in groupby(runs, attrgetter("is_same")):
        if is_same:
            yield Change.SAME, "".join(run.old for run in group)
            continue
        for run in group:
            changes = (Change.REMOVED, run.old), (Change.ADDED, run.new)
            yield from ((change, text) for change, text in changes if text)
