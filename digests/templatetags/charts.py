"""Small charts of counts: SVG rendered on the server, without scripts and inline styles.

Each chart has a text alternative. Colours come from the style sheet.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.formats import localize
from django.utils.translation import pgettext

from digests.models.reversing import row_address
from digests.pages.archive.queries import Calendar, Day
from digests.pages.parts.counted import Counted
from digests.pages.parts.months import MONTHS_SHOWN, Month
from digests.rendering import markup_of_each
from digests.templatetags.pieces import day_in_words, month_in_words, topics_counted

register = template.Library()

_SPARK_HEIGHT = 24
# Width of a chart of many months. In a chart of few a month is at most ``_WIDEST`` wide.
_SPARK_WIDTH = 216
_WIDEST = 12
_GAP = 2

BAR_WIDTH = 1000

LEVELS = 4
# Months whose addresses are kept: those of twenty years.
_MONTHS_KEPT = 240
# Width and height of a day's square, with the gap to the next one.
_CELL = 13
_SQUARE = 11  # `_half` writes it, too
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
    bar = min(_WIDEST, _SPARK_WIDTH // len(shown))
    names = [month_in_words(month.first) for month in shown]
    counted = [
        (place * bar, _height(month.count, most.count), names[place], localize(month.count))
        for place, month in enumerate(shown)
        if month.count
    ]
    return {
        "bars": markup_of_each(
            '<rect x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
            [(x, _SPARK_HEIGHT - high, bar - _GAP, high, *title) for x, high, *title in counted],
        ),
        "rows": markup_of_each(
            '<tr><th scope="row">{}</th><td>{}</td></tr>', [title for _, _, *title in counted]
        ),
        "width": len(shown) * bar - _GAP,
        "height": _SPARK_HEIGHT,
        "first": names[0],
        "last": names[-1],
        "most": most.count,
        "most_in": month_in_words(most.first),
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
            cells.append((_address(day), _level(day.topics, most), x, y, *_title(day)))
        else:
            empty.append(f"M{x}.5 {y}.5h{_SQUARE - 1}v{_SQUARE - 1}h-{_SQUARE - 1}z")
    return {
        "width": _LEFT + (week + 1) * _CELL,
        "height": _TOP + 7 * _CELL,
        "months": months,
        # In Python, because a year of squares in a template takes ten times as long.
        "squares": markup_of_each(
            '<a href="{}" tabindex="-1"><rect class="heat-{}" x="{}" y="{}" width="11" height="11">'
            "<title>{}: {}</title></rect></a>",
            cells,
        ),
        "empty": "".join(empty),
    }


def _address(day: Day) -> str:
    """The page of the day's digest, or of its month if there are several."""
    if day.slug:
        return row_address("digests:digest", day.slug)
    return _month_address(get_script_prefix(), day.date.year, day.date.month)


@lru_cache(_MONTHS_KEPT)
def _month_address(script_prefix: str, year: int, month: int) -> str:
    """``script_prefix`` is part of what `reverse` gives."""
    return reverse("digests:archive_month", args=[year, month])


def _title(day: Day) -> tuple[str, str]:
    return day_in_words(day.date), topics_counted(day.topics)
