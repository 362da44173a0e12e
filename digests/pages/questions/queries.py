"""Queries for topics with an open question."""

from django.db.models import QuerySet

from digests.models import Reader, Tag, Topic, TopicQuerySet
from digests.pages.parts.rows import LATEST, tags_among
from digests.vocabulary import PointKind


def topics_open(user: Reader, tag: Tag | None) -> TopicQuerySet:
    topics = Topic.objects.visible_to(user).open().newest_first()
    return topics.tagged(tag) if tag else topics


def open_questions(user: Reader, topics: QuerySet[Topic]) -> TopicQuerySet:
    """The topics of a page with their questions, which are their only points here; a topic that an
    editor marked as open may have none. Three queries.

    The query that sorts all topics leaves the long texts in the database; these fetch them.
    """
    on_page = Topic.objects.visible_to(user).filter(pk__in=topics.values("pk")).newest_first()
    return on_page.with_digest().with_tags().with_points(PointKind.QUESTION).without_texts()


def tags_of_open(user: Reader) -> list[Tag]:
    """Tags that the list of open questions can be filtered by."""
    topics = Topic.objects.visible_to(user).open()
    return tags_among(user, topics.order_by("-pk").values("pk")[:LATEST])
