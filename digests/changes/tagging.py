"""Tags of digests and topics, and their origin: a file or an editor.

`deriving.counting`, which is around every write, counts them.
"""

from collections.abc import Collection, Mapping, Sequence

from digests import text
from digests.models import Digest, RejectedTag, Tag, TaggedDigest, TaggedTopic, Topic
from digests.models.bulk import select_rows
from digests.vocabulary import TagOrigin


def tag_names(digest: Digest) -> list[str]:
    """The names of a digest's tags, as its file writes them."""
    return list(digest.taggings.values_list("name", flat=True))


def names_of_slugs(slugs: Sequence[str]) -> list[str]:
    """The present names of the tags with these slugs; a deleted tag gives its slug."""
    names = dict(Tag.objects.filter(slug__in=slugs).values_list("slug", "name"))
    return [names.get(slug, slug) for slug in slugs]


def set_digest_tags(digest: Digest, names: Sequence[str]) -> bool:
    """Set the tags of a digest, in this order. Returns True if that changed anything."""
    before = list(digest.taggings.select_related("tag"))
    if [tagging.name for tagging in before] == list(names):
        return False
    # A tag that was renamed is still found by the name in the file.
    tags = {tagging.name: tagging.tag for tagging in before}
    unknown = [name for name in names if name not in tags]
    tags.update(zip(unknown, Tag.objects.get_or_create_named(unknown), strict=True))
    names_of = {tags[name]: name for name in reversed(names)}  # two names may mean one tag
    digest.taggings.all().delete()
    TaggedDigest.objects.bulk_create(
        TaggedDigest(content_object=digest, tag=tag, name=name)
        for tag, name in reversed(names_of.items())
    )
    return True


def tag_new_digests(names_of: Mapping[Digest, Sequence[str]]) -> None:
    """Set the tags of new digests, all at once; they must have no tags yet."""
    names = text.unique_names(name for names in names_of.values() for name in names)
    tags = {text.fold(tag.name): tag for tag in Tag.objects.get_or_create_named(names)}
    TaggedDigest.objects.bulk_create(
        TaggedDigest(content_object=digest, tag=tags[text.fold(name)], name=name)
        for digest, names in names_of.items()
        for name in names
    )


def ids_of_names(names: Sequence[str]) -> list[int]:
    """The ids of the tags of these names. Other spellings and missing tags are left to
    `get_or_create_named`. One query where all are written as the tags are."""
    found: dict[str, int] = dict(select_rows(Tag, ["name", "pk"], "name", names))
    if others := [name for name in names if name not in found]:
        tags = Tag.objects.get_or_create_named(others)
        found |= {name: tag.pk for name, tag in zip(others, tags, strict=True)}
    return [found[name] for name in names]


def reject_other_tags(topic: Topic, wanted: Collection[int]) -> None:
    """Remove all tags but these from a topic as an editor, so that no import adds them again. One
    query where nothing changes."""
    borne, kept = _borne(topic), {*wanted}
    if removed := borne - kept:
        topic.taggings.filter(tag__in=removed).delete()
        RejectedTag.objects.bulk_create(
            [RejectedTag(topic=topic, tag_id=tag) for tag in removed], ignore_conflicts=True
        )
    if added := kept - borne:
        topic.rejections.filter(tag__in=added).delete()


def add_tags(topic: Topic, wanted: Sequence[int]) -> None:
    """Add the tags that a topic lacks, as an editor. One query where it lacks none."""
    borne = _borne(topic)
    TaggedTopic.objects.bulk_create(
        TaggedTopic(content_object=topic, tag_id=tag, origin=TagOrigin.EDITOR)
        for tag in wanted
        if tag not in borne
    )


def _borne(topic: Topic) -> set[int]:
    return {tag for (tag,) in select_rows(TaggedTopic, ["tag"], "content_object", [topic.pk])}
