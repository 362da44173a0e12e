"""Queries that the ORM writes once for all readers with the same rights."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet

from digests.models.readers import Audience, Reader
from digests.models.statements import ModelStatement, Slot, Statement

_Row = TypeVar("_Row")
_Model = TypeVar("_Model", bound=Model)


class _Written(Protocol[_Row]):
    """A statement that the ORM has written."""

    def rows(self, *values: Any) -> list[_Row]: ...


def kept_query(
    build: Callable[..., QuerySet[Any, Any]],
) -> Callable[..., list[tuple[Any, ...]]]:
    """Make a function that returns a query one that returns its rows, as tuples.

    ``build`` takes a reader, and values that it may only compare with columns: each list by
    ``one_of``. It is called once for each `Audience`, whose readers see the same rows, so that a
    setting or a time that it reads stays as it was then. The function that is made takes the reader
    and the values, where None equals nothing and an integer must fit its column. One query, none if
    a list is empty.
    """
    return _kept(build, Statement.of)


def kept_models(
    build: Callable[..., QuerySet[_Model, _Model]],
) -> Callable[..., list[_Model]]:
    """The same for a query of models, without annotations and related rows."""
    return _kept(build, ModelStatement[_Model].of)


def _kept(
    build: Callable[..., QuerySet[Any, Any]],
    write: Callable[[QuerySet[Any, Any]], _Written[_Row]],
) -> Callable[..., list[_Row]]:
    slots = [Slot(number) for number in range(len(signature(build).parameters) - 1)]
    kept: dict[Audience, _Written[_Row]] = {}

    @wraps(build)
    def rows(user: Reader, *values: Any) -> list[_Row]:
        if [] in values:
            return []
        audience = Audience.of(user)
        if audience not in kept:
            kept[audience] = write(build(user, *slots))
        return kept[audience].rows(*values)

    return rows
