"""Reads and writes of rows as plain values, for what every write does.

A query of the ORM is put together anew each time, which takes some eight times as long as SQLite
takes to find a few rows. `bulk_create` makes an instance of every row and asks each of its fields
for each value, which takes five times as long as the database does.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from django.db import connection, models

from digests.grouping import batched, grouped
from digests.models.json_values import CompressedJSONField

_BATCH = 1000
# So many rows PostgreSQL takes by COPY, which costs this process and the server half as much.
_COPIED = 20


class OneOf(models.Lookup[Any]):
    """A condition like ``__in`` whose values are one parameter, whatever their number."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, self.rhs)  # noqa: S608 - a column

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        values = f"%s::{self.lhs.output_field.rel_db_type(connection)}[]"
        return f"{column} = ANY({values})", (*params, self.rhs)


models.Field.register_lookup(OneOf)
models.ForeignKey.register_lookup(OneOf)


def select_rows(
    model: type[models.Model],
    names: Sequence[str],
    owner: str,
    ids: Iterable[Any],
    *order: str,
    **same: Any,
) -> list[tuple[Any, ...]]:
    """These columns of the rows whose ``owner`` is one of ``ids``, in the order of the columns
    ``order``. ``same``: values of other columns that they share.

    One query, none without ids. The ORM puts it together once in the life of a process.
    """
    if not (wanted := list(ids)):
        return []
    query = _query(model, tuple(names), owner, order, tuple(same))
    with connection.cursor() as cursor:
        array = wanted if connection.vendor == "postgresql" else json.dumps(wanted)
        cursor.execute(query.sql, [array, *same.values()])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    if not query.converters:
        return rows
    converted = [*map(list, rows)]
    for row in converted:
        for column, convert in query.converters:
            row[column] = convert(row[column])
    return [*map(tuple, converted)]


class _Query(NamedTuple):
    """An SQL statement, and what makes a Python value of that of a column, by its number."""

    sql: str
    converters: Sequence[tuple[int, Callable[[Any], Any]]]


@cache
def _query(
    model: type[models.Model],
    names: tuple[str, ...],
    owner: str,
    order: tuple[str, ...],
    same: tuple[str, ...],
) -> _Query:
    found = model._default_manager.filter(**{f"{owner}__one_of": ""})
    for name in same:
        found = found.filter(**{name: ""})
    compiler = found.order_by(*order).values_list(*names).query.get_compiler(connection=connection)
    sql, _ = compiler.as_sql()
    columns = [column for column, *_ in compiler.select]
    of_columns: dict[int, tuple[Sequence[Callable[..., Any]], Any]]
    of_columns = compiler.get_converters(columns)
    converters = [
        (number, partial(_convert, convert, column))
        for number, (of_column, column) in of_columns.items()
        for convert in of_column
    ]
    return _Query(sql, converters)


def _convert(convert: Callable[..., Any], column: Any, value: Any) -> Any:
    return convert(value, column, connection)


def insert_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    update: Collection[str] = (),
    unique: Sequence[str] = ("id",),
) -> None:
    """Insert rows of these attributes. Of a row whose ``unique`` attributes are there already,
    set the columns ``update``."""
    fields = [model._meta.get_field(name) for name in names]
    conflict = _on_conflict(unique, update) if update else ""
    for batch in batched(rows, _BATCH):
        values = _prepared(fields, batch)
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                signs = ", ".join(["%s"] * len(fields))
                cursor.executemany(_insert(model, fields, f"VALUES ({signs})", conflict), values)
            elif conflict or len(values) < _COPIED:
                # A statement for each row would take the server three times as long.
                arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
                sql = _insert(model, fields, f"SELECT * FROM unnest({arrays})", conflict)  # noqa: S608 - types
                cursor.execute(sql, [list(column) for column in zip(*values, strict=True)])
            else:
                _copy(cursor, model, fields, values)


def _copy(
    cursor: Any, model: type[models.Model], fields: Sequence[Any], values: Iterable[Sequence[Any]]
) -> None:
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)
    # The lock that a COPY takes. COPY itself is seen by no wrapper of statements, and
    # `write_transaction` must see that something is written.
    cursor.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _insert(model: type[models.Model], fields: Sequence[Any], source: str, conflict: str) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) {source} {conflict}"


def _on_conflict(unique: Sequence[str], update: Collection[str]) -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in update)
    key = ", ".join(map(quote, unique))
    return f"ON CONFLICT ({key}) DO UPDATE SET {sets}"


def _prepared(fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Rows with values as the database takes them: JSON as text."""
    convert: dict[int, Callable[[Any], Any]] = {}
    for number, field in enumerate(fields):
        if isinstance(field, models.JSONField):
            # `json.dumps` would make an encoder for each value.
            convert[number] = (field.encoder or json.JSONEncoder)().encode
        elif isinstance(field, CompressedJSONField):
            convert[number] = field.get_prep_value
    if not convert:
        return rows
    return [
        [convert[n](value) if n in convert else value for n, value in enumerate(row)]
        for row in rows
    ]


def set_columns(row: models.Model, columns: Mapping[str, object]) -> bool:
    """Set these columns without saving them. Returns True if one of them had another value."""
    if all(getattr(row, name) == value for name, value in columns.items()):
        return False
    for name, value in columns.items():
        setattr(row, name, value)
    return True


def store_columns(rows: Sequence[models.Model], columns: Collection[str]) -> int:
    """Update these columns of rows that exist and are loaded in full. Returns the number of rows.

    This is an upsert, because `bulk_update` builds a CASE for every value and takes ten times as
    long.
    """
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["pk"], update_fields=columns
        )
    return len(rows)


def replace_rows(
    model: type[models.Model],
    names: Sequence[str],
    owner: str,
    wanted: Mapping[int, Sequence[Sequence[Any]]],
) -> int:
    """Replace the rows of each owner by the wanted ones, of these attributes. Owners whose rows are
    equal are left alone.

    Returns the number of rows that were not as wanted.
    """
    stored = select_rows(model, [owner, *names], owner, wanted, "position")
    existing = grouped((pk, row) for pk, *row in stored)
    stale = [pk for pk, rows in wanted.items() if list(map(list, rows)) != existing[pk]]
    if stale:
        model._default_manager.filter(**{f"{owner}__in": stale}).delete()
    insert_rows(model, names, (row for pk in stale for row in wanted[pk]))
    return sum(max(len(existing[pk]), len(wanted[pk])) for pk in stale)
