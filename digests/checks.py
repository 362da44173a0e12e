"""System checks of the database, which `manage.py migrate` makes before it changes anything."""

from collections.abc import Collection
from typing import Any

from django.core import checks
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

FIRST = ("digests", "0001_initial")
LAST = ("digests", "0011_reading_rows")


def check_migrations(
    *, databases: Collection[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Turn away a database that has only some of the migrations that were squashed into one.

    Django would drop the squashed migration from its plan without a word, and leave or change
    tables that are not there.
    """
    return [
        checks.Error(
            f"The database {alias!r} is too old: {LAST[1]} was not applied to it.",
            hint="Check out commit 95d0f8e, run `manage.py migrate` there, and upgrade again.",
            id="digests.E001",
        )
        for alias in databases or ()
        if _is_partial(MigrationRecorder(connections[alias]).applied_migrations())
    ]


def _is_partial(applied: Collection[tuple[str, str]]) -> bool:
    return FIRST in applied and LAST not in applied
