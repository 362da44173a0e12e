"""Size of the database after an import, as a multiple of the Markdown.

python -m benchmarks.database_size [--small 1000 | --heavy 160 | --folder DIR]
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import database, files

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# A part with less than this share of the database is summed up with others.
_SHOWN = 0.005

_SQLITE = """
    SELECT coalesce(tbl_name, dbstat.name), sum(pgsize) FILTER (WHERE type IS NOT 'index'),
        0, sum(pgsize) FILTER (WHERE type = 'index')
    FROM dbstat LEFT JOIN sqlite_master ON sqlite_master.name = dbstat.name GROUP BY 1
"""
_POSTGRESQL = """
    SELECT relname, pg_relation_size(oid), pg_table_size(oid) - pg_relation_size(oid),
        pg_indexes_size(oid)
    FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace
"""
_SQLITE_INDEXES = """
    SELECT dbstat.name, sum(pgsize)
    FROM dbstat JOIN sqlite_master ON sqlite_master.name = dbstat.name
    WHERE type = 'index' GROUP BY 1
"""
_POSTGRESQL_INDEXES = """
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Table:
    """Bytes of a table. ``toast`` is where PostgreSQL puts long values, with its maps of pages."""

    name: str
    rows: int
    toast: int
    indexes: int

    @property
    def total(self) -> int:
        return self.rows + self.toast + self.indexes


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    files.add_options(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = files.folder(options, Path(name))
        files.set_up_empty_database(Path(name))
        database.fill(folder)
        report(sum(path.stat().st_size for path in folder.rglob("*.md")))


def report(markdown: int) -> None:
    """Print the sizes. ``markdown``: bytes of the files that were imported."""
    from django.db import connection  # noqa: PLC0415 - after the setup

    is_postgresql = connection.vendor == "postgresql"
    connection.close()  # SQLite's last connection moves the log of writes into the file
    with connection.cursor() as cursor:
        whole = _postgresql_size(cursor) if is_postgresql else _sqlite_size(cursor)
        cursor.execute(_POSTGRESQL if is_postgresql else _SQLITE)
        tables = [Table(name, *(size or 0 for size in sizes)) for name, *sizes in cursor.fetchall()]
        cursor.execute(_POSTGRESQL_INDEXES if is_postgresql else _SQLITE_INDEXES)
        indexes = cursor.fetchall()
    print(f"{'Markdown':<44}{markdown / 1e6:>10.1f} MB")
    print(f"{'database':<44}{whole / 1e6:>10.1f} MB{whole / markdown:>8.2f} times the Markdown\n")
    _print_tables(tables, whole, markdown)
    _print_indexes(indexes, whole, markdown)


def _sqlite_size(cursor: "CursorWrapper") -> int:
    cursor.execute("SELECT file FROM pragma_database_list WHERE name = 'main'")
    (file,) = cursor.fetchone()
    return sum(path.stat().st_size for path in (Path(file), Path(f"{file}-wal")) if path.exists())


def _postgresql_size(cursor: "CursorWrapper") -> int:
    """Bytes of the database, without those of an empty one."""
    cursor.execute("VACUUM")
    cursor.execute("SELECT pg_database_size(current_database()) - pg_database_size('template1')")
    (size,) = cursor.fetchone()
    return int(size)


def _print_tables(tables: Sequence[Table], whole: int, markdown: int) -> None:
    print(f"{'times the Markdown':<44}{'rows':>9}{'toast':>9}{'indexes':>9}{'all':>9}")
    rest = Table("others", 0, 0, 0)
    none = Table("no table (free pages, catalogs)", whole - sum(t.total for t in tables), 0, 0)
    for table in sorted(tables, key=lambda table: -table.total):
        if table.total >= whole * _SHOWN:
            _print_table(table, markdown)
        else:
            rest = Table(
                rest.name,
                rest.rows + table.rows,
                rest.toast + table.toast,
                rest.indexes + table.indexes,
            )
    _print_table(rest, markdown)
    _print_table(none, markdown)


def _print_table(table: Table, markdown: int) -> None:
    sizes = (table.rows, table.toast, table.indexes, table.total)
    print(f"{table.name:<44}" + "".join(f"{size / markdown:>9.3f}" for size in sizes))


def _print_indexes(indexes: Sequence[tuple[str, int]], whole: int, markdown: int) -> None:
    print(f"\n{'indexes alone':<71}{'all':>9}")
    for name, size in sorted(indexes, key=lambda index: -index[1]):
        if size >= whole * _SHOWN:
            print(f"{name:<71}{size / markdown:>9.3f}")


if __name__ == "__main__":
    main()
