"""Pages of the list of topics."""

from collections.abc import Iterator
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery

from digests.models import Digest, Topic

# So many topics are sorted for a page. Of more, the digests of the page are sought first.
_SORTED = 1_000
# Digests whose topics one query counts.
_DIGESTS = 200


class TopicPaginator(Paginator[Topic]):
    """Pages of topics in the order of their digests, the newest first.

    A page of many topics first finds its digests by their numbers of topics, which an index
    answers: a database that sorts by columns of two tables reads all rows of both.
    """

    def page(self, number: int | str) -> Page[Topic]:
        page = super().page(number)
        if self.count > _SORTED:
            first, last = page.start_index() - 1, page.end_index()
            topics = cast("QuerySet[Topic]", self.object_list)
            before, digests = _digests_between(topics, first, last)
            of_digests = topics.filter(digest__in=digests)
            page.object_list = of_digests[first - before : last - before]
        return page


def _digests_between(topics: QuerySet[Topic], first: int, last: int) -> tuple[int, list[int]]:
    """The digests of the topics from the place ``first`` on and before ``last``, by id, and the
    number of topics in newer digests."""
    before, seen, digests = 0, 0, list[int]()
    for digest, count in _counts_by_digest(topics):
        seen += count
        if seen <= first:
            before = seen
        else:
            digests.append(digest)
        if seen >= last:
            break
    return before, digests


def _counts_by_digest(topics: QuerySet[Topic]) -> Iterator[tuple[int, int]]:
    """Ids of all digests, the newest first, each with its number of these topics."""
    of_digest = topics.filter(digest=OuterRef("pk")).order_by().values("digest")
    count = Subquery(of_digest.annotate(n=Count("pk")).values("n"))
    counted = Digest.objects.newest_first().annotate(n=count).values_list("pk", "n")
    start = 0
    while some := list(counted[start : start + _DIGESTS]):
        yield from ((digest, number or 0) for digest, number in some)
        start += _DIGESTS
