"""Queries for topics with an open question."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from digests.models import Reader, Tag, Topic, TopicQuerySet
from digests.pages.parts.rows import LATEST, tags_among
from digests.vocabulary import PointKind


@dataclass(frozen=True)
class OpenQuestion:
    """A topic and its question points as HTML; no points if an editor alone marked it as open."""

    topic: Topic
    asked: list[SafeString]


def topics_open(user: Reader, tag: Tag | None) -> TopicQuerySet:
    topics = Topic.objects.visible_to(user).open().newest_first()
    return topics.tagged(tag) if tag else topics


def open_questions(user: Reader, topics: QuerySet[Topic]) -> list[OpenQuestion]:
    """Render the questions of a page. Two queries.

    The query that sorts all topics leaves the long texts in the database; these fetch them.
    """
    on_page = Topic.objects.visible_to(user).filter(pk__in=topics.values("pk")).newest_first()
    rows = on_page.with_digest().with_tags().with_points(PointKind.QUESTION).without_texts()
    return [OpenQuestion(topic, _asked(topic)) for topic in rows]


def _asked(topic: Topic) -> list[SafeString]:
    return [point.rendered() for point in topic.own_points]


def tags_of_open(user: Reader) -> list[Tag]:
    """Tags that the list of open questions can be filtered by."""
    topics = Topic.objects.visible_to(user).open()
    return tags_among(user, topics.order_by("-pk").values("pk")[:LATEST])
