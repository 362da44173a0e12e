"""Counts of all content of the site."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from digests.models import Digest, Point, Reader, Reference, Tag, TaggedTopic
from digests.pages.parts.counted import Counted
from digests.pages.parts.months import (
    MONTHS_SHOWN,
    Month,
    midnight,
    month_of,
    months_after,
    months_between,
)
from digests.pages.references.queries import hosts_of
from digests.vocabulary import PointKind, ReferenceKind

TAGS_SHOWN = 8


@dataclass(frozen=True)
class TagOverTime:
    tag: Tag
    months: list[Month]


@dataclass(frozen=True)
class Statistics:
    """The content of the statistics page. ``months`` are the newest ones; tags are counted within
    them."""

    digests: int
    topics: int
    months: list[Month]
    points: list[Counted]
    references: list[Counted]
    hosts: list[Counted]
    tags: list[TagOverTime]


def statistics(user: Reader) -> Statistics:
    """Count all content that the reader may see. Six queries, each a scan of an index or of the
    references."""
    digests = Digest.objects.visible_to(user).with_topic_count(user).order_by()
    month_of_digest: dict[int, date] = {}
    by_month: Counter[date] = Counter()
    for pk, moment, topics in digests.values_list("pk", "published_at", "topic_count"):  # type: ignore[misc]  # its annotation is unknown to the stubs
        month = month_of_digest[pk] = month_of(moment)
        by_month[month] += topics
    months = _newest_months(by_month)
    return Statistics(
        digests=len(month_of_digest),
        topics=by_month.total(),
        months=months,
        points=_points(user),
        references=_references(user),
        hosts=_hosts(user),
        tags=_tags_over_time(user, months, month_of_digest),
    )


def _newest_months(by_month: Counter[date]) -> list[Month]:
    if not by_month:
        return []
    last = max(by_month)
    first = max(min(by_month), months_after(last, 1 - MONTHS_SHOWN))
    return months_between(first, last, by_month)


def _points(user: Reader) -> list[Counted]:
    """Number of points by kind, the most frequent first."""
    counts = Point.objects.visible_to(user).counts_by_kind()
    return [
        Counted(str(PointKind(kind).label), count, reverse("digests:label", args=[kind]), kind)
        for kind, count in _most_frequent(counts)
    ]


def _references(user: Reader) -> list[Counted]:
    """Number of references by kind, equal to the lengths of the linked lists."""
    kinds = Reference.objects.visible_to(user).cited().order_by().values_list("kind")
    address = reverse("digests:reference_list")
    return [
        Counted(
            str(ReferenceKind(kind).label), count, f"{address}?{urlencode({'kind': kind})}", kind
        )
        for kind, count in _most_frequent(dict(kinds.annotate(n=Count("pk"))))
    ]


def _most_frequent(counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))


def _hosts(user: Reader) -> list[Counted]:
    """The hosts with most references, with numbers equal to the lengths of the linked lists."""
    most = hosts_of(Reference.objects.visible_to(user).cited())
    address = reverse("digests:reference_list")
    return [Counted(host, count, f"{address}?{urlencode({'host': host})}") for host, count in most]


def _tags_over_time(
    user: Reader, months: list[Month], month_of_digest: Mapping[int, date]
) -> list[TagOverTime]:
    """The most frequent tags of these months, each with its topics by month."""
    if not months:
        return []
    first, last = months[0].first, months[-1].first
    tags = list(Tag.objects.visible_to(user).most_used_first()[:TAGS_SHOWN])
    digests = Digest.objects.visible_to(user).filter(published_at__gte=midnight(first))
    taggings = TaggedTopic.objects.visible_to(user).order_by()
    rows = taggings.filter(tag__in=tags, content_object__digest__in=digests)
    by_tag: dict[int, Counter[date]] = {}
    for tag, digest, count in rows.values_list("tag", "content_object__digest").annotate(
        n=Count("pk")
    ):
        by_tag.setdefault(tag, Counter())[month_of_digest[digest]] += count
    return [
        TagOverTime(tag, months_between(first, last, by_tag[tag.pk]))
        for tag in tags
        if tag.pk in by_tag
    ]
