"""Statements put together of parts, and run as they are."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection


class Sql(NamedTuple):
    text: str
    params: tuple[int | str | list[int] | list[str], ...] = ()


def compose(template: str, *parts: Sql) -> Sql:
    """Put a part for each ``{}`` of the template."""
    params = tuple(param for part in parts for param in part.params)
    return Sql(template.format(*(part.text for part in parts)), params)


def joined(separator: str, parts: Iterable[Sql], around: str = "({})") -> Sql:
    found = list(parts)
    return compose(around.format(separator.join(["{}"] * len(found))), *found)


def numbered(parts: Iterable[Sql]) -> Sql:
    """Select the document ids of all parts, each with the number of its part."""
    selects = (
        compose(f"SELECT {number} AS number, place FROM ({{}}) AS part{number}", part)
        for number, part in enumerate(parts)
    )
    return joined(" UNION ALL ", selects, around="{}")


def select(sql: Sql) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(*sql)
        return list(cursor.fetchall())


def select_ids(sql: Sql) -> list[int]:
    return [document_id for (document_id,) in select(sql)]


def execute(sql: str, params: Sequence[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for each row of parameters."""
    if len(rows) == 1:
        execute(sql, rows[0])  # without what psycopg does to send many
        return
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
