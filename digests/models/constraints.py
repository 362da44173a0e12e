"""Constraints that several models have."""

from functools import reduce
from operator import or_

from django.db.models import CheckConstraint, Choices, Q


def in_choices(column: str, choices: type[Choices], *, name: str) -> CheckConstraint:
    """A constraint by which the column has one of its choices."""
    return CheckConstraint(condition=Q(**{f"{column}__in": choices.values}), name=name)


def only_one_of(*columns: str, name: str) -> CheckConstraint:
    """A constraint by which exactly one of these columns is filled in."""
    choices = (
        Q(**{f"{other}__isnull": other != column for other in columns}) for column in columns
    )
    return CheckConstraint(condition=reduce(or_, choices), name=name)
