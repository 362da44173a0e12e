"""A page of topics and digests, as all variants of a list show it."""

from math import ceil
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from digests.models import Digest, Topic
from digests.pages.parts.paging import page_number
from digests.pages.variants.listed_rows import digest_entry, digest_line, topic_entry, topic_line
from digests.pages.variants.markdown_text import section
from digests.pages.variants.paging import PageLinks

ROWS_ON_PAGE = 20


class TopicsAndDigests:
    """The page of topics and of digests whose number the request gives. Following the pages finds
    all of both.

    ``address``: path of the page that lists the rows. ``counts``: total numbers of topics and of
    digests.
    """

    def __init__(
        self,
        request: HttpRequest,
        address: str,
        topics: QuerySet[Topic],
        digests: QuerySet[Digest],
        counts: tuple[int, int],
    ) -> None:
        pages = max(1, ceil(max(counts) / ROWS_ON_PAGE))
        number = min(page_number(request), pages)
        some = slice((number - 1) * ROWS_ON_PAGE, number * ROWS_ON_PAGE)
        here = request.build_absolute_uri(address)
        self.request, self.topics, self.digests = request, topics[some], digests[some]
        self.digest_count = counts[1]
        self.links = PageLinks(
            number, pages, lambda form, page: f"{form.address(here)}?page={page}"
        )

    def json(self) -> dict[str, Any]:
        return {
            "topics": [topic_entry(self.request, topic) for topic in self.topics],
            "digests": [digest_entry(self.request, digest) for digest in self.digests],
            **self.links.json(),
        }

    def markdown(self, topics: str, digests: str) -> list[str]:
        """The lists as Markdown, under the headings ``topics`` and ``digests``."""
        return [
            *section(topics, (f"* {topic_line(self.request, topic)}" for topic in self.topics)),
            *section(
                digests, (f"* {digest_line(self.request, digest)}" for digest in self.digests)
            ),
            *self.links.markdown(),
        ]
