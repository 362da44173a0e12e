"""A page of topics and digests, as all variants of a list show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from digests.models import Digest, Topic
from digests.pages.parts.paging import page_number
from digests.pages.variants.paging import PageLinks
from digests.pages.variants.rows import digest_entry, digest_line, topic_entry, topic_line

ROWS_ON_PAGE = 20


@dataclass(frozen=True)
class TopicsAndDigests:
    """A page of topics and of digests, so that following the pages finds all of both.

    ``digest_count`` is the number of digests on all pages.
    """

    topics: Sequence[Topic]
    digests: Sequence[Digest]
    digest_count: int
    links: PageLinks

    @classmethod
    def of_request(
        cls,
        request: HttpRequest,
        address: str,
        topics: QuerySet[Topic],
        digests: QuerySet[Digest],
        counts: tuple[int, int],
    ) -> "TopicsAndDigests":
        """The page whose number the request gives.

        ``address``: path of the page that lists the rows. ``counts``: total numbers of topics and
        of digests.
        """
        pages = max(1, ceil(max(counts) / ROWS_ON_PAGE))
        number = min(page_number(request), pages)
        some = slice((number - 1) * ROWS_ON_PAGE, number * ROWS_ON_PAGE)
        here = request.build_absolute_uri(address)
        links = PageLinks(number, pages, lambda form, page: f"{form.address(here)}?page={page}")
        return cls(list(topics[some]), list(digests[some]), counts[1], links)

    def json(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "topics": [topic_entry(request, topic) for topic in self.topics],
            "digests": [digest_entry(request, digest) for digest in self.digests],
            **self.links.json(),
        }

    def markdown(self, request: HttpRequest, topics: str, digests: str) -> list[str]:
        """The lists as Markdown, under the headings ``topics`` and ``digests``."""
        lists = (
            (topics, [topic_line(request, topic) for topic in self.topics]),
            (digests, [digest_line(request, digest) for digest in self.digests]),
        )
        parts = []
        for title, lines in lists:
            if lines:
                parts += [f"## {title}", "\n".join(f"* {line}" for line in lines)]
        return [*parts, *self.links.markdown()]
