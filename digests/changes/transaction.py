"""The transaction in which both doors, importing and editing, write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_LOCK = 0x6B62  # "kb"; any number that every process of this project agrees on


@contextmanager
def write_transaction() -> Iterator[None]:
    """One writer at a time, on PostgreSQL as on SQLite.

    Counts and titles of references are derived from rows of other digests. Two writers that do
    not see each other's would both store a wrong count, and could wait for each other's rows.
    Readers are not held up; the lock ends with the outermost transaction.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield
