"""Django over a given checkout, with a clock that stands still."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from benchmarks import database

START = datetime(2026, 8, 1, 10, tzinfo=UTC)


class Clock:
    """Time that passes only when it is told to, whatever else takes how long."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def wait(self, days: int) -> None:
        self.time = START + timedelta(days=days)


def set_up(tree: Path, sqlite: Path) -> Clock:
    """Load the settings and models of the checkout ``tree`` and create its tables.

    The clock is stopped first, because fields keep the function that they take the time from.
    """
    clock = Clock()
    timezone.now = clock.now
    sys.path.insert(0, str(tree))
    database.set_up(sqlite)
    return clock


@contextmanager
def plain_files(folder: Path) -> Iterator[None]:
    """Static files under their own names, without ``collectstatic``; uploads below ``folder``."""
    from django.conf import settings  # noqa: PLC0415 - after the setup
    from django.test import override_settings  # noqa: PLC0415

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    (folder / "static").mkdir(exist_ok=True)
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        STATIC_ROOT=folder / "static",
        MEDIA_ROOT=folder / "uploads",
    ):
        yield
