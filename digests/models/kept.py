"""Queries that the ORM writes once for all readers with the same rights."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from django.db.models import QuerySet

from digests.models.readers import Audience, Reader
from digests.models.statements import Slot, Statement


def kept_query(
    build: Callable[..., QuerySet[Any, Any]],
) -> Callable[..., list[tuple[Any, ...]]]:
    """Make a function that returns a query one that returns its rows.

    ``build`` takes a reader, and values that it may only compare with columns: each list by
    ``one_of``. It is called once for each `Audience`, whose readers see the same rows. The function
    that is made takes the reader and the values. One query, none if a list is empty.
    """
    slots = [Slot(number) for number in range(len(signature(build).parameters) - 1)]
    kept: dict[Audience, Statement] = {}

    @wraps(build)
    def rows(user: Reader, *values: Any) -> list[tuple[Any, ...]]:
        if [] in values:
            return []
        audience = Audience.of(user)
        if audience not in kept:
            kept[audience] = Statement.of(build(user, *slots))
        return kept[audience].rows(*values)

    return rows
