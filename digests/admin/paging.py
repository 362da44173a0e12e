"""Pages of the lists of the admin, at a cost that does not grow with the number of the page."""

from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

# The rows of a list up to which the database reads and sorts all of them for one page.
_SORTED = 1_000


class NearerEndPaginator(Paginator[Any]):
    """A paginator that reads a page from the nearer end of the list.

    A database reads and drops all rows before a page. So the last page would cost far more than the
    first, and the ids of a page are read before its rows, because an index has them: one query more
    than Django's paginator.
    """

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        if self.count > _SORTED:
            rows = cast("QuerySet[Any]", self.object_list)
            first = (page.number - 1) * self.per_page
            page.object_list = self.rows_between(rows, first, page.end_index())
        return page

    def rows_between(self, rows: QuerySet[Any], first: int, last: int) -> QuerySet[Any]:
        """The rows from the index ``first`` on and before ``last``, both counted from 0."""
        return rows.filter(pk__in=self.column_between(rows, "pk", first, last))

    def column_between(self, rows: QuerySet[Any], column: str, first: int, last: int) -> list[Any]:
        """The values of a column of these rows, which must be as many as the list has."""
        values = rows.values_list(column, flat=True)
        if first + last <= self.count:
            return list(values[first:last])
        return list(values.reverse()[self.count - last : self.count - first])[::-1]


class TopicPaginator(NearerEndPaginator):
    """A paginator of topics in the order of their digests, the newest first.

    A database that sorts by columns of two tables reads all rows of both. So the digests of a page
    are found first, in an order that two indexes have: three queries more than Django's paginator.
    """

    def rows_between(self, rows: QuerySet[Any], first: int, last: int) -> QuerySet[Any]:
        by_digest = rows.order_by("digest")
        digests = self.column_between(by_digest, "digest_id", first, last)
        if not digests:  # deleted since they were counted
            return rows.none()
        # The first digest of the page may begin on a page before.
        most = rows.filter(digest=digests[0]).count()
        before = self.column_between(by_digest, "digest_id", max(0, first - most), first)
        skipped = before.count(digests[0])
        of_digests = rows.filter(digest__in=set(digests))
        return of_digests[skipped : skipped + last - first]
