"""Costs of one write in databases of several sizes, as multiples of a bare view.

    python -m benchmarks.growth [--topics 100 1000 10000] [--heavy]

The bare view is `bare_view.py`. It and the writes take turns, so that other load on the machine
affects them alike.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from secrets import token_hex
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from benchmarks import database, files, heavy, serving, vocabulary
from benchmarks.cpu import Meter

if TYPE_CHECKING:
    from digests.models import Topic

_REQUESTS = 20  # of the bare view in a turn
# About so many topics a digest.
_TOPICS_OF_DIGEST = {"small": 10, "heavy": 23}
_SENTENCE = "这句话是后来加上的 afterwards。"
_MANY = 10**6

Call: TypeAlias = Callable[[], object]


@dataclass
class Write:
    """A kind of write, and what it cost at each size of the database, in milliseconds of CPU."""

    name: str
    process: dict[int, float] = field(default_factory=dict)
    server: dict[int, float] = field(default_factory=dict)

    def total(self, size: int) -> float:
        return self.process[size] + self.server[size]


class Files:
    """Generated files, each of which is given out once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts = {
            "small": vocabulary.texts(_MANY),
            "heavy": heavy.texts(_MANY),
        }
        self._given = 0

    def next(self, kind: str, count: int) -> list[str]:
        """Paths of ``count`` new files. ``kind``: small or heavy."""
        paths = []
        for text in islice(self._texts[kind], count):
            self._given += 1
            path = self._folder / f"{kind}-{self._given:06}.md"
            path.write_text(text, encoding="utf-8")
            paths.append(str(path))
        return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--topics",
        type=int,
        nargs="+",
        default=[100, 1000, 10_000],
        help="ascending sizes of the database",
    )
    parser.add_argument("--times", type=int, default=10, help="how often each write is made; 10")
    parser.add_argument("--heavy", action="store_true", help="fill it with heavy digests")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        files.set_up_empty_database(Path(name))
        folder = Path(name) / "digests"
        folder.mkdir()
        with serving.gunicorn("bare_view", Path(__file__).parent) as bare:
            writes, bare_views = _measure(options, Files(folder), bare)
    _print(writes, bare_views, options.topics)


def _measure(
    options: argparse.Namespace, new_files: Files, bare: serving.Server
) -> tuple[list[Write], dict[int, float]]:
    """Fill the database to each size, and measure there. Returns the writes, and what the bare
    view cost at each size. The topics that are saved are the same at each size."""
    database.import_files(new_files.next("small", 3))
    database.import_files(new_files.next("heavy", 2))
    times = options.times
    calls: dict[str, Callable[[], Iterator[Call]]] = {
        "save a small topic": partial(_saves, _topics("small", times)),
        "save a heavy topic": partial(_saves, _topics("heavy", times)),
        "rename the most cited reference": partial(_renames, times),
        "import a small file": partial(_imports, new_files, "small", times),
        "import a heavy file": partial(_imports, new_files, "heavy", times),
    }
    writes = {name: Write(name) for name in calls}
    bare_views = {}
    for size in options.topics:
        _fill(size, "heavy" if options.heavy else "small", new_files)
        units: list[float] = []
        for name, write in writes.items():
            units += _measure_one(write, size, calls[name](), bare)
        bare_views[size] = median(units)
    return list(writes.values()), bare_views


def _fill(size: int, kind: str, new_files: Files) -> None:
    """Import files until there are ``size`` topics."""
    from django.db import connection  # noqa: PLC0415 - after the setup

    from digests.models import Topic  # noqa: PLC0415

    while (missing := size - Topic.objects.count()) > 0:
        database.import_files(new_files.next(kind, max(1, missing // _TOPICS_OF_DIGEST[kind])))
    if connection.vendor == "postgresql":  # a server of script/with_postgres.py never does it
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _measure_one(
    write: Write, size: int, calls: Iterator[Call], bare: serving.Server
) -> list[float]:
    """Make a write several times. Returns the costs of the bare view, asked after each."""
    meters, units = [], []
    for call in calls:
        meter = Meter()
        meter.start()
        call()
        meter.stop()
        meters.append(meter)
        units.append(_bare_view(bare))
    write.process[size] = median(meter.process for meter in meters) * 1e3
    write.server[size] = median(meter.server for meter in meters) * 1e3
    return units


def _bare_view(bare: serving.Server) -> float:
    """Milliseconds of CPU of one request."""
    before = bare.cpu()
    connection = bare.connect()
    for _ in range(_REQUESTS):
        serving.get(connection, "/", {})
    connection.close()
    return (bare.cpu() - before) / _REQUESTS


def _imports(new_files: Files, kind: str, times: int) -> Iterator[Call]:
    for path in new_files.next(kind, times):
        yield partial(database.import_files, [path])


def _saves(topics: "Sequence[Topic]") -> Iterator[Call]:
    """Saves of topics with a sentence more, and as they were."""
    from digests.changes.editing import save_topic  # noqa: PLC0415

    for topic in topics:
        tags = [tag.name for tag in topic.own_tags]
        number, title, body = topic.number, topic.title, topic.body
        save = partial(save_topic, topic, by=None, number=number, title=title, tags=tags)
        yield partial(save, body=f"{body}\n{_SENTENCE}\n")
        yield partial(save, body=body)


def _renames(times: int) -> Iterator[Call]:
    from digests.changes.editing import save_reference  # noqa: PLC0415
    from digests.models import Reference  # noqa: PLC0415

    reference = Reference.objects.order_by("-topic_count", "pk")[0]
    for _ in range(times):
        yield partial(save_reference, reference, by=None, editor_title=f"A name {token_hex(4)}")


def _topics(kind: str, count: int) -> "Sequence[Topic]":
    """Topics of the first digests: small ones of some 500 characters, or heavy ones."""
    from digests.models import Topic  # noqa: PLC0415

    return list(Topic.objects.filter(digest__slug__startswith=kind).order_by("pk")[:count])


def _print(writes: list[Write], bare_views: dict[int, float], sizes: list[int]) -> None:
    print(f"{'CPU ms: process, server':<36}" + "".join(f"{size:>18,}" for size in sizes))
    for write in writes:
        costs = (f"{write.process[size]:>11.1f}{write.server[size]:>7.1f}" for size in sizes)
        print(f"{write.name:<36}" + "".join(costs))
    print(f"{'bare view':<36}" + "".join(f"{bare_views[size]:>11.2f}{'':>7}" for size in sizes))
    header = "".join(f"{size:>10,}" for size in sizes)
    print(f"\n{'in bare views':<36}{header}   CPU, last/first")
    for write in writes:
        views = "".join(f"{write.total(size) / bare_views[size]:>10.1f}" for size in sizes)
        grown = write.total(sizes[-1]) / write.total(sizes[0])
        print(f"{write.name:<36}{views}{grown:>18.2f}")


if __name__ == "__main__":
    main()
