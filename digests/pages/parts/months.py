"""Counts by month, for charts. A month is that of the site's time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

MONTHS_SHOWN = 36
"""A chart has so many at most, the newest."""


@dataclass(frozen=True)
class Month:
    first: date
    count: int


def month_of(moment: datetime) -> date:
    """The first day of its month."""
    return timezone.localtime(moment).date().replace(day=1)


def midnight(day: date) -> datetime:
    """When it begins."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def months_after(month: date, number: int) -> date:
    """The first day of the month that comes so many months later, or earlier below 0."""
    years, rest = divmod(month.month - 1 + number, 12)
    return date(month.year + years, rest + 1, 1)


def every_month(counts: Mapping[date, int]) -> list[Month]:
    """Of counts by the first day of a month: all months from the first to the last of them."""
    return months_between(min(counts), max(counts), counts) if counts else []


def months_between(first: date, last: date, counts: Mapping[date, int]) -> list[Month]:
    number = 12 * (last.year - first.year) + last.month - first.month + 1
    months = (months_after(first, n) for n in range(number))
    return [Month(month, counts.get(month, 0)) for month in months]
