"""Topics whose question is open."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.safestring import SafeString

from digests.models import Point, Tag, Topic, TopicQuerySet
from digests.pages.parts.rows import LATEST, own_tags, tags_among, texts_of_digest, texts_of_topic
from digests.vocabulary import PointKind


@dataclass(frozen=True)
class OpenQuestion:
    """A topic and what it asks, in as many points as it does; in none where only an editor says
    that it is open."""

    topic: Topic
    asked: list[SafeString]


def topics_open(tag: Tag | None) -> TopicQuerySet:
    topics = Topic.objects.live().open().newest_first()
    return topics.tagged(tag) if tag else topics


def open_questions(topics: QuerySet[Topic]) -> list[OpenQuestion]:
    """Of a page of them. Two queries.

    The long texts are fetched of these alone: whatever else is sorted leaves them where they are.
    """
    rows = (
        Topic.objects.filter(pk__in=topics.values("pk"))
        .newest_first()
        .select_related("digest")
        .defer(*texts_of_topic(), *texts_of_digest("digest__"))
        .prefetch_related(own_tags(), _questions())
    )
    return [OpenQuestion(topic, _asked(topic)) for topic in rows]


def _questions() -> Prefetch[str]:
    questions = Point.objects.filter(kind=PointKind.QUESTION).order_by("position")
    return Prefetch("points", questions.select_related("topic"))


def _asked(topic: Topic) -> list[SafeString]:
    return [point.rendered() for point in topic.points.all()]


def tags_of_open() -> list[Tag]:
    """To narrow open questions by."""
    return tags_among(Topic.objects.open().order_by("-pk").values("pk")[:LATEST])
