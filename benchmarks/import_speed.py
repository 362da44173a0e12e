"""Speed of the import, compared with markdown-it-py rendering the same texts.

    python -m benchmarks.import_speed [--small 1000 | --heavy 160 | --folder DIR]

Import and rendering take turns, a transaction of the import each, so that other load on the
machine affects them alike.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from benchmarks import files
from benchmarks.cpu import Meter

if TYPE_CHECKING:
    from digests.importing import Source

PARTS = 4
SEEDS = Path(__file__).parent.parent / "seeds"


@dataclass
class Batch:
    """The files that the import wrote in one transaction."""

    bytes: int
    importing: Meter = field(default_factory=Meter)
    # Seconds of CPU.
    rendering: float = 0
    # The most memory that the process ever had, in KB.
    peak: int = 0


@dataclass
class Run:
    files: int = 0
    batches: list[Batch] = field(default_factory=list)
    # What the run did after it had reported its last file.
    end: Meter = field(default_factory=Meter)
    wall: float = 0


@dataclass
class Costs:
    """CPU seconds for an amount of Markdown."""

    process: float = 0
    server: float = 0
    rendering: float = 0

    def add(self, batch: Batch, share: float) -> None:
        self.process += batch.importing.process * share
        self.server += batch.importing.server * share
        self.rendering += batch.rendering * share

    @property
    def total(self) -> float:
        return self.process + self.server


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    files.add_options(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = files.folder(options, Path(name))
        files.set_up_empty_database(Path(name))
        _print(_measure(folder))


class Taken:
    """The sources of a run. ``new`` are those that it has taken since they were last looked at."""

    def __init__(self, sources: "Sequence[Source]") -> None:
        self._sources = sources
        self.new: list[Source] = []

    def __iter__(self) -> "Iterator[Source]":
        for source in self._sources:
            self.new.append(source)
            yield source


def _measure(folder: Path) -> Run:
    from digests.importing import Status, find_sources, import_sources  # noqa: PLC0415

    sources = list(find_sources([str(folder)]))
    markdown_it = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # For nothing, because the first text loads dictionaries.
    for source in find_sources([str(SEEDS)]):
        list(import_sources([source], origin="benchmark", dry_run=True))
        _render(source.read(), markdown_it)

    run, taken = Run(), Taken(sources)
    reports = import_sources(taken, origin="benchmark")
    while True:
        meter, wall = Meter(), time.perf_counter()
        meter.start()
        report = next(reports, None)
        meter.stop()
        run.wall += time.perf_counter() - wall
        if report is None:
            run.end = meter
            return run
        if report.status is not Status.CREATED:
            sys.exit(f"{report.path} did not go in: {report.error}")
        run.files += 1
        if taken.new:
            texts, taken.new = [source.read() for source in taken.new], []
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            rendering = sum(_render(text, markdown_it) for text in texts)
            run.batches.append(Batch(sum(map(len, texts)), meter, rendering, peak))
        else:
            run.batches[-1].importing.add(meter)


def _render(text: bytes, markdown_it: MarkdownIt) -> float:
    """Render a text, and return the seconds of CPU."""
    decoded = text.decode()
    started = time.process_time()
    markdown_it.render(decoded)
    return time.process_time() - started


def _parts(run: Run) -> list[Costs]:
    """The costs of each quarter of the Markdown. A batch that lies in two is shared out."""
    size = sum(batch.bytes for batch in run.batches) / PARTS
    parts = [Costs() for _ in range(PARTS)]
    done = 0
    for batch in run.batches:
        for number, part in enumerate(parts):
            first, last = max(done, number * size), min(done + batch.bytes, (number + 1) * size)
            if last > first:
                part.add(batch, (last - first) / batch.bytes)
        done += batch.bytes
    return parts


def _print(run: Run) -> None:
    parts = _parts(run)
    whole = Costs(run.end.process, run.end.server)
    for batch in run.batches:
        whole.add(batch, 1)
    size = sum(batch.bytes for batch in run.batches)
    print(f"{run.files} files, {size / 1e6:.1f} MB of Markdown\n")
    print(f"{'CPU seconds':<24}{'import':>10}{'server':>10}{'alone':>10}{'ratio':>10}{'both':>10}")
    for number, part in enumerate(parts, 1):
        _print_costs(f"quarter {number}", part)
    print(f"{'after the last file':<24}{run.end.process:>10.2f}{run.end.server:>10.2f}")
    _print_costs("whole", whole)
    first, last = parts[0], parts[-1]
    print(f"\nfourth/first quarter {last.total / first.total:>13.2f}")
    grown = last.total / last.rendering / (first.total / first.rendering)
    print(f"… over markdown-it-py {grown:>12.2f}")
    print(f"digests a second, core {run.files / whole.process:>11.1f}")
    print(f"seconds on the clock {run.wall:>13.1f}")
    half, all_ = run.batches[(len(run.batches) - 1) // 2].peak, run.batches[-1].peak
    print(f"peak after half, all {half / 1024:>13.1f} MB{all_ / 1024:>9.1f} MB")


def _print_costs(name: str, costs: Costs) -> None:
    print(
        f"{name:<24}{costs.process:>10.2f}{costs.server:>10.2f}{costs.rendering:>10.2f}"
        f"{costs.process / costs.rendering:>10.2f}{costs.total / costs.rendering:>10.2f}"
    )


if __name__ == "__main__":
    main()
