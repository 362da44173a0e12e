"""A database for benchmarks: the one that DATABASE_URL names, or a new SQLite file."""

import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import django

from benchmarks.serving import cpu_of


def set_up(sqlite: Path) -> None:
    """Set up Django without the developer's settings, and create the tables.

    The database is the one of DATABASE_URL, or else the file ``sqlite``.
    """
    os.environ["KB_ENV_FILE"] = ""
    os.environ["DEBUG"] = "false"  # true keeps the text of every query in memory
    os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1"
    os.environ["KB_HTTPS"] = "false"
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kb.settings"
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{sqlite}")
    # Workers of a parallel query end before anybody can ask what CPU they took.
    os.environ["PGOPTIONS"] = "-c max_parallel_workers_per_gather=0"
    django.setup()

    from django.core.management import call_command  # noqa: PLC0415 - after the setup

    call_command("migrate", verbosity=0)


def is_filled() -> bool:
    from digests.models import Digest  # noqa: PLC0415

    return Digest.objects.exists()


def write(folder: Path, texts: Iterable[str], name: str = "") -> Path:
    """Write one file per text; returns ``folder``. ``name``: what the files' names begin with."""
    for number, text in enumerate(texts):
        (folder / f"{name}{number:05}.md").write_text(text, encoding="utf-8")
    return folder


def collect_static_files() -> None:
    """Write the files that a server without DEBUG needs to `staticfiles`."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("collectstatic", verbosity=0, interactive=False)


def fill(folder: Path) -> None:
    """Import all files of a folder into an empty database; exits on the first failure."""
    import_files([str(folder)])


def import_files(paths: Sequence[str]) -> None:
    """Import files that are not in the database yet, in one run; exits on the first failure."""
    from digests.importing import Status, find_sources, import_sources  # noqa: PLC0415

    for report in import_sources(find_sources(paths), origin="benchmark"):
        if report.status is not Status.CREATED:
            sys.exit(f"{report.path} did not go in: {report.error}")


def backends_cpu(peers: Sequence[str] = ()) -> float:
    """CPU time so far of the PostgreSQL processes that work for other processes than this one, in
    milliseconds; 0 with SQLite, which works in the processes that ask it. ``peers``: names of
    other databases of the same server whose processes count too."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [own] = cursor.fetchone()
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND (datname = current_database() OR datname = ANY(%s))",
            [list(peers)],
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    if not Path(f"/proc/{own}").exists():
        sys.exit("The PostgreSQL of DATABASE_URL does not run on this machine.")
    return sum(map(cpu_of, pids))
