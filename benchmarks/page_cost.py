"""Costs of pages: CPU of the web processes and the database, in multiples of a bare view.

    python -m benchmarks.page_cost [--digests 1000] [--heavy 0] [--keep FILE] [--peer FOLDER]

The bare view is `bare_view.py`. It and all pages take turns, so that other load on the machine
affects them alike.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from pathlib import Path
from statistics import mean, median

from benchmarks import database, heavy, serving, vocabulary

_HERE = Path(__file__).parent
# The database must work in the backend that is measured, not in workers that end before.
_NO_PARALLEL_WORKERS = "-c max_parallel_workers_per_gather=0"


class Answer(StrEnum):
    """A way to ask for a page.

    A miss is a page that is built: its address has a parameter that no page reads, each time with
    another value. A hit is the same address again; a 304 names the ETag of the answer before.
    """

    MISS = "miss"
    HIT = "hit"
    NOT_MODIFIED = "304"


@dataclass
class Target:
    """Addresses of one kind of page, and the milliseconds that a request costs in each round."""

    name: str
    server: serving.Server
    addresses: Sequence[str]
    answer: Answer = Answer.HIT
    headers: Mapping[str, str] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    web: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    etags: dict[str, str] = field(default_factory=dict)
    # The PostgreSQL database of a peer.
    databases: Sequence[str] = ()

    @property
    def rounds(self) -> list[float]:
        return [sum(both) for both in zip(self.web, self.database, strict=True)]


def main() -> None:
    arguments = _parser().parse_args()
    os.environ.setdefault("PGOPTIONS", _NO_PARALLEL_WORKERS)
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        database.set_up((arguments.keep or Path(name) / "db.sqlite3").absolute())
        if not database.is_filled():
            _fill(Path(name), arguments)
        database.collect_static_files()

        from benchmarks import page_addresses  # noqa: PLC0415 - after the setup

        headers = page_addresses.signed_in() if arguments.signed_in else {}
        kinds = page_addresses.by_kind(arguments.addresses)
        wanted = arguments.only.split(",") if arguments.only else list(kinds)
        if unknown := [kind for kind in wanted if kind not in kinds]:
            sys.exit(f"No such kind of page: {', '.join(unknown)}. There are: {', '.join(kinds)}.")
        site = servers.enter_context(serving.site())
        bare = servers.enter_context(serving.gunicorn("bare_view", _HERE))
        targets = [
            Target(kind, site, kinds[kind], Answer(answer), headers)
            for kind in wanted
            for answer in arguments.answers.split(",")
        ]
        targets += _peers(arguments.peer, wanted, site)
        _measure([Target("bare view", bare, ["/"] * arguments.addresses), *targets], arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--digests", type=int, default=1000, help="how many small ones to generate")
    parser.add_argument("--heavy", type=int, default=0, help="how many link-heavy ones besides")
    parser.add_argument("--folder", type=Path, help="the files of this folder instead")
    parser.add_argument("--keep", type=Path, help="a SQLite database to fill, or filled before")
    parser.add_argument("--only", help="kinds of pages, with commas between them; all by default")
    parser.add_argument("--answers", default="miss,hit,304", help="of miss, hit, 304")
    parser.add_argument("--signed-in", action="store_true", help="ask as a reader with an account")
    parser.add_argument("--addresses", type=int, default=12, help="how many of each kind")
    parser.add_argument(
        "--peer", type=Path, action="append", default=[], help="a folder of `wagtail_peer`"
    )
    parser.add_argument("--rounds", type=int, default=7)
    return parser


def _peers(
    folders: Sequence[Path], wanted: Sequence[str], site: serving.Server
) -> Iterator[Target]:
    """Pages of peers. Ours is asked for the words of a peer's search too."""
    for folder in folders:
        server, name = serving.running(folder), (folder / "name").read_text().strip()
        database_file = folder / "database"
        databases = [database_file.read_text()] if database_file.exists() else []
        for kind in wanted:
            if (file := folder / "addresses" / f"{kind}.txt").exists():
                addresses = file.read_text().split()
                target = Target(f"{name}: {kind}", server, addresses, Answer.MISS)
                target.databases = databases
                yield target
                if kind == "search":
                    yield Target("search, the same words", site, addresses, Answer.MISS)


def _fill(folder: Path, arguments: argparse.Namespace) -> None:
    if arguments.folder:
        database.fill(arguments.folder)
        return
    for name, texts in [
        ("small", vocabulary.texts(arguments.digests)),
        ("heavy", heavy.texts(arguments.heavy)),
    ]:
        (folder / name).mkdir()
        database.fill(database.write(folder / name, texts, name))


def _measure(targets: Sequence[Target], arguments: argparse.Namespace) -> None:
    numbers = count()
    for target in targets:
        for _ in range(4):  # some for each worker and thread
            _burst(target, numbers)
        target.sizes, target.web, target.database = [], [], []
    for _ in range(arguments.rounds):
        for target in targets:
            _burst(target, numbers)
    _print(targets)


def _burst(target: Target, numbers: "count[int]") -> None:
    """Ask for each address once, over one connection."""
    web, spent = target.server.cpu(), database.backends_cpu(target.databases)
    connection = target.server.connect()
    for address in target.addresses:
        headers = dict(target.headers)
        asked = address
        if target.answer is Answer.MISS:
            asked += f"{'&' if '?' in address else '?'}miss={next(numbers)}"
        elif target.answer is Answer.NOT_MODIFIED and address in target.etags:
            headers["If-None-Match"] = target.etags[address]
        response, body = serving.get(connection, asked, headers)
        if response.status not in {200, 304}:
            sys.exit(f"{asked} answered {response.status}.")
        if etag := response.getheader("ETag"):
            target.etags[address] = etag
        target.sizes.append(len(body))
    connection.close()
    time.sleep(0.02)  # what a worker still does after its answer
    asked_for = len(target.addresses)
    target.web.append((target.server.cpu() - web) / asked_for)
    target.database.append((database.backends_cpu(target.databases) - spent) / asked_for)


def _print(targets: Sequence[Target]) -> None:
    bare = targets[0].rounds
    print(f"{'':<22}{'answer':>7}{'bytes':>9}{'web':>9}{'database':>10}{'both':>11}{'x bare':>8}")
    for target in targets:
        if target.answer is Answer.NOT_MODIFIED and not target.etags:
            continue  # pages without an ETag
        ratio = median(cost / unit for cost, unit in zip(target.rounds, bare, strict=True))
        print(
            f"{target.name:<22}{target.answer:>7}{mean(target.sizes):>9.0f}"
            f"{median(target.web):>9.2f}{median(target.database):>10.2f}"
            f"{median(target.rounds):>8.2f} ms{ratio:>8.1f}"
        )


if __name__ == "__main__":
    main()
