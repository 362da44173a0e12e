"""A digest with all that its page shows."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from django.db.models import Q

from digests.models import Digest, Reader, Topic
from digests.pages.parts.cited import NOTHING, WORKS_ON_PAGE, Cited, cited_by
from digests.pages.parts.listed import (
    ShownPoint,
    TagLink,
    points_by_topic,
    tags_by_digest,
    tags_by_topic,
)

# Columns that the page of a digest shows of its topics.
_SHOWN = ("digest", "position", "title", "heading", "parts", "edited_at")


@dataclass(frozen=True)
class TopicInFull:
    topic: Topic
    points: list[ShownPoint]
    tags: list[TagLink]
    cited: Cited

    @cached_property
    def first_cited(self) -> Cited:
        """The citations that the first page of the topic's own address lists."""
        return self.cited[:WORKS_ON_PAGE]


@dataclass(frozen=True)
class DigestInFull:
    digest: Digest
    tags: list[TagLink]
    preamble_cites: Cited
    topics: list[TopicInFull]
    reference_count: int
    newer: Digest | None
    older: Digest | None
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
    """The digest of this slug with all that its page shows; None if there is none. Eight
    queries."""
    digests = Digest.objects.visible_to(user).with_path()
    digest = digests.defer("front_matter", "preamble").filter(slug=slug).order_by().first()
    if digest is None:
        return None
    in_digest = Topic.objects.visible_to(user).filter(digest=digest).order_by("position")
    topics = list(in_digest.only(*_SHOWN))
    cited = cited_by(user, Q(digest=digest) | Q(topic__in=topics))
    points, tags = points_by_topic(user, topics), tags_by_topic(user, topics)
    older, newer = _neighbours(user, digest)
    return DigestInFull(
        digest=digest,
        tags=tags_by_digest(user, [digest]).get(digest.pk, []),
        preamble_cites=cited.get(None, NOTHING),
        topics=[
            TopicInFull(
                topic,
                points.get(topic.pk, []),
                tags.get(topic.pk, []),
                cited.get(topic.pk, NOTHING),
            )
            for topic in topics
        ],
        reference_count=len({pk for some in cited.values() for pk in some.references}),
        newer=newer,
        older=older,
        path=digest.path or "",
    )


def _neighbours(user: Reader, digest: Digest) -> tuple[Digest | None, Digest | None]:
    """The next older and the next newer digest. Two queries."""
    at, pk = digest.published_at, digest.pk
    others = Digest.objects.visible_to(user).only("slug", "title", "published_at").newest_first()
    # The second conditions alone would do; the first ones are there because an index answers them.
    older = others.filter(published_at__lte=at).filter(Q(published_at__lt=at) | Q(pk__lt=pk))
    newer = others.filter(published_at__gte=at).filter(Q(published_at__gt=at) | Q(pk__gt=pk))
    return older.first(), newer.last()
