"""A page of topics and digests, as every variant of a list gives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from digests.models import Digest, Reference, Topic
from digests.pages.parts.paging import page_number
from digests.pages.tags.tagged import Subject
from digests.pages.variants.paging import PageLinks
from digests.pages.variants.rows import digest_entry, digest_line, topic_entry, topic_line

ROWS_ON_PAGE = 20


@dataclass(frozen=True)
class TopicsAndDigests:
    """A page of topics and of digests: one walk over the pages meets all of both."""

    topics: Sequence[Topic]
    digests: Sequence[Digest]
    links: PageLinks

    @classmethod
    def asked_for(
        cls,
        request: HttpRequest,
        row: Subject | Reference,
        topics: QuerySet[Topic],
        digests: QuerySet[Digest],
    ) -> "TopicsAndDigests":
        pages = max(1, ceil(max(row.topic_count, row.digest_count) / ROWS_ON_PAGE))
        number = min(page_number(request), pages)
        some = slice((number - 1) * ROWS_ON_PAGE, number * ROWS_ON_PAGE)
        here = request.build_absolute_uri(row.get_absolute_url())
        links = PageLinks(number, pages, lambda form, page: f"{form.address(here)}?page={page}")
        return cls(list(topics[some]), list(digests[some]), links)

    def json(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "topics": [topic_entry(request, topic) for topic in self.topics],
            "digests": [digest_entry(request, digest) for digest in self.digests],
            **self.links.json(),
        }

    def markdown(self, request: HttpRequest, topics: str, digests: str) -> list[str]:
        """Under these headings."""
        lists = (
            (topics, [topic_line(request, topic) for topic in self.topics]),
            (digests, [digest_line(request, digest) for digest in self.digests]),
        )
        parts = []
        for title, lines in lists:
            if lines:
                parts += [f"## {title}", "\n".join(f"* {line}" for line in lines)]
        return [*parts, *self.links.markdown()]
