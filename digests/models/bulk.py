"""Bulk writes of derived rows as plain values, which skip rows that are already as wanted.

`bulk_create` makes an instance of every row and asks each of its fields for each value, which takes
five times as long as the database does.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection, models

from digests.grouping import batched, grouped
from digests.models.json_values import CompressedJSONField

_BATCH = 1000


def insert_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    update: Collection[str] = (),
) -> None:
    """Insert rows of these attributes. Of a row whose primary key is there already, set the columns
    ``update``."""
    fields = [model._meta.get_field(name) for name in names]
    for batch in batched(rows, _BATCH):
        values = _prepared(fields, batch)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A statement for each row would take the server three times as long.
                arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
                sql = _insert(model, fields, f"SELECT * FROM unnest({arrays})", update)  # noqa: S608 - types
                cursor.execute(sql, [list(column) for column in zip(*values, strict=True)])
            else:
                signs = ", ".join(["%s"] * len(fields))
                cursor.executemany(_insert(model, fields, f"VALUES ({signs})", update), values)


def _insert(
    model: type[models.Model], fields: Sequence[Any], source: str, update: Collection[str]
) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) {source}"
    if not update:
        return sql
    sets = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in update)
    key = quote(str(model._meta.pk.column))
    return f"{sql} ON CONFLICT ({key}) DO UPDATE SET {sets}"


def _prepared(fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Rows with values as the database takes them: JSON as text."""
    convert: dict[int, Callable[[Any], Any]] = {}
    for number, field in enumerate(fields):
        if isinstance(field, models.JSONField):
            convert[number] = partial(json.dumps, cls=field.encoder)
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
    stored = model._default_manager.filter(**{f"{owner}__in": wanted}).order_by("position")
    existing = grouped((pk, row) for pk, *row in stored.values_list(owner, *names))
    stale = [pk for pk, rows in wanted.items() if list(map(list, rows)) != existing[pk]]
    model._default_manager.filter(**{f"{owner}__in": stale}).delete()
    insert_rows(model, names, (row for pk in stale for row in wanted[pk]))
    return sum(max(len(existing[pk]), len(wanted[pk])) for pk in stale)
