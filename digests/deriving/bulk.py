"""Bulk writes of derived rows, which skip rows that are already as wanted."""

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from django.db import models

from digests.grouping import grouped

Row = TypeVar("Row", bound=models.Model)


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


def replace_rows(model: type[Row], owner: str, wanted: Mapping[int, Sequence[Row]]) -> int:
    """Replace the rows of each owner by the wanted ones. Owners whose rows are equal but for their
    ids are left alone.

    Returns the number of rows that were not as wanted.
    """
    manager = model._default_manager
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    values = attrgetter(f"{owner}_id", *names)
    rows_before = manager.filter(**{f"{owner}__in": wanted}).order_by("position")
    columns = rows_before.values_list(f"{owner}_id", *names)
    existing = grouped((row[0], row) for row in columns)
    stale = [pk for pk, rows in wanted.items() if list(map(values, rows)) != existing[pk]]
    manager.filter(**{f"{owner}__in": stale}).delete()
    manager.bulk_create(row for pk in stale for row in wanted[pk])
    return sum(max(len(existing[pk]), len(wanted[pk])) for pk in stale)
