"""A digest with all that its page shows."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db.models import Q

from digests.grouping import grouped_by
from digests.models import Digest, Reader, Topic
from digests.pages.parts.cited import WORKS_ON_PAGE, Cited
from digests.pages.parts.rows import citations_of


@dataclass(frozen=True)
class TopicInFull:
    topic: Topic
    cited: Cited

    @property
    def first_cited(self) -> Cited:
        """The citations that the first page of the topic's own address lists."""
        return self.cited[:WORKS_ON_PAGE]


@dataclass(frozen=True)
class DigestInFull:
    digest: Digest
    preamble_cites: Cited
    topics: list[TopicInFull]
    reference_count: int
    newer: Digest | None
    older: Digest | None

    @property
    def source(self) -> str:
        """Name of the imported file; empty for a digest that was not imported."""
        if not hasattr(self.digest, "imported"):
            return ""
        suffix = PurePosixPath(self.digest.imported.path).suffix
        return f"{self.digest.slug}{suffix}" if suffix else ""

    @property
    def point_count(self) -> int:
        return sum(len(entry.topic.own_points) for entry in self.topics)


def digest_in_full(user: Reader, slug: str) -> DigestInFull | None:
    """The digest of this slug with all that its page shows; None if there is none. Seven
    queries."""
    digests = Digest.objects.visible_to(user).select_related("imported").with_tags()
    long_texts = ("front_matter", "preamble", "imported__changed_preamble", "imported__tags")
    digest = digests.defer(*long_texts).filter(slug=slug).first()
    if digest is None:
        return None
    topics = Topic.objects.visible_to(user).filter(digest=digest).order_by("position")
    in_full = list(topics.with_points().with_tags().defer("body", "prose"))
    citations = citations_of(user, Q(digest=digest) | Q(topic__in=in_full))
    cited = grouped_by(citations, lambda each: each.topic_id)
    older, newer = _neighbours(user, digest)
    return DigestInFull(
        digest=digest,
        preamble_cites=Cited.by(cited[None]),
        topics=[TopicInFull(topic, Cited.by(cited[topic.pk])) for topic in in_full],
        reference_count=len({each.reference_id for some in cited.values() for each in some}),
        newer=newer,
        older=older,
    )


def _neighbours(user: Reader, digest: Digest) -> tuple[Digest | None, Digest | None]:
    """The next older and the next newer digest. Two queries."""
    at, pk = digest.published_at, digest.pk
    others = Digest.objects.visible_to(user).only("slug", "title", "published_at").newest_first()
    # The second conditions alone would do; the first ones are there because an index answers them.
    older = others.filter(published_at__lte=at).filter(Q(published_at__lt=at) | Q(pk__lt=pk))
    newer = others.filter(published_at__gte=at).filter(Q(published_at__gt=at) | Q(pk__gt=pk))
    return older.first(), newer.last()
