"""Rows of the front page."""

from collections import Counter
from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from digests.grouping import grouped_by
from digests.models import Citation, Digest, Reader, Reference, Tag, TaggedTopic, Topic
from digests.pages.parts.listed import TOPIC_COLUMNS, ListedDigest, ListedTopic, digest_rows
from digests.pages.parts.newest import newest_rows
from digests.pages.parts.rows import contents, listed_digests

DIGESTS_ON_FRONT = 7
ARRIVED_AT_MOST = 20
ARRIVED_IN_FULL = 3
QUESTIONS_ON_FRONT = 5
REFERENCES_ON_FRONT = 8
TAGS_ON_FRONT = 10
RECENT = timedelta(days=90)
# Bounds of what is counted: the newest digests of 180 days, and of what their topics cite and bear
# the newest citations and taggings. A digest a day with sixteen citations stays within them.
DIGESTS_COUNTED = 400
LINKS_COUNTED = 1_500
# Rows of equal counts among which those that are shown are chosen.
_LIKELY = 50


def front(user: Reader, last_visit: datetime | None) -> dict[str, Any]:
    """The content of a reader's front page, but for what is `talked_about`. Three queries, four
    with a last visit.

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
    """Those of ``rows`` that came in since the last visit, at most 20."""
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
    move. Five queries."""
    start = until - RECENT
    digests = Digest.objects.visible_to(user).filter(published_at__gte=start - RECENT)
    dated = digests.newest_first().annotate(is_recent=Q(published_at__gte=start))
    recent: dict[int, int] = {}
    before: dict[int, int] = {}
    columns = ("pk", "is_recent", "topic_count")
    for pk, is_recent, topics in dated.with_topic_count(user).values_list(*columns)[
        :DIGESTS_COUNTED
    ]:
        (recent if is_recent else before)[pk] = topics
    return {
        "discussed": _most_discussed(user, recent),
        "moving": _on_the_move(user, recent, before),
    }


def _most_discussed(user: Reader, digests: Container[int]) -> list[tuple[Reference, int]]:
    """The references that most topics of these digests, given by their ids, cite, each with the
    number of these topics. Two queries."""
    cites = Citation.objects.visible_to(user).filter(topic__isnull=False).order_by("-topic_id")
    rows = cites.values_list("reference", "topic", "topic__digest")[:LINKS_COUNTED]
    cited = {(reference, topic) for reference, topic, digest in rows if digest in digests}
    counts = Counter(reference for reference, _ in cited)
    likely = sorted(counts, key=lambda pk: (-counts[pk], pk))[:_LIKELY]
    found = Reference.objects.visible_to(user).in_bulk(likely).values()
    most = sorted(found, key=lambda row: (-counts[row.pk], -row.topic_count, row.pk))
    return [(row, counts[row.pk]) for row in most[:REFERENCES_ON_FRONT]]


def _on_the_move(
    user: Reader, recent: Mapping[int, int], before: Mapping[int, int]
) -> list[tuple[Tag, int, int]]:
    """The tags whose share of all topics rose most, each with its numbers of topics after and
    before. ``recent`` and ``before``: digests by id, with their numbers of topics. Two queries."""
    taggings = TaggedTopic.objects.visible_to(user).order_by("-content_object_id")
    rows = list(taggings.values_list("tag", "content_object__digest")[:LINKS_COUNTED])
    after = Counter(tag for tag, digest in rows if digest in recent)
    earlier = Counter(tag for tag, digest in rows if digest in before)
    of_after, of_earlier = sum(recent.values()) or 1, sum(before.values()) or 1
    rises = {tag: after[tag] / of_after - earlier[tag] / of_earlier for tag in after}
    risen = [(-rise, -after[tag], tag) for tag, rise in rises.items() if rise > 0]
    likely = sorted(risen)[:_LIKELY]
    tags = Tag.objects.visible_to(user).in_bulk([pk for *_, pk in likely])
    named = sorted((*rank, tags[pk].name, pk) for *rank, pk in likely if pk in tags)
    return [(tags[pk], after[pk], earlier[pk]) for *_, pk in named[:TAGS_ON_FRONT]]
