"""Small charts of counts: SVG rendered on the server, without scripts and inline styles.

Each chart has a text alternative. Colours come from the style sheet.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django import template
from django.utils.translation import pgettext

from digests.pages.archive.queries import Calendar, Day
from digests.pages.parts.counted import Counted
from digests.pages.parts.months import MONTHS_SHOWN, Month

register = template.Library()

_SPARK_HEIGHT = 24
# Width of a chart of many months. In a chart of few a month is at most ``_WIDEST`` wide.
_SPARK_WIDTH = 216
_WIDEST = 12
_GAP = 2

BAR_WIDTH = 1000

LEVELS = 4
# Width and height of a day's square, with the gap to the next one.
_CELL = 13
_SQUARE = 11
# Space for the names of the days and the months.
_LEFT, _TOP = 26, 16


@register.inclusion_tag("digests/includes/sparkline.html")
def sparkline(months: Sequence[Month], table: bool = True) -> dict[str, Any]:
    """Draw one bar a month, for at most three years; nothing for fewer than two months.

    Screen readers get its span and its peak and, with ``table``, the count of each month.
    """
    if len(months) < 2:
        return {}
    shown = months[-MONTHS_SHOWN:]
    most = max(shown, key=lambda month: month.count)
    heights = [_height(month.count, most.count) for month in shown]
    bar = min(_WIDEST, _SPARK_WIDTH // len(shown))
    return {
        "bars": [
            {"month": month, "x": place * bar, "y": _SPARK_HEIGHT - height, "height": height}
            for place, (month, height) in enumerate(zip(shown, heights, strict=True))
        ],
        "width": len(shown) * bar - _GAP,
        "height": _SPARK_HEIGHT,
        "bar": bar - _GAP,
        "most": most,
        "shown": shown,
        "table": table,
    }


def _height(count: int, most: int) -> int:
    """Height of a bar. A count above 0 is always visible."""
    return max(1, round(_SPARK_HEIGHT * count / most)) if count else 0


@register.inclusion_tag("digests/includes/bars.html")
def bars(rows: Sequence[Counted]) -> dict[str, Any]:
    """Draw a list of names and counts, each with a bar for its share of the greatest count."""
    most = max((row.count for row in rows), default=0)
    return {
        "bars": [(row, max(1, BAR_WIDTH * row.count // most) if most else 0) for row in rows],
        "full": BAR_WIDTH,
    }


@register.inclusion_tag("digests/includes/heat.html")
def heat(calendar: Calendar) -> dict[str, Any]:
    """Draw a calendar of a year: one square a day, one column a week, in two halves that a narrow
    screen stacks.

    Squares of days without a digest have no title, because 365 of them would be most of the page.
    """
    most = max((day.topics for day in calendar.days.values()), default=0)
    ends = (date(calendar.year, 1, 1), date(calendar.year, 7, 1), date(calendar.year + 1, 1, 1))
    return {
        "calendar": calendar,
        "halves": [_half(*half, calendar.days, most) for half in pairwise(ends)],
        "square": _SQUARE,
        "weekdays": _weekdays(),
        "levels": _levels(most),
    }


def _level(topics: int, most: int) -> int:
    """Colour level of a day, in even steps: 0 without topics, 4 for the highest count of the
    year."""
    return -(-LEVELS * topics // most) if topics else 0


def _levels(most: int) -> list[tuple[int, int, int]]:
    """Levels that occur, each with the lowest and the highest count that it stands for."""
    ends = pairwise(most * level // LEVELS for level in range(LEVELS + 1))
    return [(level, below + 1, end) for level, (below, end) in enumerate(ends, 1) if below < end]


def _weekdays() -> list[tuple[str, int]]:
    """Names of every other weekday, with their vertical positions."""
    names = {
        0: pgettext("day beside a chart", "Mon"),
        2: pgettext("day beside a chart", "Wed"),
        4: pgettext("day beside a chart", "Fri"),
    }
    return [(name, _TOP + day * _CELL + _SQUARE - 1) for day, name in names.items()]


def _half(first: date, after: date, days: Mapping[date, Day], most: int) -> dict[str, Any]:
    """Six months of a calendar: their names, the days with a digest, and as ``empty`` the outline
    of the other days."""
    cells, empty, months = [], [], []
    for number in range((after - first).days):
        at = first + timedelta(number)
        week = (number + first.weekday()) // 7
        x, y = _LEFT + week * _CELL, _TOP + at.weekday() * _CELL
        if at.day == 1:
            months.append((at, x if at.weekday() < 4 or number == 0 else x + _CELL))
        if day := days.get(at):
            cells.append((day, x, y, _level(day.topics, most)))
        else:
            empty.append(f"M{x}.5 {y}.5h{_SQUARE - 1}v{_SQUARE - 1}h-{_SQUARE - 1}z")
    return {
        "width": _LEFT + (week + 1) * _CELL,
        "height": _TOP + 7 * _CELL,
        "months": months,
        "cells": cells,
        "empty": "".join(empty),
    }
