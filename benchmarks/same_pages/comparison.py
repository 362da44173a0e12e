"""Comparison of two snapshots: the answers that differ, and their changed lines."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

_LINE = 400
_EXAMPLES = 3
# Lines of the first snapshot, and what stands in their place in the second one.
Change = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass
class Differences:
    """Changed lines with the answers that have them: one in the header of pages is one change."""

    answers: int = 0
    missing: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    changes: dict[Change, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __bool__(self) -> bool:
        return bool(self.missing or self.new or self.differing)


def compare(before: Path, after: Path, ignored: Sequence[str] = ()) -> Differences:
    """Lines in which one of the ``ignored`` regular expressions is found do not count."""
    patterns = [re.compile(each) for each in ignored]
    found = Differences()
    ours, theirs = _files(before), _files(after)
    found.missing = [_asked(before / name) for name in sorted(ours - theirs)]
    found.new = [_asked(after / name) for name in sorted(theirs - ours)]
    for name in sorted(ours & theirs):
        found.answers += 1
        if (before / name).read_bytes() == (after / name).read_bytes():
            continue
        old, new = (_lines(folder / name, patterns) for folder in (before, after))
        if old != new:
            asked = _asked(before / name)
            found.differing.append(asked)
            for change in dict.fromkeys(_changes(old, new)):
                found.changes[change].append(asked)
    return found


def report(found: Differences, most: int) -> Iterator[str]:
    """Lines for a reader: the ``most`` frequent changes with examples, then the sums."""
    frequent = sorted(found.changes.items(), key=lambda item: -len(item[1]))
    for (old, new), asked in frequent[:most]:
        yield f"== in {len(asked)} of {found.answers}: " + "  ".join(asked[:_EXAMPLES])
        yield from (f"  - {_short(line, old, new)}" for line in old[:12])
        yield from (f"  + {_short(line, new, old)}" for line in new[:12])
    if len(frequent) > most:
        yield f"== {len(frequent) - most} other changes; --most N shows more"
    for name, addresses in [
        ("only in the first", found.missing),
        ("only in the second", found.new),
    ]:
        if addresses:
            yield f"== {len(addresses)} {name}: " + "  ".join(addresses[:most])
    yield f"{found.answers} answers compared, {len(found.differing)} differ"


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _asked(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        first = file.readline().rstrip("\n")
    return first if first.startswith("GET ") else f"{path.parent.name}/{path.name}"


def _lines(path: Path, ignored: Sequence[re.Pattern[str]]) -> list[str]:
    lines = path.read_bytes().decode(errors="backslashreplace").split("\n")
    return [line for line in lines if not any(pattern.search(line) for pattern in ignored)]


def _changes(old: list[str], new: list[str]) -> Iterator[Change]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            yield tuple(old[a:b]), tuple(new[c:d])


def _short(line: str, these: Sequence[str], others: Sequence[str]) -> str:
    """A long line from a little before the place where it differs from its counterpart."""
    place = list(these).index(line)
    other = others[place] if place < len(others) else ""
    same = next((n for n, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
    start = max(0, same - 80) if len(line) > _LINE else 0
    return ("…" if start else "") + line[start : start + _LINE]
