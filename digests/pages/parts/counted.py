"""Counts as rows of a chart and in words."""

from dataclasses import dataclass

from django.utils.formats import localize
from django.utils.translation import gettext, ngettext

from digests.search.engines.requests import COUNTED


@dataclass(frozen=True)
class Counted:
    """A row of a bar chart. ``kind`` colours its name like a label; ``address`` makes it a link."""

    name: str
    count: int
    address: str = ""
    kind: str = ""


def topics_counted(count: int) -> str:
    return ngettext("%(count)s topic", "%(count)s topics", count) % {"count": count}


def topics_found(count: int, counted: int = COUNTED) -> str:
    said = found_counted(count, counted)
    return ngettext("%(count)s topic", "%(count)s topics", count) % {"count": said}


def found_counted(count: int, counted: int = COUNTED) -> str:
    """A number of topics that a search found, which ``counted`` no more than so many, in words."""
    if count > counted:
        return gettext("over %(count)s") % {"count": localize(counted)}
    return str(localize(count))
