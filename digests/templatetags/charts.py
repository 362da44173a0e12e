"""Counts over time as small charts: SVG that the server draws, without script or style."""

from collections.abc import Sequence
from typing import Any

from django import template

from digests.queries.months import Month

register = template.Library()

_HEIGHT = 24
_BAR = 6
"""Width of a month with the gap to the next one."""
MONTHS_IN_SPARKLINE = 36


@register.inclusion_tag("digests/includes/sparkline.html")
def sparkline(months: Sequence[Month]) -> dict[str, Any]:
    """A bar a month, of the newest three years. Nothing where there are fewer than two months."""
    shown = list(months)[-MONTHS_IN_SPARKLINE:] if len(months) > 1 else []
    most = max((month.count for month in shown), default=0)
    bars = [
        {"month": month, "x": place * _BAR, "y": _HEIGHT - height, "height": height}
        for place, month in enumerate(shown)
        for height in [round(_HEIGHT * month.count / most) if most else 0]
    ]
    return {
        "bars": bars,
        "width": len(shown) * _BAR,
        "height": _HEIGHT,
        "bar": _BAR - 2,
        "most": max(shown, key=lambda month: month.count, default=None),
        "shown": shown,
    }
