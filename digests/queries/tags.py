"""What has a tag."""

from django.db.models import Prefetch, QuerySet

from digests.models import Digest, Tag, TaggedTopic, Topic
from digests.queries.rows import listed_topics, texts_of_digest


def digests_tagged(tag: Tag) -> QuerySet[Digest]:
    tagged = tag.tagged_digests.values("content_object")
    return Digest.objects.filter(pk__in=tagged).newest_first().defer(*texts_of_digest())


def topics_tagged(tag: Tag) -> QuerySet[Topic]:
    tagged = tag.tagged_topics.values("content_object")
    own_tags = Prefetch("taggings", TaggedTopic.objects.select_related("tag"))
    return listed_topics().filter(pk__in=tagged).prefetch_related(own_tags)
