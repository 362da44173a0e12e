"""Memory of the site's master and two workers: at rest, after 200 requests, each minute of a load.

python -m benchmarks.memory [--small 1000 | --heavy 160 | --folder DIR] [--minutes 10] [--rate 10]
"""

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks import database, files, serving

# Requests, one after the other, after which a server is no longer new.
AT_START = 200


class Memory(NamedTuple):
    """Memory of a process in MB. ``pss`` divides each page by the number of processes that share
    it; ``private`` are the pages that no other has."""

    pss: float
    private: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    files.add_options(parser)
    parser.add_argument("--minutes", type=float, default=10, help="how long the load lasts; 10")
    parser.add_argument("--rate", type=float, default=10, help="requests a second; 10")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        database.set_up(Path(name) / "db.sqlite3")
        if not database.is_filled():
            database.fill(files.folder(options, Path(name)))
        database.collect_static_files()
        _measure(options.minutes, options.rate)


def _measure(minutes: float, rate: float) -> None:
    from benchmarks.mixed_load import Load, Rows  # noqa: PLC0415 - after the setup

    rows = Rows.of_database()
    with serving.site() as server:
        while len(server.workers()) < 2:
            time.sleep(0.1)
        time.sleep(2)  # each worker is still at its start
        load = Load(server.port, rows, rate)
        print(
            f"{'MB (PSS)':<16}{'all':>8}{'master':>10}{'own':>8}" + f"{'worker':>10}{'own':>8}" * 2
        )
        _print_memory("at rest", server)
        load.requests(AT_START)
        _print_memory(f"{AT_START} requests", server)
        load.run(minutes * 60, lambda minute: _print_memory(f"minute {minute}", server))
        _print_memory(f"{load.answers.total()} requests", server)
        if wrong := {status: n for status, n in load.answers.items() if status >= 400}:
            sys.exit(f"Some requests failed: {wrong}")


def _print_memory(name: str, server: serving.Server) -> None:
    each = [_memory(process) for process in (server.master, *server.workers())]
    parts = "".join(f"{one.pss:>10.1f}{one.private:>8.1f}" for one in each)
    print(f"{name:<16}{sum(one.pss for one in each):>8.1f}{parts}", flush=True)


def _memory(pid: int) -> Memory:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)
    kilobytes = {name: int(number) for name, number in found}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Memory(kilobytes["Pss"] / 1024, private / 1024)


if __name__ == "__main__":
    main()
