"""What a page asks of several tables at once.

Each function gives a page what it shows and no more, in a number of queries that does not grow
with the rows. Lists leave the long texts in the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from django.db.models import BigIntegerField, F, Prefetch, Q, QuerySet, Subquery, Value
from django.utils.safestring import SafeString

from digests.models import Citation, Digest, DigestQuerySet, Reference, Tag, TaggedTopic, Topic

DIGESTS_ON_FRONT = 7
TAGS_ON_FRONT = 30
REFERENCES_ON_FRONT = 10

_Row = TypeVar("_Row", Digest, Topic)


@dataclass(frozen=True)
class CitedItem:
    """One entry of a reference list as it is written, and what it cites."""

    html: SafeString
    citations: list[Citation]

    @classmethod
    def of(cls, item: Iterable[Citation]) -> "CitedItem":
        citations = list(item)
        return cls(citations[0].rendered, citations)


@dataclass(frozen=True)
class CitedGroup:
    """A list of references, under the name that the text gives it."""

    name: str
    items: list[CitedItem]


@dataclass(frozen=True)
class Cited:
    """What one text cites: in its lists, and what only its running text links to."""

    groups: list[CitedGroup]
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
        groups = [
            CitedGroup(name, [CitedItem.of(item) for _, item in groupby(group, attrgetter("item"))])
            for name, group in groupby(listed, attrgetter("group"))
        ]
        return cls(groups, list(inline.values()))

    def __bool__(self) -> bool:
        return bool(self.groups or self.inline)


@dataclass(frozen=True)
class TopicInFull:
    topic: Topic
    tags: list[Tag]
    cited: Cited


@dataclass(frozen=True)
class DigestInFull:
    digest: Digest
    tags: list[Tag]
    preamble_cites: Cited
    topics: list[TopicInFull]
    newer: Digest | None
    older: Digest | None


@dataclass(frozen=True)
class TopicInPlace:
    """A topic's tags and references, and its place among the topics of its digest, where it is
    None for one that is archived."""

    tags: list[Tag]
    tags_of_digest: list[Tag]
    cited: Cited
    contents: list[Topic]
    place: int | None
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


def digest_in_full(slug: str) -> DigestInFull | None:
    around = list(_digest_and_neighbours(slug))
    digest = next((found for found in around if found.slug == slug), None)
    if digest is None:
        return None
    newer, older = _beside(digest, around)
    topics = list(digest.topics.live().order_by("position").defer("body"))
    tags = _tags(digest, topics)
    # By the ids in hand: an OR across a join would read every citation there is.
    citations = Citation.objects.filter(Q(digest=digest) | Q(topic__in=topics))
    by_text: dict[int | None, list[Citation]] = {}
    for citation in citations.select_related("reference").order_by("position"):
        by_text.setdefault(citation.topic_id, []).append(citation)
    return DigestInFull(
        digest=digest,
        tags=tags.get(None, []),
        preamble_cites=Cited.by(by_text.get(None, [])),
        topics=[
            TopicInFull(topic, tags.get(topic.pk, []), Cited.by(by_text.get(topic.pk, [])))
            for topic in topics
        ],
        newer=newer,
        older=older,
    )


def topic_in_place(topic: Topic) -> TopicInPlace:
    topics = contents(topic.digest)
    previous, following = _beside(topic, topics) if topic.is_live else (None, None)
    tags = _tags(topic.digest, [topic])
    return TopicInPlace(
        tags=tags.get(topic.pk, []),
        tags_of_digest=tags.get(None, []),
        cited=Cited.by(topic.citations.select_related("reference").order_by("position")),
        contents=topics,
        place=topics.index(topic) + 1 if topic.is_live else None,
        previous=previous,
        next=following,
    )


def contents(digest: Digest) -> list[Topic]:
    topics = digest.topics.live().order_by("position")
    return list(topics.only("digest", "position", "heading", "title"))


def listed_digests() -> DigestQuerySet:
    return Digest.objects.newest_first().with_topic_count().defer(*_texts_of_digest())


def digests_tagged(tag: Tag) -> QuerySet[Digest]:
    tagged = tag.tagged_digests.values("content_object")
    return Digest.objects.filter(pk__in=tagged).newest_first().defer(*_texts_of_digest())


def digests_citing(reference: Reference) -> QuerySet[Digest]:
    """Those that cite it before their first topic."""
    citing = reference.citations.filter(digest__isnull=False).values("digest")
    return Digest.objects.filter(pk__in=citing).newest_first().defer(*_texts_of_digest())


def topics_tagged(tag: Tag) -> QuerySet[Topic]:
    tagged = tag.tagged_topics.values("content_object")
    own_tags = Prefetch("taggings", TaggedTopic.objects.select_related("tag"))
    return _listed_topics().filter(pk__in=tagged).prefetch_related(own_tags)


def topics_citing(reference: Reference) -> QuerySet[Topic]:
    """Each with its citations of this reference alone as ``citing``."""
    cites = reference.citations.filter(topic__isnull=False)
    prefetch = Prefetch("citations", cites.order_by("position").defer("html"), to_attr="citing")
    return _listed_topics().filter(pk__in=cites.values("topic")).prefetch_related(prefetch)


def _listed_topics() -> QuerySet[Topic]:
    digest_texts = (f"digest__{name}" for name in _texts_of_digest())
    return (
        Topic.objects.live()
        .newest_first()
        .select_related("digest")
        .defer("heading", "body", "html", *digest_texts)
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
        .defer("front_matter", "preamble")
    )


def _beside(row: _Row, rows: list[_Row]) -> tuple[_Row | None, _Row | None]:
    """The rows before and after one of them."""
    place = rows.index(row)
    before = rows[place - 1] if place > 0 else None
    after = rows[place + 1] if place + 1 < len(rows) else None
    return before, after


def _tags(digest: Digest, topics: Iterable[Topic]) -> dict[int | None, list[Tag]]:
    """Those of each topic by its id, and those of the digest itself by None; in one query."""
    tags = Tag.objects.order_by()  # SQLite wants no order within a union
    of_topics = tags.filter(tagged_topics__content_object__in=topics).annotate(
        topic_id=F("tagged_topics__content_object"), place=F("tagged_topics__pk")
    )
    of_digest = tags.filter(tagged_digests__content_object=digest).annotate(
        topic_id=Value(None, BigIntegerField()), place=F("tagged_digests__pk")
    )
    by_topic: dict[int | None, list[Tag]] = {}
    for tag in of_topics.union(of_digest, all=True).order_by("place"):
        by_topic.setdefault(tag.topic_id, []).append(tag)
    return by_topic


def _texts_of_digest() -> tuple[str, ...]:
    return ("front_matter", "preamble", "preamble_html")
