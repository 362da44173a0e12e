"""What hangs on topics elsewhere: it changes when they are shown or hidden."""

from django.db.models import QuerySet

from digests.deriving.digests import derive, refresh_tag_counts
from digests.deriving.references import refresh_references
from digests.models import Citation, Digest, TaggedTopic, Topic


def hanging_on(topics: QuerySet[Topic]) -> tuple[set[int], set[int]]:
    """The references and the tags whose counts the topics are part of."""
    return (
        set(Citation.objects.filter(topic__in=topics).values_list("reference", flat=True)),
        set(TaggedTopic.objects.filter(content_object__in=topics).values_list("tag", flat=True)),
    )


def refresh_counts(topics: QuerySet[Topic]) -> None:
    """Bring what hangs on these topics up to date, after their status changed."""
    references, tags = hanging_on(topics)
    refresh_references(references)
    refresh_tag_counts(tags)
    # Their link definitions serve the rest of their digests, as long as they are in the file.
    defining = topics.filter(body__contains="]:")
    for digest in Digest.objects.filter(topics__in=defining).distinct():
        derive(digest)
