"""SQL statements that the ORM writes once in the life of a process.

A query of the ORM is put together anew each time, which takes some eight times as long as SQLite
takes to find a few rows. Where a query differs in a few values alone, `Slot` stands for each of
them, and its SQL and the converters of its columns are kept.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.sql import DeleteQuery, UpdateQuery

# The place of the value of a `PlannedSlot`, by its number.
_PLANNED = re.compile("\0(\\d+)\0")

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
        sql, params = compiler.as_sql()
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
        sql = _PLANNED.sub(lambda found: str(int(values[int(found[1])])), self.sql)
        with connection.cursor() as cursor:
            cursor.execute(sql, self._params(values))
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
            cursor.execute(self.sql, self._params(values))
            number: int = cursor.rowcount
        return number

    def _params(self, values: Sequence[Any]) -> list[Any]:
        return [self._param(each, values) for each in self.params]

    def _param(self, param: Any, values: Sequence[Any]) -> Any:
        if not isinstance(param, Slot):
            return param
        match value := values[param.number]:
            case datetime():
                return connection.ops.adapt_datetimefield_value(value)
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


def _convert(convert: Callable[..., Any], column: Any, value: Any) -> Any:
    return convert(value, column, connection)
