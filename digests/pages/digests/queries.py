"""A digest with all that its page shows."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db.models import Q, QuerySet, Subquery

from digests.models import Digest, Tag, Topic
from digests.pages.parts.cited import WORKS_ON_PAGE, Cited
from digests.pages.parts.rows import (
    beside,
    by_topic,
    citations_of,
    points_in_order,
    tags_by_topic,
)


@dataclass(frozen=True)
class TopicInFull:
    topic: Topic
    tags: list[Tag]
    cited: Cited

    @property
    def first_cited(self) -> Cited:
        """So much as the page of the topic itself has on its first page."""
        return self.cited[:WORKS_ON_PAGE]


@dataclass(frozen=True)
class DigestInFull:
    digest: Digest
    tags: list[Tag]
    preamble_cites: Cited
    topics: list[TopicInFull]
    reference_count: int
    newer: Digest | None
    older: Digest | None

    @property
    def source(self) -> str:
        """The name of its file; empty where it came from none."""
        if not hasattr(self.digest, "imported"):
            return ""
        suffix = PurePosixPath(self.digest.imported.path).suffix
        return f"{self.digest.slug}{suffix}" if suffix else ""

    @property
    def point_count(self) -> int:
        return sum(len(entry.topic.points.all()) for entry in self.topics)


def digest_in_full(slug: str) -> DigestInFull | None:
    around = list(_digest_and_neighbours(slug))
    digest = next((found for found in around if found.slug == slug), None)
    if digest is None:
        return None
    newer, older = beside(digest, around)
    topics = list(
        digest.topics.live()
        .order_by("position")
        .defer("body", "prose")
        .prefetch_related(points_in_order())
    )
    tags = tags_by_topic(digest, topics)
    by_text = by_topic(citations_of(digest, topics))
    return DigestInFull(
        digest=digest,
        tags=tags.get(None, []),
        preamble_cites=Cited.by(by_text.get(None, [])),
        topics=[
            TopicInFull(topic, tags.get(topic.pk, []), Cited.by(by_text.get(topic.pk, [])))
            for topic in topics
        ],
        reference_count=len({cited.reference_id for some in by_text.values() for cited in some}),
        newer=newer,
        older=older,
    )


def _digest_and_neighbours(slug: str) -> QuerySet[Digest]:
    """The digest of this slug between the next newer and the next older one, in one query."""
    here = Digest.objects.filter(slug=slug)
    at, pk = Subquery(here.values("published_at")), Subquery(here.values("pk"))
    # The first condition of each follows from the second, but an index can answer it.
    newer = (
        Digest.objects.filter(published_at__gte=at)
        .filter(Q(published_at__gt=at) | Q(pk__gt=pk))
        .order_by("published_at", "pk")
    )
    older = (
        Digest.objects.filter(published_at__lte=at)
        .filter(Q(published_at__lt=at) | Q(pk__lt=pk))
        .newest_first()
    )
    beside = [Subquery(side.values("pk")[:1]) for side in (newer, older)]
    return (
        Digest.objects.filter(Q(slug=slug) | Q(pk=beside[0]) | Q(pk=beside[1]))
        .newest_first()
        .select_related("imported")
        .defer("front_matter", "preamble", "imported__preamble", "imported__tags")
    )
