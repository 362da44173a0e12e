"""The newest rows with the texts that feeds show."""

from django.db.models import Prefetch

from digests.models import Citation, Digest, Reader, Topic, TopicQuerySet

ENTRIES = 50
_RECENT = 200
"""Number of the newest digests that are searched for the newest topics. Without this bound SQLite
would sort all topics."""


def recent_topics(user: Reader) -> TopicQuerySet:
    newest = Digest.objects.visible_to(user).newest_first().values("pk")[:_RECENT]
    return Topic.objects.visible_to(user).filter(digest__in=newest)


def newest_of(topics: TopicQuerySet) -> TopicQuerySet:
    """The newest of these topics with their texts. Three queries."""
    rows = topics.newest_first().with_digest().with_tags().with_points()
    return rows.defer("heading", "body", "prose")[:ENTRIES]


def list_entries(user: Reader) -> Prefetch[str]:
    """Fetch as ``list_entries`` of topics or digests the first citation of each entry of their
    reference lists."""
    citations = Citation.objects.visible_to(user).exclude(text="")
    return Prefetch("citations", citations.order_by("position"), to_attr="list_entries")
