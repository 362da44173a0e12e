"""A database for benchmarks: the one that DATABASE_URL names, or a new SQLite file."""

import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

import django


def set_up(sqlite: Path) -> None:
    """Set up Django without the developer's settings, and create the tables.

    The database is the one of DATABASE_URL, or else the file ``sqlite``.
    """
    os.environ["KB_ENV_FILE"] = ""
    os.environ["DEBUG"] = "false"  # true keeps the text of every query in memory
    os.environ["ALLOWED_HOSTS"] = "testserver"
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


def write(folder: Path, texts: Iterable[str]) -> Path:
    """Write one file per text; returns ``folder``."""
    for number, text in enumerate(texts):
        (folder / f"{number:05}.md").write_text(text, encoding="utf-8")
    return folder


def fill(folder: Path) -> None:
    """Import all files of a folder into an empty database; exits on the first failure."""
    from digests.importing import Status, find_sources, import_sources  # noqa: PLC0415

    for report in import_sources(find_sources([str(folder)]), origin="benchmark"):
        if report.status is not Status.CREATED:
            sys.exit(f"{report.path} did not go in: {report.error}")
