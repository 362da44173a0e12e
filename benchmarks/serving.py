"""Web servers for benchmarks, and the CPU time that their processes and the database use.

CPU times are read from /proc, so this needs Linux, and a PostgreSQL on the same machine.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

_SECONDS_TO_START = 30


@dataclass(frozen=True)
class Server:
    """A gunicorn with two workers. ``master`` is the process id of their parent."""

    port: int
    master: int

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=120)

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cpu(self) -> float:
        """CPU time of the workers so far, in milliseconds."""
        return sum(map(cpu_of, self.workers()))


@contextmanager
def gunicorn(
    application: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Serve a WSGI application with the workers and threads of our site, until the block ends.
    ``folder``: the working directory, whose ``gunicorn.conf.py`` counts if there is one."""
    workers = ["--worker-class", "gthread", "--workers", "2", "--threads", "3"]
    with _started([application, *workers, "--log-level", "warning"], folder, environment) as server:
        yield server


@contextmanager
def site(
    environment: Mapping[str, str] | None = None, config: str = "python:kb.gunicorn"
) -> Iterator[Server]:
    """Serve our site as docs/deployment.md does, with two workers, until the block ends."""
    root = Path(__file__).resolve().parent.parent
    with _started(["--config", config, "--workers", "2"], root, environment) as server:
        yield server


@contextmanager
def _started(
    options: Sequence[str], folder: Path, environment: Mapping[str, str] | None
) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}"],
        cwd=folder,
        env={**os.environ, **(environment or {})},
    )
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def running(folder: Path) -> Server:
    """The server of a peer, which somebody has started. `README.md` says what ``folder`` holds."""
    port, master = (int((folder / name).read_text()) for name in ("port", "pid"))
    return Server(port, master)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_SECONDS_TO_START * 10):
        if process.poll() is not None:
            sys.exit("gunicorn does not start.")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("gunicorn takes too long to start.")


def get(
    connection: HTTPConnection, address: str, headers: Mapping[str, str]
) -> tuple[HTTPResponse, bytes]:
    connection.request("GET", address, headers=dict(headers))
    response = connection.getresponse()
    return response, response.read()


def cpu_of(pid: int) -> float:
    """CPU time of a process so far, all its threads together, in milliseconds; 0 if it is gone."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            spent += int(task.read_text().split()[0])  # nanoseconds
        except OSError:  # the thread has just ended
            continue
    return spent / 1e6
