"""Several questions to an engine in one statement: a page may not ask the database often."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from django.db import connection

_Answer = TypeVar("_Answer")
_Answer_co = TypeVar("_Answer_co", covariant=True)


class Sql(NamedTuple):
    text: str
    params: tuple[int | str, ...] = ()


def compose(template: str, *parts: Sql) -> Sql:
    """Each ``{}`` of the template is one of the parts."""
    params = tuple(param for part in parts for param in part.params)
    return Sql(template.format(*(part.text for part in parts)), params)


def joined(separator: str, parts: Iterable[Sql], around: str = "({})") -> Sql:
    found = list(parts)
    return compose(around.format(separator.join(["{}"] * len(found))), *found)


def union(parts: Iterable[Sql]) -> Sql:
    return joined(" UNION ALL ", parts, around="{}")


Row: TypeAlias = tuple[int, int, float, str]
"""A part of the question, a place or a count, a score, a name: what a part does not need is 0 or
empty."""


def rows_of(places: Sql) -> Sql:
    """Selects rows of places alone."""
    return compose(
        "SELECT 0 AS part, place AS number, 0.0 AS score, '' AS name FROM ({}) AS places", places
    )


def count_of(places: Sql) -> Sql:
    """Selects one row, with how many there are."""
    return compose(
        "SELECT 0 AS part, count(*) AS number, 0.0 AS score, '' AS name FROM ({}) AS places", places
    )


def count_unless(hits: Sql, places: Sql, part: int) -> Sql:
    """Selects one row, with how many places there are; with 0, at no cost, if there are hits."""
    return compose(
        f"SELECT {part} AS part, CASE WHEN EXISTS ({{}}) THEN 0"
        " ELSE (SELECT count(*) FROM ({}) AS places) END AS number, 0.0 AS score, '' AS name",
        hits,
        places,
    )


@dataclass(frozen=True, eq=False)
class Question(Generic[_Answer_co]):
    """``sql`` selects the columns part, number, score and name, the rows in any order; ``read``
    makes the answer of them."""

    sql: Sql
    read: Callable[[Sequence[Row]], _Answer_co]


class Answers:
    def __init__(self, rows: dict[Question[Any], list[Row]]) -> None:
        self._rows = rows

    def __getitem__(self, question: Question[_Answer]) -> _Answer:
        return question.read(self._rows.get(question, ()))


def ask(*questions: Question[Any]) -> Answers:
    """One query."""
    statement = union(
        compose(
            f"SELECT {number} AS question, part, number, score, name FROM ({{}}) AS rows{number}",
            question.sql,
        )
        for number, question in enumerate(questions)
    )
    rows: dict[Question[Any], list[Row]] = defaultdict(list)
    for number, *row in select(statement):
        rows[questions[number]].append(tuple(row))
    return Answers(rows)


def select(sql: Sql) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(*sql)
        return list(cursor.fetchall())
