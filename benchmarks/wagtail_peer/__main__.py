"""A Wagtail site with the same digests, so that its pages can be measured beside ours.

    python -m benchmarks.wagtail_peer FOLDER [--small 1000 | --heavy 160 | --keep FILE]

Everything of it lies in FOLDER, which a second run uses again. It serves until it is interrupted.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks import database, files

_PROJECT = Path(__file__).parent / "project"
_WAGTAIL = "wagtail==8.0.1"
# In the versions of this project.
_SHARED = ("django", "gunicorn", "markdown-it-py", "psycopg", "psycopg-binary")
_DATABASE = "wagtail_peer"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", type=Path, metavar="FOLDER", help="a folder for all of it")
    files.add_options(parser)
    parser.add_argument("--keep", type=Path, help="a SQLite database with our digests in it")
    parser.add_argument("--port", type=int, default=0, help="a free one if it is not said")
    parser.add_argument("--prepare", action="store_true", help="serve nothing, only fill it")
    options = parser.parse_args()
    target = options.target.absolute()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        database.set_up((options.keep or Path(name) / "db.sqlite3").absolute())
        if not database.is_filled():
            database.fill(files.folder(options, Path(name)))
        with (target / "rows.jsonl").open("w", encoding="utf-8") as lines:
            from benchmarks.wagtail_peer.rows import product_rows  # noqa: PLC0415 - after the setup

            for row in product_rows():
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        environment = _environment(target)
    _install(target)
    _fill(target, environment)
    if not options.prepare:
        _serve(target, environment, options.port or _free_port())


def _environment(target: Path) -> dict[str, str]:
    """The environment of the peer. Its database is a file in ``target``, or beside ours on the
    same PostgreSQL."""
    from django.db import connection  # noqa: PLC0415

    ours = connection.settings_dict
    theirs = {key: ours[key] for key in ("ENGINE", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")}
    if connection.vendor == "postgresql":
        theirs["NAME"] = _DATABASE
        (target / "database").write_text(_DATABASE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {_DATABASE}")
    else:
        theirs["NAME"] = str(target / "db.sqlite3")
        (target / "database").unlink(missing_ok=True)
    connection.close()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "peer.settings",
        "PEER_DATABASE": json.dumps(theirs),
    }


def _install(target: Path) -> None:
    shutil.copytree(_PROJECT, target / "project", dirs_exist_ok=True)
    if (target / "venv" / "complete").exists():
        return
    print("Installing Wagtail …", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", target / "venv"], check=True)
    shared = [f"{name}=={version(name)}" for name in _SHARED]
    command = [_python(target), "-m", "pip", "install", "-qq", _WAGTAIL, *shared]
    subprocess.run(command, check=True)
    (target / "venv" / "complete").touch()


def _fill(target: Path, environment: dict[str, str]) -> None:
    print("Filling Wagtail …", flush=True)
    for command in (
        ["django", "makemigrations", "--verbosity", "0", "peer"],
        ["django", "migrate", "--verbosity", "0"],
        ["peer.fill", str(target / "rows.jsonl"), str(target / "addresses")],
    ):
        subprocess.run(
            [_python(target), "-m", *command], cwd=target / "project", env=environment, check=True
        )


def _serve(target: Path, environment: dict[str, str], port: int) -> None:
    (target / "name").write_text("Wagtail\n")
    (target / "port").write_text(f"{port}\n")
    print(f"Wagtail serves on port {port}; stop it with Ctrl-C", flush=True)
    bind = ["--bind", f"127.0.0.1:{port}", "--pid", str(target / "pid")]
    like_ours = ["--worker-class", "gthread", "--workers", "2", "--threads", "3"]
    application = ["django.core.wsgi:get_wsgi_application()", "--log-level", "warning"]
    command = [_python(target), "-m", "gunicorn", *application, *bind, *like_ours]
    os.chdir(target / "project")
    os.execve(command[0], command, environment)  # noqa: S606 - a signal must reach it


def _python(target: Path) -> str:
    return str(target / "venv" / "bin" / "python")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
