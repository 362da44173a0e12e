"""Counts as rows of a chart and in words."""

from dataclasses import dataclass

from django.utils.translation import ngettext


@dataclass(frozen=True)
class Counted:
    """A row of a bar chart. ``kind`` colours its name like a label; ``address`` makes it a link."""

    name: str
    count: int
    address: str = ""
    kind: str = ""


def topics_counted(count: int) -> str:
    return ngettext("%(count)s topic", "%(count)s topics", count) % {"count": count}
