"""What the front page shows."""

from dataclasses import dataclass

from digests.models import Digest, Reference, Tag, Topic
from digests.queries.rows import contents, listed_digests

DIGESTS_ON_FRONT = 7
TAGS_ON_FRONT = 30
REFERENCES_ON_FRONT = 10


@dataclass(frozen=True)
class Front:
    newest: Digest | None
    topics: list[Topic]
    earlier: list[Digest]
    tags: list[Tag]
    references: list[Reference]


def front() -> Front:
    digests = list(listed_digests()[:DIGESTS_ON_FRONT])
    newest = digests[0] if digests else None
    return Front(
        newest=newest,
        topics=contents(newest) if newest else [],
        earlier=digests[1:],
        tags=list(Tag.objects.used().most_used_first()[:TAGS_ON_FRONT]),
        references=list(Reference.objects.cited().most_cited_first()[:REFERENCES_ON_FRONT]),
    )
