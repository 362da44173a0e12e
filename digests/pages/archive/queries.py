"""Days that have digests, and the digests of a year or a month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone

from digests.grouping import grouped_by
from digests.models import Digest, DigestQuerySet, Reader
from digests.pages.parts.months import midnight, month_of, months_after
from digests.pages.parts.rows import listed_digests


@dataclass(frozen=True)
class Day:
    """Counts of a day. ``slug`` is the slug of its digest, empty if the day has several."""

    date: date
    digests: int
    topics: int
    slug: str


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
    def months(self) -> list[tuple[date, int, int]]:
        """The first day of each month, with its numbers of digests and of topics."""
        digests: Counter[int] = Counter()
        topics: Counter[int] = Counter()
        for day in self.days.values():
            digests[day.date.month] += day.digests
            topics[day.date.month] += day.topics
        return [(date(self.year, n, 1), digests[n], topics[n]) for n in range(1, 13)]


def years_with_digests(user: Reader) -> dict[int, int]:
    """Years with their number of digests, the newest first."""
    dated = Digest.objects.visible_to(user).annotate(year=ExtractYear("published_at"))
    return dict(dated.values_list("year").annotate(n=Count("pk")).order_by("-year"))


def calendars(user: Reader, years: Sequence[int]) -> list[Calendar]:
    """Calendars of these years, which must follow each other in the list of years with digests. One
    query."""
    if not years:
        return []
    digests = (
        Digest.objects.visible_to(user)
        .filter(published_at__year__gte=min(years), published_at__year__lte=max(years))
        .with_topic_count(user)
    )
    counted = digests.order_by("published_at", "pk").values_list(
        "published_at", "slug", "topic_count"
    )  # type: ignore[misc]  # its annotation is unknown to the stubs
    by_day = grouped_by(counted, lambda row: timezone.localtime(row[0]).date())
    return [
        Calendar(year, {at: _day(at, rows) for at, rows in by_day.items() if at.year == year})
        for year in years
    ]


def digests_of_year(user: Reader, year: int) -> DigestQuerySet:
    return listed_digests(user).filter(published_at__year=year)


def digests_of_month(user: Reader, first: date) -> DigestQuerySet:
    begin, end = _bounds(first)
    return listed_digests(user).filter(published_at__gte=begin, published_at__lt=end)


def neighbours_of_month(user: Reader, first: date) -> dict[str, date | None]:
    """The nearest months with a digest, ``older`` and ``newer``; None if there is none."""
    begin, end = _bounds(first)
    found = Digest.objects.visible_to(user).aggregate(
        older=Max("published_at", filter=Q(published_at__lt=begin)),
        newer=Min("published_at", filter=Q(published_at__gte=end)),
    )
    return {name: moment and month_of(moment) for name, moment in found.items()}


def _bounds(first: date) -> tuple[datetime, datetime]:
    """The moments at which a month begins and ends."""
    return midnight(first), midnight(months_after(first, 1))


def _day(at: date, digests: Iterable[tuple[datetime, str, int]]) -> Day:
    _, slugs, topics = zip(*digests, strict=True)
    return Day(at, len(slugs), sum(topics), slugs[0] if len(slugs) == 1 else "")
