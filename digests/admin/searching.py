"""Search in lists by the index of the site, as `LIKE` would read every text."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from digests.admin.bases import DeskAdmin, Row

# Rows that a search finds at most. Their ids stand in the statement.
MOST_FOUND = 500


class SearchingAdmin(DeskAdmin[Row]):
    """An admin whose list finds rows as the site's search does, and by ``search_fields`` those few
    that the site does not show."""

    def indexed(self, text: str, limit: int) -> Iterable[int]:
        """Ids of the rows that the site's search finds, at most so many."""
        raise NotImplementedError

    def unindexed(self) -> QuerySet[Row]:
        """Rows that the site's search leaves out. They must be few."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        others, _may_repeat = super().get_search_results(request, self.unindexed(), text)
        ids = chain(
            self.indexed(text, MOST_FOUND + 1),
            others.order_by("-pk").values_list("pk", flat=True)[: MOST_FOUND + 1],
        )
        found = list(islice(ids, MOST_FOUND + 1))
        if len(found) > MOST_FOUND:
            message = gettext("More than {} were found. The list shows so many of them.")
            self.message_user(request, message.format(MOST_FOUND), messages.WARNING)
        return queryset.filter(pk__in=found[:MOST_FOUND]), False
