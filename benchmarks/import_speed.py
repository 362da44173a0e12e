"""Speed of the import, compared with markdown-it-py rendering the same texts.

    python -m benchmarks.import_speed [--count 1000] [--folder DIR]

Both take turns after some files each, so that other load on the machine affects them alike.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

from markdown_it import MarkdownIt

from benchmarks import database, generated

TURNS = 20
TRANSACTION = 50  # files that the importer writes in one transaction

T = TypeVar("T")


@dataclass
class Clock:
    """Seconds per digest for each turn: this process's CPU time, and wall time."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    _started: tuple[float, float] = (0, 0)

    def start(self) -> None:
        self._started = (time.process_time(), time.perf_counter())

    def stop(self, digests: int) -> None:
        cpu, wall = self._started
        self.cpu.append((time.process_time() - cpu) / digests)
        self.wall.append((time.perf_counter() - wall) / digests)


@dataclass
class Result:
    importing: Clock = field(default_factory=Clock)
    rendering: Clock = field(default_factory=Clock)
    # Peak memory after each turn, in KB.
    peaks: list[int] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="how many digests to generate")
    parser.add_argument("--folder", type=Path, help="measure with the files of this folder instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        texts = generated.texts(arguments.count)
        folder = arguments.folder or database.write(Path(name), texts)
        database.set_up(Path(name) / "db.sqlite3")
        if database.is_filled():
            sys.exit("The database has digests in it: name an empty one, as this would fill it.")
        _print(_measure(folder))


def _measure(folder: Path) -> Result:
    from digests.importing import Status, find_sources, import_sources  # noqa: PLC0415

    sources = list(find_sources([str(folder)]))
    markdown_it = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    result = Result()
    for turn in _turns(sources):
        # One import run per turn, because a longer run reads the next turn's files ahead.
        result.importing.start()
        reports = list(import_sources(turn, origin="benchmark"))
        result.importing.stop(len(turn))
        failed = [report for report in reports if report.status is not Status.CREATED]
        if failed:
            sys.exit(f"{failed[0].path} did not go in: {failed[0].error}")

        texts = [source.read().decode() for source in turn]
        result.rendering.start()
        for text in texts:
            markdown_it.render(text)
        result.rendering.stop(len(turn))
        result.peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return result


def _turns(items: Sequence[T]) -> Iterator[Sequence[T]]:
    size = max(TRANSACTION, len(items) // TURNS)
    return (items[start : start + size] for start in range(0, len(items), size))


def _print(result: Result) -> None:
    importing, rendering = result.importing, result.rendering
    ratios = [i / r for i, r in zip(importing.cpu, rendering.cpu, strict=True)]
    print(f"{'median of a digest':<24}{'CPU':>10}{'wall':>10}")
    for name, clock in (("import", importing), ("markdown-it-py alone", rendering)):
        print(f"{name:<24}{median(clock.cpu) * 1e3:>7.2f} ms{median(clock.wall) * 1e3:>7.2f} ms")
    print(f"{'ratio':<24}{median(ratios):>10.2f}")
    print(f"{'digests a second, core':<24}{1 / median(importing.cpu):>10.1f}")
    half, whole = result.peaks[(len(result.peaks) - 1) // 2], result.peaks[-1]
    print(f"{'peak after half, all':<24}{half / 1024:>7.1f} MB{whole / 1024:>7.1f} MB")


if __name__ == "__main__":
    main()
