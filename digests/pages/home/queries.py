"""Rows of the front page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from digests.grouping import grouped_by
from digests.models import Digest, DigestQuerySet, Reader, Reference, Tag, Topic
from digests.pages.parts.rows import contents, listed_digests

DIGESTS_ON_FRONT = 7
ARRIVED_AT_MOST = 20
ARRIVED_IN_FULL = 3
QUESTIONS_ON_FRONT = 5
REFERENCES_ON_FRONT = 8
TAGS_ON_FRONT = 10
RECENT = timedelta(days=90)


def front(user: Reader, last_visit: datetime | None) -> dict[str, Any]:
    """The content of a reader's front page. Seven queries, eight with a last visit.

    ``arrived`` are digests that came in since the last visit, without the newest, each with its
    topics; ``new`` are the ids of all that did, none without a last visit. References and tags are
    those of the 90 days up to ``until``, which is now, or the date of the newest digest if that is
    older.
    """
    digests = list(listed_digests(user)[:DIGESTS_ON_FRONT])
    if last_visit:
        digests += set(_arrived(user, last_visit)).difference(digests)
        digests.sort(key=lambda row: (row.published_at, row.pk), reverse=True)
    newest, others = (digests[0] if digests else None), digests[1:]
    new = {row.pk for row in digests if last_visit and row.created_at > last_visit}
    arrived = [row for row in others if row.pk in new][:ARRIVED_IN_FULL]
    topics = grouped_by(contents(user, [*digests[:1], *arrived]), lambda topic: topic.digest_id)
    now = timezone.now()
    last = newest.published_at if newest else now
    end = now if last > now - RECENT else last
    return {
        "newest": newest,
        "newest_topics": topics[newest.pk] if newest else [],
        "arrived": [(row, topics[row.pk]) for row in arrived],
        "earlier": [row for row in others if row not in arrived][: DIGESTS_ON_FRONT - 1],
        "new": new,
        "open_questions": _open_questions(user),
        "until": end,
        "is_until_now": end == now,
        "discussed": _most_discussed(user, end - RECENT),
        "moving": _on_the_move(user, end - RECENT),
    }


def _arrived(user: Reader, last_visit: datetime) -> QuerySet[Digest]:
    """Digests that came in since the last visit, at most 20."""
    # Ids rise with the time of creation, so the primary key serves as an index for it.
    latest = Digest.objects.visible_to(user).order_by("-pk").values("pk")[:ARRIVED_AT_MOST]
    return listed_digests(user).filter(pk__in=latest, created_at__gt=last_visit)


def arrivals_since(user: Reader, last_visit: datetime) -> int | None:
    """The number of digests that came in since the last visit; None if they are more than are
    looked at. One query."""
    latest = Digest.objects.visible_to(user).order_by("-pk").values_list("created_at", flat=True)
    arrivals = sum(at > last_visit for at in latest[:ARRIVED_AT_MOST])
    return arrivals if arrivals < ARRIVED_AT_MOST else None


def _open_questions(user: Reader) -> QuerySet[Topic]:
    topics = Topic.objects.visible_to(user).open().newest_first().select_related("digest")
    return topics.only("digest__published_at", "number", "title")[:QUESTIONS_ON_FRONT]


def _digests_since(user: Reader, start: datetime) -> DigestQuerySet:
    # This condition on topics makes SQLite begin with these few digests.
    return Digest.objects.visible_to(user).filter(published_at__gte=start)


def _most_discussed(user: Reader, start: datetime) -> QuerySet[Reference]:
    """The references that most topics cite from ``start`` on, each with the number of these topics
    as ``recent``."""
    topics = Topic.objects.visible_to(user).filter(digest__in=_digests_since(user, start))
    cited = Reference.objects.visible_to(user).filter(citations__topic__in=topics)
    counted = cited.annotate(recent=Count("citations__topic", distinct=True))
    return counted.order_by("-recent", "-topic_count", "pk")[:REFERENCES_ON_FRONT]


def _on_the_move(user: Reader, start: datetime) -> list[tuple[Tag, int, int]]:
    """The tags whose share of all topics rose most from ``start`` on, against the 90 days before,
    each with its numbers of topics after and before. Three queries."""
    digests = _digests_since(user, start - RECENT)
    is_recent = Q(digest__published_at__gte=start)
    topics = Topic.objects.visible_to(user).filter(digest__in=digests).order_by()
    counts = {"recent": Count("pk", filter=is_recent), "before": Count("pk", filter=~is_recent)}
    of_all = topics.aggregate(**counts)
    tagged = topics.filter(taggings__isnull=False)

    def rise(recent: int, before: int) -> float:
        return recent / (of_all["recent"] or 1) - before / (of_all["before"] or 1)

    by_tag = tagged.values_list("taggings__tag", "taggings__tag__name").annotate(**counts)
    risen = sorted(
        (-rise(recent, before), -recent, name, before, pk)
        for pk, name, recent, before in by_tag
        if rise(recent, before) > 0
    )[:TAGS_ON_FRONT]
    tags = Tag.objects.visible_to(user).in_bulk([pk for *_, pk in risen])
    return [(tags[pk], -recent, before) for _, recent, _, before, pk in risen if pk in tags]
