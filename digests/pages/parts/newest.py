"""The newest rows of a list, found without a look at the others."""

from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import nlargest
from math import ceil
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from digests.models import Digest, Reader, Topic
from digests.models.kept import kept_query
from digests.models.statements import PlannedSlot, Slot
from digests.pages.parts.listed import TOPIC_COLUMNS, ListedTopic
from digests.pages.parts.rows import LATEST

TOPICS_ON_PAGE = 20

# Digests that are searched for each row that is wanted: a few, where each has several of the rows,
# then more.
_STEPS = (0.25, 2, 16)
# Number of topics that are sorted to find the newest of them, and that where the newest digests
# have few of them.
_SORTED = 300
_SORTED_IF_RARE = 3_000
# The most digests in which these are sought, which matters where old digests came in last.
_SEARCHED = 160


class NewestTopics:
    """The newest of the topics that links lead to from one row, such as the taggings of a tag.

    ``links``: those of a row, for which a `Slot` may stand; ``topic``: their column of topics.
    """

    def __init__(self, links: Callable[[Reader, Any], QuerySet[Any, Any]], topic: str) -> None:
        def planned(user: Reader, row: Slot) -> QuerySet[Any, Any]:
            return links(user, PlannedSlot(row.number))

        @kept_query
        def first_of_few(user: Reader, row: Slot) -> QuerySet[Any, Any]:
            return _linked(user, planned(user, row), topic)[:TOPICS_ON_PAGE]

        @kept_query
        def first_of_many(user: Reader, row: Slot, digests: Slot) -> QuerySet[Any, Any]:
            some = _linked_one_by_one(user, planned(user, row), topic)
            return some.filter(digest__one_of=digests)[:TOPICS_ON_PAGE]

        @kept_query
        def latest(user: Reader, row: Slot) -> QuerySet[Any, Any]:
            return latest_topics(user, planned(user, row), topic)

        self._links, self._topic, self._latest = links, topic, latest
        self._first_of_few, self._first_of_many = first_of_few, first_of_many

    def latest(self, user: Reader, row: Model) -> dict[int, datetime]:
        """The topics that came in last, at most `LATEST`, each with the time of its digest. One
        query."""
        return dict(self._latest(user, row.pk))

    def page(
        self, user: Reader, row: Model, count: int, shown: slice, times: Iterable[datetime]
    ) -> list[ListedTopic]:
        """The part of the list that a page shows. ``count``: the length of the list; ``times``:
        those of the `latest`. One query, up to three for the first page of a long list, or six if
        it is longer than `_SORTED_IF_RARE`; up to four for its other pages."""
        if (shown.start, shown.stop) == (0, min(TOPICS_ON_PAGE, count)):
            if count > _SORTED and (rows := self._first_by_time(user, row.pk, times)):
                return rows
            if count <= _SORTED_IF_RARE:
                return [ListedTopic(*row) for row in self._first_of_few(user, row.pk)]
        return newest_topics(user, self._links(user, row.pk), self._topic, count, shown)

    def _first_by_time(self, user: Reader, pk: int, times: Iterable[datetime]) -> list[ListedTopic]:
        """The first page; nothing if the newest digests have too few of its topics. Two queries."""
        # So many topics are newer than the last of these that nothing from before is on the page.
        newest = nlargest(TOPICS_ON_PAGE, times)
        digests = [pk for (pk,) in _digests_since(user, *newest[-1:])] if newest else []
        rows = self._first_of_many(user, pk, digests)
        return [ListedTopic(*row) for row in rows] if len(rows) == TOPICS_ON_PAGE else []


@kept_query
def _digests_since(user: Reader, since: Slot) -> QuerySet[Any, Any]:
    digests = Digest.objects.visible_to(user).filter(published_at__gte=since)
    return digests.newest_first().values_list("pk")[:_SEARCHED]


def latest_topics(user: Reader, links: QuerySet[Any, Any], of: str) -> QuerySet[Any, Any]:
    """The ids and times of the topics that came in last, of those (``of``) that these taggings or
    citations link to something."""
    # In a query of its own the limit keeps PostgreSQL from a join with all topics.
    ids = links.order_by(f"-{of}_id").values(of).distinct()[:LATEST]
    topics = Topic.objects.visible_to(user).filter(pk__in=ids).order_by("-pk")
    return topics.values_list("pk", "digest__published_at")


def newest_topics(
    user: Reader, links: QuerySet[Any, Any], of: str, count: int, shown: slice
) -> list[ListedTopic]:
    """The part of a list that a page shows: of the ``count`` topics (``of``) that these taggings
    or citations link to something, the newest first. One query, or up to four for a long list."""
    linked = _linked(user, links, of)
    if count <= _SORTED:
        return [ListedTopic(*row) for row in linked[shown]]
    some = _linked_one_by_one(user, links, of)
    rows = newest_rows(user, linked, lambda digests: some.filter(digest__in=digests), shown)
    return [ListedTopic(*row) for row in rows]


def _linked(user: Reader, links: QuerySet[Any, Any], of: str) -> QuerySet[Any, Any]:
    return _newest_rows_of(user).filter(pk__in=links.values(of))


def _linked_one_by_one(user: Reader, links: QuerySet[Any, Any], of: str) -> QuerySet[Any, Any]:
    """The same for a part of the topics. By ids as before, SQLite would read all that is linked."""
    return _newest_rows_of(user).filter(Exists(links.filter(**{of: OuterRef("pk")})))


def _newest_rows_of(user: Reader) -> QuerySet[Any, Any]:
    return Topic.objects.visible_to(user).newest_first().values_list(*TOPIC_COLUMNS)


def newest_rows(
    user: Reader,
    all_rows: QuerySet[Any, Any],
    of_digests: Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]],
    shown: slice,
) -> list[Any]:
    """The part that a page shows of a list in which rows of newer digests come first.

    ``of_digests`` gives those of ``all_rows`` that belong to some digests, given as a query of
    ids, in the same order. Only the newest digests are searched at first, because a database sorts
    all rows of a list. One query where each digest has such rows, up to four where few have.
    """
    newest = Digest.objects.visible_to(user).newest_first().values("pk")
    for searched in _STEPS:
        rows = list(of_digests(newest[: ceil(searched * shown.stop)])[shown])
        if len(rows) == shown.stop - shown.start:
            return rows
    return list(all_rows[shown])
