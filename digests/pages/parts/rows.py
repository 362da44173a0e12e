"""What several pages ask: rows for their lists, and what stands beside a row."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import BigIntegerField, Count, F, Model, Prefetch, Q, QuerySet, Value

from digests.models import Citation, Digest, DigestQuerySet, Point, Tag, TaggedTopic, Topic
from digests.vocabulary import TopicStatus

_Row = TypeVar("_Row", Digest, Topic)
_Part = TypeVar("_Part", Citation, Point)
LATEST = 1_000
"""What is counted among topics that may be very many is counted among those that came in last."""
TAGS_OFFERED = 12


def named(row: Model) -> str:
    """The title of a row; its id where somebody left the title empty."""
    return str(row).strip() or f"#{row.pk}"


def listed_digests() -> DigestQuerySet:
    return Digest.objects.newest_first().with_topic_count().defer(*texts_of_digest())


def listed_topics() -> QuerySet[Topic]:
    return (
        Topic.objects.live()
        .newest_first()
        .select_related("digest")
        .defer(*texts_of_topic(), *texts_of_digest("digest__"))
    )


def own_tags() -> Prefetch[str]:
    """For `Topic.own_tags` of a list."""
    return Prefetch("taggings", TaggedTopic.objects.select_related("tag"))


def points_in_order() -> Prefetch[str]:
    """For `Topic.rendered`, and for its points as plain text."""
    return Prefetch("points", Point.objects.order_by("position").defer("text"))


def contents(digest: Digest) -> list[Topic]:
    topics = digest.topics.live().order_by("position")
    return list(topics.only("digest", "position", "heading", "title"))


def beside(row: _Row, rows: list[_Row]) -> tuple[_Row | None, _Row | None]:
    """The rows before and after one of them."""
    place = rows.index(row)
    before = rows[place - 1] if place > 0 else None
    after = rows[place + 1] if place + 1 < len(rows) else None
    return before, after


def tags_by_topic(digest: Digest, topics: Iterable[Topic]) -> dict[int | None, list[Tag]]:
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


def citations_of(digest: Digest, topics: Iterable[Topic]) -> QuerySet[Citation]:
    """Those of its preamble and of these topics, each with its reference."""
    # By the ids in hand: an OR across a join would read every citation there is.
    citations = Citation.objects.filter(Q(digest=digest) | Q(topic__in=topics))
    return citations.select_related("reference").order_by("position")


def by_topic(parts: Iterable[_Part]) -> dict[int | None, list[_Part]]:
    """The parts of each topic by its id; what a preamble has, by None."""
    found: dict[int | None, list[_Part]] = {}
    for part in parts:
        found.setdefault(part.topic_id, []).append(part)
    return found


def tags_among(topics: QuerySet[Any, Any]) -> list[Tag]:
    """The tags that most of these topics have, given by their ids."""
    tags = Tag.objects.filter(
        tagged_topics__content_object__in=topics,
        tagged_topics__content_object__status=TopicStatus.LIVE,
    )
    return list(tags.annotate(n=Count("pk")).order_by("-n", "name")[:TAGS_OFFERED])


def texts_of_digest(path: str = "") -> list[str]:
    """The long columns that lists leave in the database; ``digest__`` leads there from a topic."""
    names = ("front_matter", "preamble", "preamble_html", "preamble_text")
    return [f"{path}{name}" for name in names]


def texts_of_topic(path: str = "") -> list[str]:
    """The long columns of a topic that lists leave in the database."""
    return [f"{path}{name}" for name in ("heading", "body", "parts", "prose")]
