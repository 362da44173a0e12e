"""The newest rows with the texts that feeds show."""

from collections.abc import Mapping

from django.db.models import Q

from digests.grouping import grouped_by
from digests.models import Citation, Digest, Reader, Topic, TopicQuerySet

# Citations by the ids of digest and topic, one of which is None.
ListEntries = Mapping[tuple[int | None, int | None], list[Citation]]

ENTRIES = 50
# Number of the newest digests that are searched for the newest topics. Without this bound SQLite
# would sort all topics.
_RECENT = 200


def recent_topics(user: Reader) -> TopicQuerySet:
    newest = Digest.objects.visible_to(user).newest_first().values("pk")[:_RECENT]
    return Topic.objects.visible_to(user).filter(digest__in=newest)


def newest_of(topics: TopicQuerySet) -> list[Topic]:
    """The newest of these topics with their texts. Three queries."""
    rows = topics.newest_first().with_digest().with_tags().with_points()
    return list(rows.defer("heading", "body", "prose")[:ENTRIES])


def list_entries(user: Reader, of: Q) -> ListEntries:
    """The first citation of each entry of the reference lists of some texts."""
    citations = Citation.objects.visible_to(user).filter(of).exclude(text="").order_by("position")
    return grouped_by(citations, lambda citation: (citation.digest_id, citation.topic_id))
