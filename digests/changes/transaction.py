"""The transaction of both write doors."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_LOCK = 0x6B62  # "kb"; any number that every process of this project agrees on


@contextmanager
def write_transaction() -> Iterator[None]:
    """Open a transaction that no other writer runs beside, on PostgreSQL as on SQLite.

    Counts and titles of references are derived from rows of other digests. Two writers at once
    would not see each other's rows, would both store a wrong count, and could deadlock. Readers do
    not wait. The lock ends with the outermost transaction.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield
