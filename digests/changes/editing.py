"""The write door for people: edits. Each call is one transaction, with all that is
derived from it; calls that delete many rows are several.

Headings and front matter are rewritten to match the values, so that an export is the file as the
editor would have written it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from digests import deriving, parsing
from digests.changes import conflicts, tagging
from digests.changes.history import Author
from digests.changes.merged_fields import digest_values, topic_values
from digests.changes.ordering import place_topics
from digests.changes.transaction import write_transaction
from digests.changes.writing import writing
from digests.deriving import ReadDigest, counting
from digests.grouping import batched, grouped
from digests.models import (
    Conflict,
    Digest,
    Reference,
    Revision,
    Tag,
    TaggedDigest,
    TaggedTopic,
    Topic,
)
from digests.models.bulk import reload, update_rows
from digests.parsing.headings import Heading, heading_content, read_heading, with_heading
from digests.search import index
from digests.text import unix_lines
from digests.vocabulary import QuestionState, Settlement, TopicStatus

# Limit for one text from an editor: markdown-it needs seconds for a hostile text of this size.
MAX_MARKDOWN_BYTES = 256 * 1024

# Digests that one transaction writes where many rows are deleted, so that other writers do not wait
# for all of them.
_BATCH = 20
# Rows that one statement names.
_ROWS = 500

_WRITTEN_OF_TOPIC = ["heading", "number", "title", "body", "question", "updated_at"]


def save_topic(
    topic: Topic,
    *,
    by: User | None,
    number: int | None,
    title: str,
    body: str,
    tags: Sequence[str],
    question: QuestionState | None = None,
    restored: Revision | None = None,
) -> None:
    """Save a topic as an editor.

    ``tags``: all of its own tags; one that is left out stays off it for good, and those of its
    digest that the text newly mentions are added. ``question=None`` leaves its mark as it is.
    """
    with write_transaction():
        reload(topic)
        # A link definition serves the whole digest.
        defines = "]:" in topic.body or "]:" in body
        texts = {"digests": [topic.digest_id]} if defines else {"topics": [topic.pk]}
        with writing(Author(by, restored=restored), **texts):
            _set_heading(topic, number, title, restored)
            topic.body = _with_newlines_of(topic.body, body)
            if question is not None:
                topic.question = question
            wanted = tagging.ids_of_names(tags)
            tagging.reject_other_tags(topic, wanted)
            _store_topic(topic, defines)
            tagging.add_tags(topic, wanted)
            conflicts.close_agreed(by, topics=[topic.pk])


def _set_heading(topic: Topic, number: int | None, title: str, restored: Revision | None) -> None:
    if restored:
        topic.heading = restored.values["heading"]
    elif number == topic.number and title in {topic.title, heading_content(topic.heading)}:
        return  # an import alone reads anew what an earlier version has read otherwise
    else:
        topic.heading = with_heading(topic.heading, Heading(number, title))
    heading = read_heading(topic.heading)  # without the Markdown that it may hold
    topic.number, topic.title = heading.number, heading.title


def _store_topic(topic: Topic, defines: bool) -> None:
    """Store the columns of a topic, and all that is derived from it. ``defines``: whether its text
    defines links, which concern its whole digest."""
    names = _WRITTEN_OF_TOPIC
    topic.updated_at = timezone.now()
    if not defines:
        deriving.derive_topic(topic)
        names = [*names, *deriving.DERIVED_OF_TOPIC]
    update_rows(Topic, "pk", [topic.pk], {name: getattr(topic, name) for name in names})
    if defines:
        deriving.derive([ReadDigest.from_rows(topic.digest)])


def save_digest(
    digest: Digest,
    *,
    by: User | None,
    title: str,
    published_at: datetime,
    preamble: str,
    tags: Sequence[str],
    restored: Revision | None = None,
) -> None:
    """Save a digest as an editor. ``tags`` are names in the spelling that the file shall have."""
    with writing(Author(by, restored=restored), digests=[digest.pk]):
        digest.refresh_from_db()
        digest.preamble = _with_newlines_of(digest.preamble, preamble)
        if restored:
            digest.front_matter = restored.values["front_matter"]
        else:
            digest.front_matter = parsing.with_fields(
                digest.front_matter,
                {**_told_by_file(digest), "tags": tagging.tag_names(digest)},
                {"title": title, "published_at": published_at, "tags": list(tags)},
            )
        digest.title, digest.published_at = title, published_at
        digest.save(
            update_fields=["title", "published_at", "front_matter", "preamble", "updated_at"]
        )
        tagging.set_digest_tags(digest, tags)
        deriving.derive([ReadDigest.from_rows(digest)])
        conflicts.close_agreed(by, digests=[digest.pk])


def move_topic(topic: Topic, *, by: User | None, place: int) -> None:
    """Move a topic to ``place`` (from 1) among the live topics of its digest."""
    with writing(Author(by), digests=[topic.digest_id]):
        others = list(topic.digest.topics.live().exclude(pk=topic.pk).order_by("position"))
        topic.refresh_from_db()
        others.insert(place - 1, topic)
        place_topics(topic.digest, others)


def save_reference(
    reference: Reference,
    *,
    by: User | None,
    editor_title: str,
    restored: Revision | None = None,
) -> None:
    with writing(Author(by, restored=restored), references=[reference.pk]):
        reference.editor_title = editor_title
        reference.save(update_fields=["editor_title"])
        conflicts.close_agreed(by, references=[reference.pk])


def restore(revision: Revision, *, by: User | None) -> None:
    """Give a row the values that it had in a revision, as a new revision.

    A topic becomes live again. A digest gets the order of its topics back, but not the topics that
    have been archived or deleted since.
    """
    values = revision.values
    with write_transaction():
        match revision.row:
            case Topic() as topic:
                _set_status(Topic.objects.filter(pk=topic.pk), TopicStatus.LIVE, by, revision)
                save_topic(
                    topic,
                    by=by,
                    number=values["number"],
                    title=heading_content(values["heading"]),
                    body=values["body"],
                    tags=tagging.names_of_slugs(values["tags"]),
                    question=QuestionState(values.get("question", "")),  # older ones have none
                    restored=revision,
                )
            case Digest() as digest:
                save_digest(
                    digest,
                    by=by,
                    title=values["title"],
                    published_at=datetime.fromisoformat(values["published_at"]),
                    preamble=values["preamble"],
                    tags=values["tags"],
                    restored=revision,
                )
                _order_topics(digest, values["topics"], Author(by, restored=revision))
            case Reference() as reference:
                save_reference(
                    reference, by=by, editor_title=values["editor_title"], restored=revision
                )


def _order_topics(digest: Digest, order: Sequence[int], author: Author) -> None:
    """Put the live topics into this order of ids; topics that it lacks come last."""
    places = {pk: place for place, pk in enumerate(order)}
    live = digest.topics.live().order_by("position")
    with writing(author, digests=[digest.pk]):
        place_topics(digest, sorted(live, key=lambda topic: places.get(topic.pk, len(places))))


def settle_conflict(
    conflict: Conflict, how: Settlement, *, by: User | None, text: str = ""
) -> None:
    """Decide a conflict.

    MINE keeps the editor's version, THEIRS takes the file's wherever the two clash, EDITED takes
    ``text``.
    """
    with write_transaction():
        if how is Settlement.THEIRS:
            _save_field(conflict, conflicts.sides(conflict).theirs, by)
        elif how is Settlement.EDITED:
            _save_field(conflict, conflicts.from_text(conflict.field, text), by)
        conflict.refresh_from_db()  # the change may have closed it
        conflicts.settle(conflict, how, by)


def _save_field(conflict: Conflict, value: Any, by: User | None) -> None:
    decided = {conflict.field: value}
    match conflict.row:
        case Topic() as topic:
            title = heading_content(topic.heading)  # with its Markdown
            others = {"title": title, "tags": [tag.name for tag in topic.own_tags]}
            save_topic(topic, by=by, **{**topic_values(topic), **others, **decided})
        case Digest() as digest:
            tags = tagging.tag_names(digest)
            save_digest(digest, by=by, **{**digest_values(digest), "tags": tags, **decided})
        case Reference() as reference:
            save_reference(reference, by=by, **decided)


def save_tag(tag: Tag) -> None:
    """Store a new tag, or the new name of one. Its slug and its names in files stay as they are.

    A new name is written into the search documents of all topics with the tag.
    """
    with write_transaction():
        tag.save()
        index.refresh(tags=[tag.pk])


def delete_tags(tags: QuerySet[Tag], *, by: User | None) -> None:
    """Delete tags, and remove them from every topic, digest and front matter.

    A transaction for each `_BATCH` of digests. If one fails, the tags stay on the rest.
    """
    ids = list(tags.values_list("pk", flat=True))
    on_digests = TaggedDigest.objects.filter(tag__in=ids).values_list("content_object", flat=True)
    on_topics = Topic.objects.filter(taggings__tag__in=ids).values_list("digest", flat=True)
    for some in batched(sorted({*on_digests, *on_topics.distinct()}), _BATCH):
        with writing(Author(by), digests=some):
            for digest in Digest.objects.filter(pk__in=some, taggings__tag__in=ids).distinct():
                taggings = digest.taggings.exclude(tag__in=ids)
                names = list(taggings.values_list("name", flat=True))
                digest.front_matter = parsing.with_values(digest.front_matter, {"tags": names})
                digest.save(update_fields=["front_matter", "updated_at"])
            TaggedDigest.objects.filter(tag__in=ids, content_object__in=some).delete()
            TaggedTopic.objects.filter(tag__in=ids, content_object__digest__in=some).delete()
    with writing(Author(by), tags=ids):
        Tag.objects.filter(pk__in=ids).delete()


def delete_topics(topics: QuerySet[Topic], *, by: User | None) -> None:
    """Hide topics from readers. No import brings them back; an editor can restore them.

    A transaction for each `_BATCH` of digests.
    """
    of_digests = grouped(topics.order_by().values_list("digest", "pk"))
    for some in batched(of_digests.values(), _BATCH):
        ids = [pk for of_digest in some for pk in of_digest]
        _set_status(Topic.objects.filter(pk__in=ids), TopicStatus.DELETED, by)


def _set_status(
    topics: QuerySet[Topic],
    status: TopicStatus,
    by: User | None,
    restored: Revision | None = None,
) -> None:
    with write_transaction():
        ids = set(topics.exclude(status=status).values_list("pk", flat=True))
        topics = Topic.objects.filter(pk__in=ids)
        digests = set(topics.values_list("digest", flat=True))
        with writing(Author(by, restored=restored), digests=digests):
            topics.update(status=status, archived_at=None)
            # The rest of a digest may use the link definitions of a topic while it is in the file.
            defining = set(topics.filter(body__contains="]:").values_list("digest", flat=True))
            for digest in Digest.objects.filter(pk__in=digests):
                place_topics(digest, list(digest.topics.live().order_by("position")))
                if digest.pk in defining:
                    deriving.derive([ReadDigest.from_rows(digest)])


def delete_digests(digests: QuerySet[Digest]) -> None:
    """Delete digests with all that hangs on them. A transaction for each `_BATCH`."""
    for ids in batched(list(digests.order_by().values_list("pk", flat=True)), _BATCH):
        with write_transaction():
            topics = list(Topic.objects.filter(digest__in=ids).values_list("pk", flat=True))
            with counting(ids) as counted:
                _delete_with_topics(ids, topics)
            index.refresh(
                topics=topics, digests=ids, tags=counted.tags, references=counted.references
            )


def _delete_with_topics(digests: Sequence[int], topics: Sequence[int]) -> None:
    """Delete digests, whose topics these are."""
    # From the bottom up: Django names all rows of which it deletes others in one statement.
    for of_rows in ({"topic__digest__in": digests}, {"digest__in": digests}):
        revisions = Revision.objects.filter(**of_rows).values_list("pk", flat=True)
        while some := list(revisions[:_ROWS]):
            Revision.objects.filter(pk__in=some).delete()
    for some in batched(topics, _ROWS):
        Topic.objects.filter(pk__in=some).delete()
    Digest.objects.filter(pk__in=digests).delete()


def _told_by_file(digest: Digest) -> dict[str, Any]:
    """Title and date that the parser would read from this digest's file as it stands now.

    They can differ from the columns: the title may have stood in the old preamble, and the date
    may have been guessed.
    """
    zone = timezone.get_default_timezone()
    try:
        parsed = parsing.parse_digest(digest.whole_text(), name=digest.slug, zone=zone)
    except parsing.ParseError:  # no file comes of it anyway
        return {"title": digest.title, "published_at": digest.published_at}
    return {"title": parsed.title, "published_at": parsed.published_at}


def _with_newlines_of(before: str, typed: str) -> str:
    """The typed text with the line ends of the text before: browsers send CRLF for every one.

    A text that ended its last line still does, or the next heading would be glued to it.
    """
    text = unix_lines(typed)
    if text == unix_lines(before):
        return before
    if text and not text.endswith("\n") and before.endswith(("\n", "\r")):
        text += "\n"
    return text.replace("\n", "\r\n") if "\r\n" in before else text
