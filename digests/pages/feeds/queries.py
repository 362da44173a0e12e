"""The newest rows with the texts that feeds show."""

from collections import defaultdict

from django.db.models import Q

from digests.models import Citation, Digest, Reader, Topic, TopicQuerySet

ENTRIES = 50
_RECENT = 200
"""Number of the newest digests that are searched for the newest topics. Without this bound SQLite
would sort all topics."""


def recent_topics(user: Reader) -> TopicQuerySet:
    newest = Digest.objects.visible_to(user).newest_first().values("pk")[:_RECENT]
    return Topic.objects.visible_to(user).filter(digest__in=newest)


def newest_of(topics: TopicQuerySet) -> list[Topic]:
    """The newest of these topics with their texts. Three queries."""
    rows = topics.newest_first().with_digest().with_tags().with_points()
    return list(rows.defer("heading", "body", "prose")[:ENTRIES])


def list_entries(user: Reader, of: Q) -> dict[tuple[int | None, int | None], list[Citation]]:
    """The first citation of each entry of a reference list, by the ids of digest and topic."""
    found: dict[tuple[int | None, int | None], list[Citation]] = defaultdict(list)
    citations = Citation.objects.visible_to(user).filter(of).exclude(text="")
    for citation in citations.order_by("position"):
        found[citation.digest_id, citation.topic_id].append(citation)
    return found
