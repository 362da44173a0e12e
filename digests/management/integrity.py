"""Faults of a database as a whole: damaged pages, missing migrations, a search index that lost
rows."""

from collections.abc import Iterator

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from digests.failures import reason
from digests.missing_migrations import missing_migrations
from digests.search import engines

# Faults that are named; a damaged page may have thousands.
_NAMED = 10


def faults(alias: str) -> Iterator[str]:
    """Yield the faults of a database, each on a line, in words for an administrator. SQLite reads
    all of its file, two seconds a gigabyte; PostgreSQL all of its indexes, if its extension
    amcheck is installed."""
    connection = connections[alias]
    try:
        yield from _damages(connection)
        if missing := missing_migrations(alias):
            names = ", ".join(sorted(f"{app}.{name}" for app, name in missing))
            yield _("missing migrations: {}; run “migrate”").format(names)
        else:
            for fault in engines.current().verify():
                yield _("the search index: {}; run “rebuild”").format(fault)
    except Error as error:
        yield reason(error)


def _damages(connection: BaseDatabaseWrapper) -> Iterator[str]:
    check = _of_sqlite if connection.vendor == "sqlite" else _of_postgresql
    for fault in check(connection):
        yield _("the database is damaged: {}").format(" ".join(fault.split()))


def _of_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA integrity_check({_NAMED})")
        return [fault for (fault,) in cursor.fetchall() if fault != "ok"]


def _may_call(cursor: CursorWrapper, function: str) -> bool:
    """True if this role may call a function; those of amcheck are for superusers by default."""
    cursor.execute("SELECT has_function_privilege(%s, 'execute')", [function])
    [may] = cursor.fetchone()
    return bool(may)


def _of_postgresql(connection: BaseDatabaseWrapper) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('bt_index_check(regclass, boolean)')")
        [check] = cursor.fetchone()
        if check is None or not _may_call(cursor, check):
            return
        cursor.execute(
            "SELECT pg_class.oid::regclass::text FROM pg_class"
            " JOIN pg_am ON pg_am.oid = relam JOIN pg_index ON indexrelid = pg_class.oid"
            " WHERE amname = 'btree' AND relpersistence = 'p' AND indisready AND indisvalid"
            " AND relnamespace = current_schema()::regnamespace ORDER BY 1"
        )
        for (index,) in cursor.fetchall():
            try:
                cursor.execute("SELECT bt_index_check(%s::regclass, true)", [index])
            except Error as error:
                yield str(error)
