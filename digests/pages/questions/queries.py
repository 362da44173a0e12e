"""Topics whose question is open."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from digests.models import Reader, Tag, Topic, TopicQuerySet
from digests.pages.parts.rows import LATEST, tags_among
from digests.rendering.plain_text import points_in
from digests.vocabulary import PointKind


@dataclass(frozen=True)
class OpenQuestion:
    """A topic and what it asks, in as many points as it does; in none where only an editor says
    that it is open."""

    topic: Topic
    asked: list[SafeString]


def topics_open(user: Reader, tag: Tag | None) -> TopicQuerySet:
    topics = Topic.objects.visible_to(user).open().newest_first()
    return topics.tagged(tag) if tag else topics


def open_questions(user: Reader, topics: QuerySet[Topic]) -> list[OpenQuestion]:
    """The questions of a page. Two queries.

    They fetch the long texts, which the query that sorts all topics leaves in the database.
    """
    on_page = Topic.objects.visible_to(user).filter(pk__in=topics.values("pk")).newest_first()
    rows = on_page.with_digest().with_tags().defer("heading", "body")
    return [OpenQuestion(topic, _asked(topic)) for topic in rows]


def _asked(topic: Topic) -> list[SafeString]:
    questions = (point for point in points_in(topic.html) if point.kind == PointKind.QUESTION)
    return [topic.rendered_piece(question.html) for question in questions]


def tags_of_open(user: Reader) -> list[Tag]:
    """Tags to narrow open questions by."""
    topics = Topic.objects.visible_to(user).open()
    return tags_among(user, topics.order_by("-pk").values("pk")[:LATEST])
