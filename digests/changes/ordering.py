"""The order of the topics of a digest."""

from collections.abc import Sequence

from digests.models import Digest, Topic

# Topics that one statement moves. A file may have any number.
_BATCH = 500


def place_topics(digest: Digest, live: Sequence[Topic]) -> bool:
    """Store the order of a digest's live topics; hidden topics get the positions after them.

    ``live`` may hold unsaved topics, which are stored. Returns True if one is new or moved.
    """
    known = {topic.pk for topic in live} - {None}
    others = digest.topics.order_by("position").only("digest", "position", "status")
    order = [*live, *(topic for topic in others if topic.pk not in known)]
    moved = [
        topic for position, topic in enumerate(order) if topic.pk and topic.position != position
    ]
    # In two steps, as no two topics of a digest may ever share a position.
    for position, topic in enumerate(order):
        topic.position = -1 - position
    Topic.objects.bulk_update(moved, ["position"], _BATCH)
    for position, topic in enumerate(order):
        topic.position = position
    Topic.objects.bulk_update(moved, ["position"], _BATCH)
    new = Topic.objects.bulk_create(topic for topic in order if not topic.pk)
    return bool(new) or any(topic.is_live for topic in moved)
