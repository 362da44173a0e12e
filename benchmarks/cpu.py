"""CPU time of this process, and of the PostgreSQL server that works for it."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection


@dataclass
class Meter:
    """Seconds of CPU between `start` and `stop`, summed over all such intervals.

    ``server`` is that of the backend of this thread's connection, 0 with SQLite, which works in
    this process. The server's other processes (checkpoints, vacuum) do not count.
    """

    process: float = 0
    server: float = 0
    _started: tuple[float, float] = field(default=(0, 0), repr=False)

    @property
    def total(self) -> float:
        return self.process + self.server

    def add(self, other: "Meter") -> None:
        self.process += other.process
        self.server += other.server

    def start(self) -> None:
        server = backend_seconds()
        self._started = time.process_time(), server

    def stop(self) -> None:
        process = time.process_time()
        self.process += process - self._started[0]
        self.server += backend_seconds() - self._started[1]


def backend_seconds() -> float:
    """CPU seconds of the backend since it started. Exits if the server is on another machine."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    try:
        nanoseconds = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]
    except FileNotFoundError:
        sys.exit("PostgreSQL must run on this machine: its CPU time is read from /proc.")
    return int(nanoseconds) / 1e9
