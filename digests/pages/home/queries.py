"""Rows of the front page."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from digests.grouping import grouped_by
from digests.models import Citation, Digest, Reader, Reference, Tag, TaggedTopic, Topic
from digests.pages.parts.listed import (
    TOPIC_COLUMNS,
    ListedDigest,
    ListedTopic,
    digest_rows,
    with_topic_counts,
)
from digests.pages.parts.newest import newest_rows
from digests.pages.parts.rows import contents, listed_digests

DIGESTS_ON_FRONT = 7
ARRIVED_AT_MOST = 20
ARRIVED_IN_FULL = 3
QUESTIONS_ON_FRONT = 5
REFERENCES_ON_FRONT = 8
TAGS_ON_FRONT = 10
RECENT = timedelta(days=90)
# The newest topics of 90 days, and the newest citations in topics, that are counted; the page says
# so where there are more. A digest a day with fifteen citations stays within the citations.
TOPICS_COUNTED = 500
CITATIONS_COUNTED = 1_500
# The newest digests of 90 days in which these topics are looked for.
_DIGESTS_READ = 100
# Rows of equal counts among which those that are shown are chosen.
_LIKELY = 50


def front(user: Reader, last_visit: datetime | None) -> dict[str, Any]:
    """The content of a reader's front page, but for what is `talked_about`. Four queries, five with
    a last visit.

    ``arrived`` are digests that came in since the last visit, without the newest, each with its
    topics; ``new`` are the ids of all that did, none without a last visit. ``until`` is now, or the
    date of the newest digest if that is older than 90 days.
    """
    rows = digest_rows(listed_digests(user))
    digests = [ListedDigest(*row) for row in rows[:DIGESTS_ON_FRONT]]
    if last_visit:
        known = {digest.pk for digest in digests}
        arrived_now = [ListedDigest(*row) for row in _arrived(user, rows, last_visit)]
        digests += [digest for digest in arrived_now if digest.pk not in known]
        digests.sort(key=lambda row: (row.published_at, row.pk), reverse=True)
    digests = with_topic_counts(user, digests)
    newest, others = (digests[0] if digests else None), digests[1:]
    new = {row.pk for row in digests if last_visit and row.created_at > last_visit}
    arrived = [row for row in others if row.pk in new][:ARRIVED_IN_FULL]
    in_full = [row.pk for row in (*digests[:1], *arrived)]
    topics = grouped_by(contents(user, in_full), lambda topic: topic.digest_id)
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
    }


def _arrived(user: Reader, rows: QuerySet[Any, Any], last_visit: datetime) -> QuerySet[Any, Any]:
    """Digests of ``rows`` that came in since the last visit, at most 20."""
    # Ids rise with the time of creation, so the primary key serves as an index for it.
    latest = Digest.objects.visible_to(user).order_by("-pk").values("pk")[:ARRIVED_AT_MOST]
    return rows.filter(pk__in=latest, created_at__gt=last_visit)


def arrivals_since(user: Reader, last_visit: datetime) -> int | None:
    """The number of digests that came in since the last visit; None if they are more than are
    looked at. One query."""
    latest = Digest.objects.visible_to(user).order_by("-pk").values_list("created_at", flat=True)
    arrivals = sum(at > last_visit for at in latest[:ARRIVED_AT_MOST])
    return arrivals if arrivals < ARRIVED_AT_MOST else None


def _open_questions(user: Reader) -> list[ListedTopic]:
    topics = Topic.objects.visible_to(user).open().newest_first().values_list(*TOPIC_COLUMNS)
    shown = slice(0, QUESTIONS_ON_FRONT)
    rows = newest_rows(user, topics, lambda digests: topics.filter(digest__in=digests), shown)
    return [ListedTopic(*row) for row in rows]


def talked_about(user: Reader, until: datetime) -> dict[str, Any]:
    """The references that most topics cite in the 90 days up to ``until``, and the tags on the
    move; with bounds if not all citations or topics of that time are counted. Six queries."""
    start = until - RECENT
    discussed, of_citations = _most_discussed(user, start)
    recent = _counted_topics(user, published_at__gte=start)
    before = _counted_topics(user, published_at__gte=start - RECENT, published_at__lt=start)
    are_all = max(sum(recent.values()), sum(before.values())) < TOPICS_COUNTED
    return {
        "discussed": discussed,
        "of_citations": of_citations,
        "moving": _on_the_move(user, recent, before),
        "of_topics": None if are_all else TOPICS_COUNTED,
    }


def _most_discussed(
    user: Reader, start: datetime
) -> tuple[list[tuple[Reference, int]], int | None]:
    """The references that most topics cite from ``start`` on, each with the number of these topics;
    and the number of citations that were read, None if that is all. Two queries."""
    cites = Citation.objects.visible_to(user).filter(topic__isnull=False).order_by("-topic_id")
    dated = cites.annotate(is_recent=Q(topic__digest__published_at__gte=start))
    rows = list(dated.values_list("reference", "topic", "is_recent")[:CITATIONS_COUNTED])
    cited = {(reference, topic) for reference, topic, is_recent in rows if is_recent}
    counts = Counter(reference for reference, _ in cited)
    likely = sorted(counts, key=lambda pk: (-counts[pk], pk))[:_LIKELY]
    found = Reference.objects.visible_to(user).in_bulk(likely).values()
    most = sorted(found, key=lambda row: (-counts[row.pk], -row.topic_count, row.pk))
    is_cut = len(rows) == CITATIONS_COUNTED and rows[-1][-1]
    return [(row, counts[row.pk]) for row in most[:REFERENCES_ON_FRONT]], (
        CITATIONS_COUNTED if is_cut else None
    )


def _counted_topics(user: Reader, **period: datetime) -> dict[int, int]:
    """The newest digests of a period by id, each with its number of topics, until these are
    `TOPICS_COUNTED` or more. One query."""
    digests = Digest.objects.visible_to(user).filter(**period).newest_first()
    rows = digests.with_topic_count(user).values_list("pk", "topic_count")  # type: ignore[misc]  # its annotation is unknown to the stubs
    counts: dict[int, int] = {}
    number = 0
    for pk, topics in rows[:_DIGESTS_READ]:
        if number >= TOPICS_COUNTED:
            break
        counts[pk] = topics
        number += topics
    return counts


def _on_the_move(
    user: Reader, recent: Mapping[int, int], before: Mapping[int, int]
) -> list[tuple[Tag, int, int]]:
    """The tags whose share of all topics rose most, each with its numbers of topics after and
    before. ``recent`` and ``before``: digests by id, with their numbers of topics. Two queries."""
    taggings = TaggedTopic.objects.visible_to(user)
    of_digests = taggings.filter(content_object__digest__in=[*recent, *before]).order_by()
    rows = list(of_digests.values_list("tag", "content_object__digest"))
    after = Counter(tag for tag, digest in rows if digest in recent)
    earlier = Counter(tag for tag, digest in rows if digest in before)
    of_after, of_earlier = sum(recent.values()) or 1, sum(before.values()) or 1
    rises = {tag: after[tag] / of_after - earlier[tag] / of_earlier for tag in after}
    risen = [(-rise, -after[tag], tag) for tag, rise in rises.items() if rise > 0]
    likely = sorted(risen)[:_LIKELY]
    tags = Tag.objects.visible_to(user).in_bulk([pk for *_, pk in likely])
    named = sorted((*rank, tags[pk].name, pk) for *rank, pk in likely if pk in tags)
    return [(tags[pk], after[pk], earlier[pk]) for *_, pk in named[:TAGS_ON_FRONT]]
