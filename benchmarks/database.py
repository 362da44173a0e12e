"""A database to measure on: that of DATABASE_URL, or a new SQLite file."""

import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

import django


def set_up(sqlite: Path) -> None:
    """Django with settings of its own, its tables on the database of DATABASE_URL, else in the
    file ``sqlite``."""
    os.environ["KB_ENV_FILE"] = ""
    os.environ["DEBUG"] = "false"  # it would keep the text of every query
    os.environ["ALLOWED_HOSTS"] = "testserver"
    os.environ["KB_HTTPS"] = "false"
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kb.settings"
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{sqlite}")
    django.setup()

    from django.core.management import call_command  # noqa: PLC0415 - after the setup

    call_command("migrate", verbosity=0)


def is_filled() -> bool:
    from digests.models import Digest  # noqa: PLC0415

    return Digest.objects.exists()


def write(folder: Path, texts: Iterable[str]) -> Path:
    """A file for each text."""
    for number, text in enumerate(texts):
        (folder / f"{number:05}.md").write_text(text, encoding="utf-8")
    return folder


def fill(folder: Path) -> None:
    """Import all files of a folder."""
    from digests.importing import Status, find_sources, import_sources  # noqa: PLC0415

    for report in import_sources(find_sources([str(folder)]), origin="benchmark"):
        if report.status is not Status.CREATED:
            sys.exit(f"{report.path} did not go in: {report.error}")
