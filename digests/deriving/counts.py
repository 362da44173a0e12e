"""Counts and names that depend on which topics are live."""

from django.db.models import QuerySet

from digests.deriving.digests import derive, refresh_tag_counts
from digests.deriving.references import refresh_references
from digests.models import Citation, Digest, TaggedTopic, Topic


def hanging_on(topics: QuerySet[Topic]) -> tuple[set[int], set[int]]:
    """Ids of the references and tags that these topics cite or have, whose counts include them."""
    return (
        set(Citation.objects.filter(topic__in=topics).values_list("reference", flat=True)),
        set(TaggedTopic.objects.filter(content_object__in=topics).values_list("tag", flat=True)),
    )


def refresh_counts(topics: QuerySet[Topic]) -> None:
    """Update references, tags and link definitions after the status of these topics changed."""
    references, tags = hanging_on(topics)
    refresh_references(references)
    refresh_tag_counts(tags)
    # The rest of a digest may use the link definitions of a topic while it is in the file.
    defining = topics.filter(body__contains="]:")
    for digest in Digest.objects.filter(topics__in=defining).distinct():
        derive(digest)
