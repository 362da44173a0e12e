"""SQL statements that the ORM writes once in the life of a process.

A query of the ORM is put together anew each time, which takes some eight times as long as SQLite
takes to find a few rows. Where a query differs in a few values alone, `Slot` stands for each of
them, and its SQL and the converters of its columns are kept.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.sql import DeleteQuery, UpdateQuery
from psycopg.sql import Literal

# The place of a `PlannedSlot`, by its number, or of `OneOf`, with the type of its values.
_LATER = re.compile("\0(\\d+)([^\0]*)\0")
# The place of each parameter, and the percent sign in other texts.
_SIGN = re.compile("%[s%]|\0\\d+ ")

_Model = TypeVar("_Model", bound=models.Model)


class Slot(models.Expression):
    """A value that a statement is given each time it runs, by its number from 0. A list goes with
    the lookup `OneOf`."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class PlannedSlot(Slot):
    """A number that PostgreSQL plans for each time: where some values have thousands of times the
    rows of others, such as the id of a reference.

    A statement that is asked often gets one plan for all values. This value is part of its text,
    which only `Statement.rows` puts there.
    """

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return f"\0{self.number}\0", ()


class OneOf(models.Lookup[Any]):
    """A condition like ``__in`` with the list of a `Slot`, which is one parameter, however long."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.rel_db_type(connection)
        return f"{column} \0{self.rhs.number} {kind}\0", (*params, self.rhs)


models.Field.register_lookup(OneOf)
models.ForeignKey.register_lookup(OneOf)


class Statement(NamedTuple):
    """The SQL of a query with `Slot`, its parameters, and what makes a Python value of that of a
    column, by its number."""

    sql: str
    params: Sequence[Any]
    converters: Sequence[tuple[int, Callable[[Any], Any]]]

    @classmethod
    def of(cls, query: models.QuerySet[Any, Any]) -> "Statement":
        """The statement of a query."""
        compiler = query.query.get_compiler(connection=connection)
        sql, params = _with_literals(*compiler.as_sql())
        columns = [column for column, *_ in compiler.select]
        of_columns: dict[int, tuple[Sequence[Callable[..., Any]], Any]]
        of_columns = compiler.get_converters(columns)
        converters = [
            (number, partial(_convert, convert, column))
            for number, (of_column, column) in of_columns.items()
            for convert in of_column
        ]
        return cls(sql, params, converters)

    @classmethod
    def of_update(cls, rows: models.QuerySet[Any, Any], **values: models.Expression) -> "Statement":
        """The statement that gives columns of these rows values, which may be slots."""
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(values)
        sql, params = query.get_compiler(connection=connection).as_sql()
        return cls(sql, params, ())

    @classmethod
    def of_delete(cls, rows: models.QuerySet[Any, Any]) -> "Statement":
        """The statement that deletes these rows, and nothing that refers to them."""
        query: Any = rows.query.chain(DeleteQuery)
        sql, params = query.get_compiler(connection=connection).as_sql()
        return cls(sql, params, ())

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that the statement finds with these values for its slots. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self._text(values), self._params(values))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        if not self.converters:
            return rows
        converted = [*map(list, rows)]
        for row in converted:
            for column, convert in self.converters:
                row[column] = convert(row[column])
        return [*map(tuple, converted)]

    def run(self, *values: Any) -> int:
        """Update or delete with these values for the slots. Returns the number of rows. One
        query."""
        with connection.cursor() as cursor:
            cursor.execute(self._text(values), self._params(values))
            number: int = cursor.rowcount
        return number

    def _text(self, values: Sequence[Any]) -> str:
        def written(place: re.Match[str]) -> str:
            value = values[int(place[1])]
            return _one_of(len(value), place[2]) if place[2] else str(int(value))

        return _LATER.sub(written, self.sql)

    def _params(self, values: Sequence[Any]) -> list[Any]:
        return [self._param(each, values) for each in self.params]

    def _param(self, param: Any, values: Sequence[Any]) -> Any:
        if not isinstance(param, Slot):
            return param
        match value := values[param.number]:
            case datetime():
                return connection.ops.adapt_datetimefield_value(value)
            case [single]:
                return single
            case list() if connection.vendor != "postgresql":
                return json.dumps(value)
        return value


class ModelStatement(NamedTuple, Generic[_Model]):
    """A statement that reads models: some of their columns, in their order."""

    model: type[_Model]
    columns: Sequence[str]
    statement: Statement

    @classmethod
    def of(cls, query: models.QuerySet[_Model, _Model]) -> "ModelStatement[_Model]":
        """The statement of a query without annotations and related rows."""
        compiler = query.query.get_compiler(connection=connection)
        compiler.pre_sql_setup()
        columns = [column.target.attname for column, *_ in compiler.select]
        return cls(query.model, columns, Statement.of(query))

    def rows(self, *values: Any) -> list[_Model]:
        rows = self.statement.rows(*values)
        return [self.model.from_db(connection.alias, self.columns, row) for row in rows]


def _with_literals(sql: str, params: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Put all values into a statement for PostgreSQL but those of slots.

    A plan for any value of ``status`` cannot use an index of the rows that are not live, so that
    the server would plan the statement each time, which takes longer than to find some rows.
    """
    if connection.vendor != "postgresql":
        return sql, params
    values = iter(params)

    def filled(sign: re.Match[str]) -> str:
        if sign[0] == "%%" or isinstance(value := next(values), Slot):
            return sign[0]
        return _literal(value)

    return _SIGN.sub(filled, sql), [param for param in params if isinstance(param, Slot)]


def _one_of(number: int, kind: str) -> str:
    """The condition that a column is one of a number of values.

    PostgreSQL keeps no plan for a list that is shorter than the ten values that it expects, but for
    a single value it does.
    """
    if connection.vendor == "postgresql":
        return f"= %s::{kind}" if number == 1 else f"= ANY(%s::{kind}[])"
    return "= %s" if number == 1 else "IN (SELECT value FROM json_each(%s))"


def _literal(value: Any) -> str:
    plain = value.value if isinstance(value, Enum) else value
    return Literal(plain).as_string().replace("%", "%%")


def _convert(convert: Callable[..., Any], column: Any, value: Any) -> Any:
    return convert(value, column, connection)
