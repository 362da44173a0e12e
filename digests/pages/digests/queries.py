"""A digest with all that its page shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Q, QuerySet

from digests.models import Digest, Reader, Topic
from digests.models.kept import kept_models, kept_query
from digests.models.statements import Slot
from digests.models.tags import TagLink
from digests.pages.parts.cited import (
    NOTHING,
    WORKS_ON_PAGE,
    Cited,
    cited_in_preamble,
    cited_in_topics,
)
from digests.pages.parts.listed import (
    ListedDigest,
    ShownPoint,
    digest_rows,
    points_by_topic,
    tags_by_digest,
    tags_by_topic,
)

# Links in the running text of a topic that are listed below it. The text itself has them all, and a
# digest of 25 topics may have 600.
LINKS_OF_TOPIC = 6

# Columns that the page of a digest shows of its topics.
_SHOWN = ("digest", "position", "number", "title", "heading", "parts", "edited_at")


@dataclass(frozen=True)
class TopicInFull:
    topic: Topic
    points: list[ShownPoint]
    tags: list[TagLink]
    cited: Cited

    @cached_property
    def first_cited(self) -> Cited:
        """The citations that the page of the digest lists; the page of the topic has all."""
        return self.cited[:WORKS_ON_PAGE]

    @property
    def has_more_cited(self) -> bool:
        return bool(self.cited.unread) or len(self.cited) > len(self.first_cited)


@dataclass(frozen=True)
class DigestInFull:
    digest: Digest
    tags: list[TagLink]
    preamble_cites: Cited
    topics: list[TopicInFull]
    reference_count: int
    newer: ListedDigest | None
    older: ListedDigest | None
    path: str = ""

    @property
    def source(self) -> str:
        """Name of the imported file; empty for a digest that was not imported."""
        suffix = PurePosixPath(self.path).suffix
        return f"{self.digest.slug}{suffix}" if suffix else ""

    @property
    def point_count(self) -> int:
        return sum(len(entry.points) for entry in self.topics)


def digest_in_full(user: Reader, slug: str) -> DigestInFull | None:
    """The digest of this slug with all that its page shows; None if there is none. At
    most eleven queries."""
    digests = Digest.objects.visible_to(user).with_path()
    digest = digests.defer("front_matter", "preamble").filter(slug=slug).order_by().first()
    if digest is None:
        return None
    topics = _topics(user, digest.pk)
    ids = [topic.pk for topic in topics]
    preamble = cited_in_preamble(user, digest.pk)
    cited = cited_in_topics(user, ids, links=LINKS_OF_TOPIC)
    points, tags = points_by_topic(user, ids), tags_by_topic(user, ids)
    older, newer = _neighbours(user, digest)
    return DigestInFull(
        digest=digest,
        tags=tags_by_digest(user, [digest.pk]).get(digest.pk, []),
        preamble_cites=preamble,
        topics=[
            TopicInFull(
                topic,
                points.get(topic.pk, []),
                tags.get(topic.pk, []),
                cited.get(topic.pk, NOTHING),
            )
            for topic in topics
        ],
        reference_count=len(
            {pk for each in (preamble, *cited.values()) for pk in (*each.references, *each.unread)}
        ),
        newer=newer,
        older=older,
        path=digest.path or "",
    )


@kept_models
def _topics(user: Reader, digest: Slot) -> QuerySet[Topic]:
    topics = Topic.objects.visible_to(user).filter(digest=digest)
    return topics.order_by("position").only(*_SHOWN)


def _neighbours(user: Reader, digest: Digest) -> Iterator[ListedDigest | None]:
    """The next older and the next newer digest. Two queries."""
    for found in (_older, _newer):
        rows = found(user, digest.published_at, digest.pk)
        yield ListedDigest(*rows[0]) if rows else None


# The second conditions alone would do; the first ones are there because an index answers them.


@kept_query
def _older(user: Reader, at: Slot, pk: Slot) -> QuerySet[Any, Any]:
    others = Digest.objects.visible_to(user).newest_first().filter(published_at__lte=at)
    older = others.filter(Q(published_at__lt=at) | Q(pk__lt=pk))
    return digest_rows(older)[:1]


@kept_query
def _newer(user: Reader, at: Slot, pk: Slot) -> QuerySet[Any, Any]:
    others = Digest.objects.visible_to(user).newest_first().filter(published_at__gte=at)
    newer = others.filter(Q(published_at__gt=at) | Q(pk__gt=pk))
    return digest_rows(newer).reverse()[:1]
