"""Queries for topics with an open question."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from digests.grouping import grouped
from digests.models import Point, Reader, Tag, Topic, TopicQuerySet
from digests.models.points import point_html
from digests.pages.parts.listed import TOPIC_COLUMNS, ListedTopic, topics_with_tags
from digests.pages.parts.newest import newest_rows
from digests.pages.parts.rows import LATEST, tags_among
from digests.vocabulary import PointKind


class OpenQuestion(NamedTuple):
    """A topic with its questions as stored; one that an editor marked as open may have none."""

    topic: ListedTopic
    html: Sequence[str]

    @property
    def rendered(self) -> list[SafeString]:
        return [point_html(html, self.topic.pk, self.topic.title) for html in self.html]


def topics_open(user: Reader, tag: Tag | None) -> TopicQuerySet:
    topics = Topic.objects.visible_to(user).open().newest_first()
    return topics.tagged(tag) if tag else topics


def newest_open(user: Reader, topics: TopicQuerySet, shown: slice) -> list[ListedTopic]:
    """The part of a list of `topics_open` that a page shows. One query, or two where few topics of
    the newest digests are open."""
    rows = topics.values_list(*TOPIC_COLUMNS)
    found = newest_rows(user, rows, lambda digests: rows.filter(digest__in=digests), shown)
    return [ListedTopic(*row) for row in found]


def with_questions(user: Reader, topics: Sequence[ListedTopic]) -> list[OpenQuestion]:
    """Topics with their tags and their questions. Two queries."""
    asked = Point.objects.visible_to(user).filter(kind=PointKind.QUESTION)
    of_topics = asked.filter(topic__in=[topic.pk for topic in topics]).order_by("position")
    html = grouped(of_topics.values_list("topic", "html"))
    return [OpenQuestion(topic, html[topic.pk]) for topic in topics_with_tags(user, topics)]


def tags_of_open(user: Reader) -> list[Tag]:
    """Tags that the list of open questions can be filtered by."""
    topics = Topic.objects.visible_to(user).open()
    return tags_among(user, topics.order_by("-pk").values("pk")[:LATEST])
