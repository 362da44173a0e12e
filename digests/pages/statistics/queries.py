"""What there is, counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Value
from django.urls import reverse

from digests.models import Digest, Point, Reference, Tag, TaggedTopic, Topic
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
from digests.vocabulary import PointKind, ReferenceKind, TopicStatus

TAGS_SHOWN = 8


@dataclass(frozen=True)
class TagOverTime:
    tag: Tag
    months: list[Month]


@dataclass(frozen=True)
class Statistics:
    """``months`` are the newest ones, and the tags are counted in these."""

    digests: int
    topics: int
    months: list[Month]
    points: list[Counted]
    references: list[Counted]
    hosts: list[Counted]
    tags: list[TagOverTime]


def statistics() -> Statistics:
    """Four queries, each a pass over an index or over the references."""
    digests = Digest.objects.with_topic_count().order_by()
    counted = digests.values_list("pk", "published_at", "topic_count")  # type: ignore[misc]  # its annotation is unknown to the stubs
    month_of_digest: dict[int, date] = {}
    by_month: Counter[date] = Counter()
    for pk, moment, topics in counted:
        month = month_of_digest[pk] = month_of(moment)
        by_month[month] += topics
    months = _newest_months(by_month)
    points, references = _kinds()
    return Statistics(
        digests=len(month_of_digest),
        topics=by_month.total(),
        months=months,
        points=points,
        references=references,
        hosts=_hosts(),
        tags=_tags_over_time(months, month_of_digest),
    )


def _newest_months(by_month: Counter[date]) -> list[Month]:
    if not by_month:
        return []
    last = max(by_month)
    first = max(min(by_month), months_after(last, 1 - MONTHS_SHOWN))
    return months_between(first, last, by_month)


def _kinds() -> tuple[list[Counted], list[Counted]]:
    """Points of live topics by kind, and cited references by kind, the most frequent first.

    The points of all topics are counted in an index and those of the few hidden topics taken off:
    asking each point for its topic takes ten times as long.
    """
    hidden = Point.objects.filter(topic__in=Topic.objects.exclude(status=TopicStatus.LIVE))
    rows = _by_kind("points", Point.objects.all()).union(
        _by_kind("hidden", hidden), _by_kind("references", Reference.objects.cited()), all=True
    )
    counts: dict[str, Counter[str]] = {"points": Counter(), "references": Counter()}
    for what, kind, count in rows:
        if what == "hidden":
            counts["points"][kind] -= count
        else:
            counts[what][kind] += count
    address = reverse("digests:reference_list")
    references = [
        Counted(
            str(ReferenceKind(kind).label), count, f"{address}?{urlencode({'kind': kind})}", kind
        )
        for kind, count in _most_frequent(counts["references"])
    ]
    points = [
        Counted(str(PointKind(kind).label), count, reverse("digests:label", args=[kind]), kind)
        for kind, count in _most_frequent(counts["points"])
    ]
    return points, references


def _by_kind(what: str, rows: QuerySet[Any]) -> QuerySet[Any, tuple[str, str, int]]:
    kinds = rows.order_by().annotate(what=Value(what)).values_list("what", "kind")
    counted: QuerySet[Any, tuple[str, str, int]] = kinds.annotate(n=Count("pk"))
    return counted


def _most_frequent(counts: Counter[str]) -> Iterable[tuple[str, int]]:
    used = ((kind, count) for kind, count in counts.items() if count > 0)
    return sorted(used, key=lambda row: (-row[1], row[0]))


def _hosts() -> list[Counted]:
    """The sites with most references, counted as by the lists that they lead to."""
    most = hosts_of(Reference.objects.cited())
    address = reverse("digests:reference_list")
    return [Counted(host, count, f"{address}?{urlencode({'host': host})}") for host, count in most]


def _tags_over_time(months: list[Month], month_of_digest: Mapping[int, date]) -> list[TagOverTime]:
    """The most used tags that these months have, each with its topics by month."""
    if not months:
        return []
    first, last = months[0].first, months[-1].first
    rows = TaggedTopic.objects.order_by().filter(
        tag__in=Tag.objects.most_used_first().values("pk")[:TAGS_SHOWN],
        content_object__status=TopicStatus.LIVE,
        content_object__digest__in=Digest.objects.filter(published_at__gte=midnight(first)),
    )
    columns = ("tag__topic_count", "tag__name", "tag__slug", "content_object__digest")
    by_tag: dict[tuple[int, str, str], Counter[date]] = {}
    for *tag, digest, count in rows.values_list(*columns).annotate(n=Count("pk")):
        by_tag.setdefault(tuple(tag), Counter())[month_of_digest[digest]] += count
    return [
        TagOverTime(
            Tag(topic_count=topics, name=name, slug=slug),
            months_between(first, last, by_tag[topics, name, slug]),
        )
        for topics, name, slug in sorted(by_tag, key=lambda tag: (-tag[0], tag[1]))
    ]
