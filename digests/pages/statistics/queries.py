"""Counts of all content of the site."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from digests.models import Digest, PointCount, Reader, Reference, Tag, TaggedTopic, Topic
from digests.models.reversing import row_address
from digests.pages.parts import months
from digests.pages.parts.counted import Counted
from digests.pages.references.queries import hosts_of
from digests.vocabulary import PointKind, ReferenceKind

TAGS_SHOWN = 8


def counts(user: Reader) -> dict[str, Any]:
    """Count all content that the reader may see, and topics and tags in the newest months. Seven
    queries; most are scans of an index."""
    digests = Digest.objects.visible_to(user).order_by("published_at")
    month_of_digest = months.by_row(digests.values_list("pk", "published_at"))
    topics = Topic.objects.visible_to(user).order_by().values_list("digest")
    by_month: Counter[date] = Counter(dict.fromkeys(month_of_digest.values(), 0))
    for digest, count in topics.annotate(n=Count("pk")):
        if digest in month_of_digest:  # and did not come in between the queries
            by_month[month_of_digest[digest]] += count
    shown = months.every_month(by_month)[-months.MONTHS_SHOWN :]
    references = Reference.objects.visible_to(user).cited()
    kinds = references.order_by().values_list("kind").annotate(n=Count("pk"))
    return {
        "digests": len(month_of_digest),
        "topics": by_month.total(),
        "months": shown,
        "points": PointCount.objects.visible_to(user).by_kind(),
        "references": dict(kinds.order_by("-n", "kind")),
        "hosts": hosts_of(references),
        "tags": _tags_over_time(user, shown, month_of_digest),
    }


def in_words(counted: dict[str, Any]) -> dict[str, Any]:
    """`counts` with rows of charts, whose names are in the reader's language."""
    return counted | {
        "points": [
            Counted(str(PointKind(kind).label), count, row_address("digests:label", kind), kind)
            for kind, count in counted["points"].items()
        ],
        "references": [
            Counted(str(ReferenceKind(kind).label), count, _list_of(kind=kind), kind)
            for kind, count in counted["references"].items()
        ],
        "hosts": [Counted(host, count, _list_of(host=host)) for host, count in counted["hosts"]],
    }


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
        if digest in month_of_digest:
            by_tag.setdefault(tag, Counter())[month_of_digest[digest]] += count
    return [(tag, months.between(first, last, by_tag[tag.pk])) for tag in tags if tag.pk in by_tag]
