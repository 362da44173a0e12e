"""Counts by month for charts. Months are in the site's time zone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

# Maximum number of months in a chart, the newest ones.
MONTHS_SHOWN = 36


@dataclass(frozen=True)
class Month:
    first: date
    count: int


def month_of(moment: datetime) -> date:
    """The first day of a moment's month."""
    return timezone.localtime(moment).date().replace(day=1)


def midnight(day: date) -> datetime:
    """The moment at which a day begins."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def months_after(month: date, number: int) -> date:
    """The first day of the month ``number`` months later, or earlier if it is negative."""
    years, rest = divmod(month.month - 1 + number, 12)
    return date(month.year + years, rest + 1, 1)


def counts_by_month(counts: Iterable[tuple[datetime, int]]) -> dict[date, int]:
    """Sum the counts of moments by the first day of their month."""
    by_month: Counter[date] = Counter()
    zone = timezone.get_current_timezone()  # once, as there may be thousands of moments
    for moment, count in counts:
        at = moment.astimezone(zone)
        by_month[date(at.year, at.month, 1)] += count
    return by_month


def by_row(rows: Iterable[tuple[int, datetime]]) -> dict[int, date]:
    """The first day of the month of each row, given with its moment, the oldest first."""
    months: dict[int, date] = {}
    end = None
    for pk, moment in rows:
        if end is None or moment >= end:
            month = month_of(moment)
            end = midnight(months_after(month, 1))
        months[pk] = month
    return months


def months_of(moments: Iterable[datetime]) -> list[Month]:
    """The months of these moments with the number of moments in each."""
    return every_month(counts_by_month(Counter(moments).items()))


def every_month(counts: Mapping[date, int]) -> list[Month]:
    """All months from the first to the last one in ``counts``, with 0 for those that are
    missing."""
    return between(min(counts), max(counts), counts) if counts else []


def between(first: date, last: date, counts: Mapping[date, int]) -> list[Month]:
    number = 12 * (last.year - first.year) + last.month - first.month + 1
    months = (months_after(first, n) for n in range(number))
    return [Month(month, counts.get(month, 0)) for month in months]
