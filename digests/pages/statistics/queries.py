"""Counts of all content of the site."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from digests.models import Digest, PointCount, Reader, Reference, Tag, TaggedTopic, Topic
from digests.pages.parts import months
from digests.pages.parts.counted import Counted
from digests.pages.references.queries import hosts_of
from digests.vocabulary import PointKind, ReferenceKind

TAGS_SHOWN = 8


def statistics(user: Reader) -> dict[str, Any]:
    """Count all content that the reader may see, and topics and tags in the newest months. Seven
    queries; most are scans of an index or of the references."""
    digests = Digest.objects.visible_to(user).order_by("published_at")
    month_of_digest = months.by_row(digests.values_list("pk", "published_at"))
    topics = Topic.objects.visible_to(user).order_by().values_list("digest")
    by_month: Counter[date] = Counter(dict.fromkeys(month_of_digest.values(), 0))
    for digest, count in topics.annotate(n=Count("pk")):
        by_month[month_of_digest[digest]] += count
    shown = months.every_month(by_month)[-months.MONTHS_SHOWN :]
    return {
        "digests": len(month_of_digest),
        "topics": by_month.total(),
        "months": shown,
        "points": _points(user),
        "references": _references(user),
        "hosts": _hosts(user),
        "tags": _tags_over_time(user, shown, month_of_digest),
    }


def _points(user: Reader) -> list[Counted]:
    """Number of points by kind, the most frequent first."""
    counts = PointCount.objects.visible_to(user).by_kind()
    return [
        Counted(str(PointKind(kind).label), count, reverse("digests:label", args=[kind]), kind)
        for kind, count in counts.items()
    ]


def _references(user: Reader) -> list[Counted]:
    """Number of references by kind, equal to the lengths of the linked lists."""
    kinds = Reference.objects.visible_to(user).cited().order_by().values_list("kind")
    return [
        Counted(str(ReferenceKind(kind).label), count, _list_of(kind=kind), kind)
        for kind, count in kinds.annotate(n=Count("pk")).order_by("-n", "kind")
    ]


def _hosts(user: Reader) -> list[Counted]:
    """The hosts with most references, with numbers equal to the lengths of the linked lists."""
    most = hosts_of(Reference.objects.visible_to(user).cited())
    return [Counted(host, count, _list_of(host=host)) for host, count in most]


def _list_of(**filters: str) -> str:
    return reverse("digests:reference_list", query=filters)


def _tags_over_time(
    user: Reader, shown: list[months.Month], month_of_digest: Mapping[int, date]
) -> list[tuple[Tag, list[months.Month]]]:
    """The most frequent tags of these months, each with its topics by month."""
    if not shown:
        return []
    first, last = shown[0].first, shown[-1].first
    tags = list(Tag.objects.visible_to(user).most_used_first()[:TAGS_SHOWN])
    digests = Digest.objects.visible_to(user).filter(published_at__gte=months.midnight(first))
    taggings = TaggedTopic.objects.visible_to(user).order_by()
    rows = taggings.filter(tag__in=tags, content_object__digest__in=digests)
    by_tag: dict[int, Counter[date]] = {}
    counted = rows.values_list("tag", "content_object__digest").annotate(n=Count("pk"))
    for tag, digest, count in counted:
        by_tag.setdefault(tag, Counter())[month_of_digest[digest]] += count
    return [(tag, months.between(first, last, by_tag[tag.pk])) for tag in tags if tag.pk in by_tag]
