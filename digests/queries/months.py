"""Counts by month, for charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Month:
    first: date
    count: int


def every_month(counts: Mapping[date, int]) -> list[Month]:
    """Of counts by the first day of a month: all months from the first to the last of them."""
    if not counts:
        return []
    month, last = min(counts), max(counts)
    months = []
    while month <= last:
        months.append(Month(month, counts.get(month, 0)))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return months
