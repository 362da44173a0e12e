"""What a page asks of several tables at once.

Each function gives a page what it shows and no more, in a number of queries that does not grow
with the rows. Lists leave the long texts in the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import Prefetch, Q, QuerySet, Subquery
from django.utils.safestring import SafeString

from digests.models import Citation, Digest, Reference, Tag, TaggedTopic, Topic

DIGESTS_ON_FRONT = 7
TAGS_ON_FRONT = 30
REFERENCES_ON_FRONT = 10


@dataclass(frozen=True)
class CitedItem:
    """One entry of a reference list as it is written, and what it cites."""

    html: SafeString
    citations: list[Citation]


@dataclass(frozen=True)
class Cited:
    """What one text cites: the entries of its lists, and what only its running text links to."""

    items: list[CitedItem]
    inline: list[Citation]

    @classmethod
    def by(cls, citations: Iterable[Citation]) -> "Cited":
        """From the citations of one text in their order, each with its reference."""
        listed: list[Citation] = []
        inline: dict[int, Citation] = {}
        for citation in citations:
            if citation.inline:
                inline.setdefault(citation.reference_id, citation)
            else:
                listed.append(citation)
        for citation in listed:
            inline.pop(citation.reference_id, None)
        items = [list(item) for _, item in groupby(listed, key=attrgetter("item"))]
        return cls([CitedItem(item[0].rendered, item) for item in items], list(inline.values()))

    def __bool__(self) -> bool:
        return bool(self.items or self.inline)


@dataclass(frozen=True)
class TopicInFull:
    topic: Topic
    cited: Cited


@dataclass(frozen=True)
class DigestInFull:
    preamble_cites: Cited
    topics: list[TopicInFull]
    newer: Digest | None
    older: Digest | None


@dataclass(frozen=True)
class TopicInPlace:
    """A topic's references, and its place among the topics of its digest."""

    cited: Cited
    contents: list[Topic]
    place: int
    previous: Topic | None
    next: Topic | None


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


def digest_in_full(digest: Digest) -> DigestInFull:
    topics = list(digest.topics.prefetch_related(_own_tags()).defer("heading", "body"))
    # By the ids in hand: an OR across a join would read every citation there is.
    citations = Citation.objects.filter(Q(digest=digest) | Q(topic__in=topics))
    by_text: dict[int | None, list[Citation]] = {}
    for citation in citations.select_related("reference").order_by("position"):
        by_text.setdefault(citation.topic_id, []).append(citation)
    newer, older = _neighbours(digest)
    return DigestInFull(
        preamble_cites=Cited.by(by_text.get(None, [])),
        topics=[TopicInFull(topic, Cited.by(by_text.get(topic.pk, []))) for topic in topics],
        newer=newer,
        older=older,
    )


def topic_in_place(topic: Topic) -> TopicInPlace:
    topics = contents(topic.digest)
    place = topics.index(topic)
    return TopicInPlace(
        cited=Cited.by(topic.citations.select_related("reference").order_by("position")),
        contents=topics,
        place=place + 1,
        previous=topics[place - 1] if place > 0 else None,
        next=topics[place + 1] if place + 1 < len(topics) else None,
    )


def contents(digest: Digest) -> list[Topic]:
    return list(digest.topics.order_by("position").only("digest", "position", "number", "title"))


def listed_digests() -> QuerySet[Digest]:
    return Digest.objects.newest_first().with_tags().with_topic_count().defer(*_texts_of_digest())


def digests_tagged(tag: Tag) -> QuerySet[Digest]:
    tagged = tag.tagged_digests.values("content_object")
    return Digest.objects.filter(pk__in=tagged).newest_first().defer(*_texts_of_digest())


def digests_citing(reference: Reference) -> QuerySet[Digest]:
    """Those that cite it before their first topic."""
    citing = reference.citations.filter(digest__isnull=False).values("digest")
    return Digest.objects.filter(pk__in=citing).newest_first().defer(*_texts_of_digest())


def topics_tagged(tag: Tag) -> QuerySet[Topic]:
    tagged = tag.tagged_topics.values("content_object")
    return _listed_topics().filter(pk__in=tagged).prefetch_related(_own_tags())


def topics_citing(reference: Reference) -> QuerySet[Topic]:
    """Each with its citations of this reference alone as ``citing``."""
    cites = reference.citations.filter(topic__isnull=False)
    prefetch = Prefetch("citations", cites.order_by("position").defer("html"), to_attr="citing")
    return _listed_topics().filter(pk__in=cites.values("topic")).prefetch_related(prefetch)


def _listed_topics() -> QuerySet[Topic]:
    digest_texts = (f"digest__{name}" for name in _texts_of_digest())
    return (
        Topic.objects.newest_first()
        .select_related("digest")
        .defer("heading", "body", "html", *digest_texts)
    )


def _neighbours(digest: Digest) -> tuple[Digest | None, Digest | None]:
    """The next newer and the next older digest, in one query."""
    # The first condition of each follows from the second, but an index can answer it.
    newer = (
        Digest.objects.filter(published_at__gte=digest.published_at)
        .filter(Q(published_at__gt=digest.published_at) | Q(pk__gt=digest.pk))
        .order_by("published_at", "pk")
    )
    older = (
        Digest.objects.filter(published_at__lte=digest.published_at)
        .filter(Q(published_at__lt=digest.published_at) | Q(pk__lt=digest.pk))
        .newest_first()
    )
    both = [Subquery(side.values("pk")[:1]) for side in (newer, older)]
    found = Digest.objects.filter(Q(pk=both[0]) | Q(pk=both[1])).only(
        "slug", "title", "published_at"
    )
    here = (digest.published_at, digest.pk)
    sides = {(other.published_at, other.pk) > here: other for other in found}
    return sides.get(True), sides.get(False)


def _own_tags() -> "Prefetch[str]":  # Django's own class takes no parameter
    return Prefetch("taggings", TaggedTopic.objects.select_related("tag"))


def _texts_of_digest() -> tuple[str, ...]:
    return ("front_matter", "preamble", "preamble_html")
