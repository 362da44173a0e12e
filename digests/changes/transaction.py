"""The transaction of both write doors, which raises the version of the content."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from digests.models import ContentVersion
from digests.models.kept_reads import KeptReads

_LOCK = 0x6B62  # "kb"; any number that every process of this project agrees on
# Beginnings of statements that leave all rows as they are. Any other counts as a write, since to
# raise the version once too often does no harm.
_READING = (
    *("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT"),
    "PRAGMA TABLE_XINFO",  # by which Django looks at the columns of a table on SQLite
    *("CREATE VIRTUAL TABLE TEMP.", "DROP TABLE TEMP."),  # of one connection
)
_BEGINNING = 100  # characters of a statement that are compared with these
# The end of one that only looks, though it is an INSERT: SQLite's check of an FTS5 table.
_CHECK = "VALUES ('INTEGRITY-CHECK')"


@contextmanager
def write_transaction() -> Iterator[None]:
    """Open a transaction that no other writer runs beside, on PostgreSQL as on SQLite.

    Counts and titles of references are derived from rows of other digests. Two writers at once
    would not see each other's rows, would both store a wrong count, and could deadlock. Readers do
    not wait. The lock ends with the outermost transaction.

    At its end the outermost one raises the version of the content, so that caches see the version
    change with the rows. One that only read, or that will be rolled back, leaves it.
    """
    if any(isinstance(wrapper, _Watch) for wrapper in connection.execute_wrappers):
        yield  # a part of another one, which is undone as a whole
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        watch = _Watch()
        with connection.execute_wrapper(watch):
            yield
        if watch.has_written and not connection.needs_rollback:
            ContentVersion.objects.go_up()


class _Watch(KeptReads):
    """A wrapper of all statements of a connection that notices those that may write."""

    def __init__(self) -> None:
        super().__init__()
        self.has_written = False

    def __call__(self, execute: Callable[..., Any], sql: Any, *args: Any) -> Any:
        text = str(sql)
        begins = text[:_BEGINNING].lstrip().upper()  # a statement can hold megabytes
        if begins.startswith("ROLLBACK"):
            self.forget_all()
        elif not begins.startswith(_READING) and text[-len(_CHECK) :].upper() != _CHECK:
            self.has_written = True
            self.forget(text)
        return execute(sql, *args)
