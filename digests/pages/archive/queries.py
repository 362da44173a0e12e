"""Days that have digests, and the digests of a year or a month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone

from digests.models import Digest, DigestQuerySet, Reader
from digests.pages.parts.months import midnight, month_of, months_after
from digests.pages.parts.rows import listed_digests


@dataclass(frozen=True)
class Period:
    """The days from ``first`` up to but without ``after``, in the site's time zone."""

    first: date
    after: date

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def of_month(cls, first: date) -> "Period":
        return cls(first, months_after(first, 1))

    @property
    def within(self) -> Q:
        return Q(published_at__gte=midnight(self.first), published_at__lt=midnight(self.after))


@dataclass(frozen=True)
class YearCount:
    year: int
    digests: int


@dataclass(frozen=True)
class Day:
    """Counts of a day. ``slug`` is the slug of its digest, empty if the day has several."""

    date: date
    digests: int
    topics: int
    slug: str


@dataclass(frozen=True)
class MonthCount:
    first: date
    digests: int
    topics: int


@dataclass(frozen=True)
class Calendar:
    """A year and its days with a digest."""

    year: int
    days: dict[date, Day]

    @cached_property
    def digests(self) -> int:
        return sum(day.digests for day in self.days.values())

    @cached_property
    def topics(self) -> int:
        return sum(day.topics for day in self.days.values())

    @cached_property
    def months(self) -> list[MonthCount]:
        digests: Counter[int] = Counter()
        topics: Counter[int] = Counter()
        for day in self.days.values():
            digests[day.date.month] += day.digests
            topics[day.date.month] += day.topics
        numbers = range(1, 13)
        return [MonthCount(date(self.year, n, 1), digests[n], topics[n]) for n in numbers]


@dataclass(frozen=True)
class MonthAmongOthers:
    """A month, with the months to which its page links.

    ``first`` and ``last`` are the months of the oldest and the newest digest, ``older`` and
    ``newer`` the nearest months with a digest; None if there is no such digest.
    """

    first: date | None
    last: date | None
    older: date | None
    newer: date | None

    def spans(self, month: date) -> bool:
        return bool(self.first and self.last and self.first <= month <= self.last)


def years_with_digests(user: Reader) -> list[YearCount]:
    """Years with their number of digests, the newest first."""
    years = (
        Digest.objects.visible_to(user)
        .annotate(year=ExtractYear("published_at"))
        .values_list("year")
    )
    return [YearCount(*row) for row in years.annotate(n=Count("pk")).order_by("-year")]


def calendars(user: Reader, years: Sequence[int]) -> list[Calendar]:
    """Calendars of these years, which must follow each other in the list of years with digests. One
    query."""
    if not years:
        return []
    period = Period(date(min(years), 1, 1), date(max(years) + 1, 1, 1))
    digests = Digest.objects.visible_to(user).filter(period.within).with_topic_count(user)
    by_day: dict[date, list[tuple[str, int]]] = {}
    counted = digests.order_by("published_at", "pk").values_list(
        "published_at", "slug", "topic_count"
    )  # type: ignore[misc]  # its annotation is unknown to the stubs
    for moment, slug, topics in counted:
        by_day.setdefault(timezone.localtime(moment).date(), []).append((slug, topics))
    return [
        Calendar(year, {at: _day(at, rows) for at, rows in by_day.items() if at.year == year})
        for year in years
    ]


def digests_of(user: Reader, period: Period) -> DigestQuerySet:
    return listed_digests(user).filter(period.within).with_tags()


def month_among_others(user: Reader, period: Period) -> MonthAmongOthers:
    found = Digest.objects.visible_to(user).aggregate(
        first=Min("published_at"),
        last=Max("published_at"),
        older=Max("published_at", filter=Q(published_at__lt=midnight(period.first))),
        newer=Min("published_at", filter=Q(published_at__gte=midnight(period.after))),
    )
    return MonthAmongOthers(**{name: moment and month_of(moment) for name, moment in found.items()})


def _day(at: date, digests: Iterable[tuple[str, int]]) -> Day:
    slugs, topics = zip(*digests, strict=True)
    return Day(at, len(slugs), sum(topics), slugs[0] if len(slugs) == 1 else "")
