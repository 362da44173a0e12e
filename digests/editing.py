"""Write door 2: what an editor changes. Each call is one transaction, with all that it derives.

Headings and front matter are written to match, so that an export is the file as the editor
would have written it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from digests.deriving import derive, refresh_references, refresh_tag_counts
from digests.models import Citation, Digest, Reference, Tag, TaggedTopic, Topic
from digests.parsing import (
    Heading,
    ParseError,
    parse_digest,
    read_heading,
    with_fields,
    with_heading,
    with_values,
)
from digests.tagging import (
    add_tags,
    reject_other_tags,
    set_digest_tags,
    tag_names,
)
from digests.text import unix_lines
from digests.writing import write_transaction

MAX_MARKDOWN_BYTES = 256 * 1024
"""As much as an editor may send: markdown-it needs seconds for that, if it is made to be slow."""


def save_topic(
    topic: Topic, *, number: int | None, title: str, body: str, tags: Sequence[str]
) -> None:
    """``tags`` are all of the topic's own; one that is left out stays off it for good.

    The topic has these tags afterwards, and those of its digest that the text newly mentions.
    """
    with write_transaction():
        topic.refresh_from_db()
        before = topic.body
        topic.heading = with_heading(topic.heading, Heading(number, title))
        heading = read_heading(topic.heading)  # Markdown in a title is read as Markdown
        topic.number, topic.title = heading.number, heading.title
        topic.body = _with_newlines_of(before, body)
        topic.save(update_fields=["heading", "number", "title", "body", "updated_at"])
        before_tags = set(topic.taggings.values_list("tag", flat=True))
        wanted = Tag.objects.named(tags)
        reject_other_tags(topic, wanted)
        # A link definition serves the whole digest.
        defines_links = "]:" in before or "]:" in topic.body
        derive(topic.digest, None if defines_links else [topic])
        add_tags(topic, wanted)
        refresh_tag_counts(before_tags | {tag.pk for tag in wanted})


def save_digest(
    digest: Digest, *, title: str, published_at: datetime, preamble: str, tags: Sequence[str]
) -> None:
    """``tags`` are written as the file is to write them."""
    with write_transaction():
        digest.refresh_from_db()
        digest.preamble = _with_newlines_of(digest.preamble, preamble)
        digest.front_matter = with_fields(
            digest.front_matter,
            {**_told_by_file(digest), "tags": tag_names(digest)},
            {"title": title, "published_at": published_at, "tags": list(tags)},
        )
        digest.title, digest.published_at = title, published_at
        digest.save(
            update_fields=["title", "published_at", "front_matter", "preamble", "updated_at"]
        )
        set_digest_tags(digest, tags)
        derive(digest)


def save_reference(reference: Reference, *, editor_title: str) -> None:
    with write_transaction():
        reference.editor_title = editor_title
        reference.save(update_fields=["editor_title"])


def save_tag(tag: Tag) -> None:
    """Create a tag or give it another name. Its address, and the name in the files, stay."""
    with write_transaction():
        tag.save()


def delete_tags(tags: QuerySet[Tag]) -> None:
    """Take tags off everything, front matter included, and delete them."""
    with write_transaction():
        for digest in Digest.objects.filter(taggings__tag__in=tags).distinct():
            taggings = digest.taggings.exclude(tag__in=tags)
            names = list(taggings.values_list("name", flat=True))
            digest.front_matter = with_values(digest.front_matter, {"tags": names})
            digest.save(update_fields=["front_matter", "updated_at"])
        tags.delete()


def delete_topics(topics: QuerySet[Topic]) -> None:
    with write_transaction():
        references, tags = _hanging_on(topics)
        # Their link definitions served the rest of their digests.
        losing = list(
            Digest.objects.filter(topics__in=topics.filter(body__contains="]:")).distinct()
        )
        topics.delete()
        refresh_references(references)
        refresh_tag_counts(tags)
        for digest in losing:
            derive(digest)


def delete_digests(digests: QuerySet[Digest]) -> None:
    with write_transaction():
        references, tags = _hanging_on(Topic.objects.filter(digest__in=digests))
        references |= set(
            Citation.objects.filter(digest__in=digests).values_list("reference", flat=True)
        )
        digests.delete()
        refresh_references(references)
        refresh_tag_counts(tags)


def _hanging_on(topics: QuerySet[Topic]) -> tuple[set[int], set[int]]:
    """The references and the tags whose counts the topics are part of."""
    return (
        set(Citation.objects.filter(topic__in=topics).values_list("reference", flat=True)),
        set(TaggedTopic.objects.filter(content_object__in=topics).values_list("tag", flat=True)),
    )


def _told_by_file(digest: Digest) -> dict[str, Any]:
    """Title and date as the file of this digest tells them, with the preamble as it is now: the
    title may have stood in the old one, the date may have been guessed."""
    zone = timezone.get_default_timezone()
    try:
        parsed = parse_digest(digest.whole_text(), name=digest.slug, zone=zone)
    except ParseError:  # no file comes of it anyway
        return {"title": digest.title, "published_at": digest.published_at}
    return {"title": parsed.title, "published_at": parsed.published_at}


def _with_newlines_of(before: str, typed: str) -> str:
    """What was typed, with the line ends of the file: browsers send CRLF for every line end.

    A text that ended its last line still does, or the next heading would be glued to it.
    """
    text = unix_lines(typed)
    if text == unix_lines(before):
        return before
    if text and not text.endswith("\n") and before.endswith(("\n", "\r")):
        text += "\n"
    return text.replace("\n", "\r\n") if "\r\n" in before else text
