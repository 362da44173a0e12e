"""Reads and writes of rows as plain values, for what every write does.

`bulk_create` makes an instance of every row and asks each of its fields for each value, which takes
five times as long as the database does.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models

from digests.grouping import batched, grouped
from digests.models.json_values import CompressedJSONField
from digests.models.kept_reads import kept_rows
from digests.models.statements import Slot, Statement

_BATCH = 1000
# So many rows PostgreSQL takes by COPY, which costs this process and the server half as much.
_COPIED = 20


def select_rows(
    model: type[models.Model],
    names: Sequence[str],
    owner: str,
    ids: Iterable[Any],
    *order: str,
    **same: Any,
) -> list[tuple[Any, ...]]:
    """These columns of the rows whose ``owner`` is one of ``ids``, in the order of the columns
    ``order``. ``same``: values of other columns that they share. One query, none without ids or for
    what `kept_rows` has."""
    if not (wanted := list(ids)):
        return []
    if len(wanted) == 1 and not same:
        rows = kept_rows(model, tuple(names), owner, wanted[0], order)
        if rows is not None:
            return rows
    statement = _query(model, tuple(names), owner, order, tuple(same))
    return statement.rows(wanted, *same.values())


@cache
def _query(
    model: type[models.Model],
    names: tuple[str, ...],
    owner: str,
    order: tuple[str, ...],
    same: tuple[str, ...],
) -> Statement:
    found = model._default_manager.filter(**{f"{owner}__one_of": Slot(0)})
    for number, name in enumerate(same, start=1):
        found = found.filter(**{name: Slot(number)})
    return Statement.of(found.order_by(*order).values_list(*names))


def reload(row: models.Model) -> None:
    """Read the columns of a row anew, and forget the rows related to it. One query. Raises
    ObjectDoesNotExist."""
    names = [field.attname for field in row._meta.concrete_fields]
    found = select_rows(type(row), names, "pk", [row.pk])
    if not found:
        raise ObjectDoesNotExist(f"{type(row).__name__} {row.pk}")
    vars(row).update(zip(names, found[0], strict=True))
    row._state.fields_cache.clear()
    vars(row).pop("_prefetched_objects_cache", None)


def update_rows(
    model: type[models.Model], owner: str, ids: Iterable[Any], values: Mapping[str, Any]
) -> None:
    """Set these columns of the rows whose ``owner`` is one of ``ids``. One query, none without
    ids."""
    if not (wanted := list(ids)):
        return
    fields: list[Any] = [model._meta.get_field(name) for name in values]
    prepared = [
        field.get_db_prep_save(each, connection)
        for field, each in zip(fields, values.values(), strict=True)
    ]
    _update(model, tuple(values), owner).run(wanted, *prepared)


@cache
def _update(model: type[models.Model], names: tuple[str, ...], owner: str) -> Statement:
    found = model._default_manager.filter(**{f"{owner}__one_of": Slot(0)})
    slots = {name: Slot(number) for number, name in enumerate(names, start=1)}
    return Statement.of_update(found, **slots)


def delete_rows(model: type[models.Model], owner: str, ids: Iterable[Any]) -> None:
    """Delete the rows whose ``owner`` is one of ``ids``; no other table may refer to them. One
    query, none without ids."""
    if wanted := list(ids):
        _delete(model, owner).run(wanted)


@cache
def _delete(model: type[models.Model], owner: str) -> Statement:
    return Statement.of_delete(model._default_manager.filter(**{f"{owner}__one_of": Slot(0)}))


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
    is_postgresql = connection.vendor == "postgresql"
    for batch in batched(rows, _BATCH):
        values = _prepared(fields, batch)
        sql = partial(_insert, model, tuple(names), tuple(update), tuple(unique))
        with connection.cursor() as cursor:
            if len(values) == 1:
                cursor.execute(sql(as_arrays=False), values[0])
            elif not is_postgresql:
                cursor.executemany(sql(as_arrays=False), values)
            elif update or len(values) < _COPIED:
                # A statement for each row would take the server three times as long.
                arrays = [list(column) for column in zip(*values, strict=True)]
                cursor.execute(sql(as_arrays=True), arrays)
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


@cache
def _insert(
    model: type[models.Model],
    names: tuple[str, ...],
    update: tuple[str, ...],
    unique: tuple[str, ...],
    *,
    as_arrays: bool,
) -> str:
    """The statement that inserts a row, or with ``as_arrays`` rows whose columns are arrays."""
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(quote(field.column) for field in fields)
    if as_arrays:
        arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
        source = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - types
    else:
        source = f"VALUES ({', '.join(['%s'] * len(fields))})"
    conflict = _on_conflict(unique, update) if update else ""
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {source} {conflict}"


def _on_conflict(unique: Sequence[str], update: Collection[str]) -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in update)
    key = ", ".join(map(quote, unique))
    return f"ON CONFLICT ({key}) DO UPDATE SET {sets}"


def _prepared(fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Rows with values as the database takes them: JSON as text, and on SQLite times too."""
    convert: dict[int, Callable[[Any], Any]] = {}
    for number, field in enumerate(fields):
        if isinstance(field, models.JSONField):
            # `json.dumps` would make an encoder for each value.
            convert[number] = (field.encoder or json.JSONEncoder)().encode
        elif isinstance(field, CompressedJSONField):
            convert[number] = field.get_prep_value
        elif isinstance(field, models.DateTimeField):
            convert[number] = connection.ops.adapt_datetimefield_value
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
        delete_rows(model, owner, stale)
    insert_rows(model, names, (row for pk in stale for row in wanted[pk]))
    return sum(max(len(existing[pk]), len(wanted[pk])) for pk in stale)
