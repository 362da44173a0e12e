"""The history: a `Revision` for each row that a write door changed, and who changed it.

A door wraps its work in `recording`, which reads the rows before and after and compares them. So no
path that changes a row can forget its revision, and an unchanged row gets none.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from digests.changes.merged_fields import digest_values, topic_values
from digests.deriving import Texts
from digests.grouping import batched, grouped
from digests.models import (
    Digest,
    ImportedDigest,
    ImportedTopic,
    ImportRun,
    Reference,
    RejectedTag,
    Revision,
    TaggedDigest,
    TaggedTopic,
    Topic,
)
from digests.vocabulary import TagOrigin, TopicStatus

# The merged fields and others, in the order in which a version shows them.
_RECORDED_OF_TOPIC = ("number", "title", "heading", "body", "status", "question")
_RECORDED_OF_DIGEST = ("title", "published_at", "front_matter", "preamble")
_RECORDED_OF_REFERENCE = ("editor_title",)
# Fields of a reference that older versions hold; they are derived from what cites it.
_ONCE_RECORDED = ("cited_title", "kind", "url")
# Names of all recorded fields in that order, which JSON in PostgreSQL does not keep.
RECORDED = dict.fromkeys(
    [
        *_RECORDED_OF_REFERENCE,
        *_ONCE_RECORDED,
        *_RECORDED_OF_TOPIC,
        *_RECORDED_OF_DIGEST,
        "tags",
        "topics",
    ]
)
_BATCH = 500  # digests
# Fields that no file holds: a change of these alone is no edit, as the file cannot differ.
_MARKS = {"question"}

Values: TypeAlias = dict[str, Any]
# Values as JSON holds them, by the name of the table (``topic``) and the id of the row.
Snapshot: TypeAlias = dict[tuple[str, int], Values]


@dataclass(frozen=True)
class Author:
    """The author of a change: an editor, or an import run, which may have no user."""

    user: User | None = None
    run: ImportRun | None = None
    is_import: bool = False
    restored: Revision | None = None


@contextmanager
def recording(author: Author, texts: Texts, references: Collection[int] = ()) -> Iterator[None]:
    """Record the changes of texts that exist already, and of the titles that editors give
    ``references``, by id.

    Call it inside `write_transaction`. A dozen queries for each `_BATCH` of digests.
    """
    known = Texts({*texts.topics}, {*texts.digests})
    before = snapshots(known, references)
    yield
    after = snapshots(known, references)
    changed = {
        key: values for key, values in after.items() if key in before and before[key] != values
    }
    _store(author, before, changed)
    if not author.is_import:
        _keep_bases(before, changed)
        _mark_edited(key for key in changed if _is_edit(before[key], changed[key]))
    _unmark_agreed(known)


def snapshots(texts: Texts, references: Collection[int] = ()) -> Snapshot:
    """The recorded values of texts and references. Two queries for single topics, four for each
    `_BATCH` of digests, one for references."""
    rows: Snapshot = {}
    for some in batched(sorted(texts.digests), _BATCH):
        rows |= _of_digests(some)
    if texts.topics:
        rows |= _of_topics(Topic.objects.filter(pk__in=texts.topics))
    if references:
        of_references = Reference.objects.filter(pk__in=references)
        rows |= {
            ("reference", pk): values for pk, values in _rows(of_references, _RECORDED_OF_REFERENCE)
        }
    return rows


def values_of(row: Digest | Topic | Reference) -> Values:
    """The values that a revision of this row would hold now."""
    match row:
        case Digest():
            return snapshots(Texts(digests={row.pk}))["digest", row.pk]
        case Topic():
            return snapshots(Texts(topics={row.pk}))["topic", row.pk]
    return snapshots(Texts(), [row.pk])["reference", row.pk]


def _of_digests(digests: Sequence[int]) -> Snapshot:
    topics = Topic.objects.filter(digest__in=digests)
    order = grouped(topics.live().order_by("position").values_list("digest", "pk"))
    names = _names(TaggedDigest.objects.filter(content_object__in=digests), "name")
    rows = _of_topics(topics)
    for pk, values in _rows(Digest.objects.filter(pk__in=digests), _RECORDED_OF_DIGEST):
        values["published_at"] = values["published_at"].isoformat()
        rows["digest", pk] = {**values, "tags": names[pk], "topics": order[pk]}
    return rows


def _of_topics(topics: QuerySet[Topic]) -> Snapshot:
    names = _names(TaggedTopic.objects.filter(content_object__in=topics), "tag__slug")
    return {
        ("topic", pk): {**values, "tags": names[pk]}
        for pk, values in _rows(topics, _RECORDED_OF_TOPIC)
    }


def _is_edit(old: Values, new: Values) -> bool:
    return any(old[name] != new[name] for name in new if name not in _MARKS)


def _rows(rows: QuerySet[Any], fields: Iterable[str]) -> Iterator[tuple[int, Values]]:
    for values in rows.order_by().values("pk", *fields):
        yield values.pop("pk"), values


def _names(taggings: QuerySet[Any], column: str) -> dict[int, list[str]]:
    return grouped(taggings.order_by("pk").values_list("content_object", column))


def _store(author: Author, before: Snapshot, changed: Snapshot) -> None:
    now = timezone.now()
    with_history = set()
    since: dict[tuple[str, int], Any] = {}
    tables: Mapping[str, type[Model]] = {"digest": Digest, "topic": Topic}
    for table, ids in grouped(changed).items():
        known = Revision.objects.filter(**{f"{table}__in": ids}).values_list(table, flat=True)
        with_history |= {(table, pk) for pk in known}
        if table in tables:
            rows = tables[table]._default_manager.filter(pk__in=ids)
            since |= {(table, pk): at for pk, at in rows.values_list("pk", "created_at")}
    revisions = []
    for key, values in changed.items():
        owner = {f"{key[0]}_id": key[1]}
        if key not in with_history:
            revisions.append(Revision(**owner, at=since.get(key), values=before[key]))
        revisions.append(
            Revision(
                **owner,
                at=now,
                user=author.user,
                run=author.run,
                restored=author.restored,
                values=values,
            )
        )
    Revision.objects.bulk_create(revisions)


def _keep_bases(before: Snapshot, changed: Snapshot) -> None:
    """Store the texts of the files that an editor has just changed, which are the bases of the next
    merge. A query for each text."""
    for (table, pk), values in changed.items():
        old = before[table, pk]
        if table == "topic" and old["body"] != values["body"]:
            base = ImportedTopic.objects.filter(topic=pk, changed_body=None)
            base.update(changed_body=old["body"])
        if table == "digest" and old["preamble"] != values["preamble"]:
            of_digest = ImportedDigest.objects.filter(digest=pk, changed_preamble=None)
            of_digest.update(changed_preamble=old["preamble"])


def _mark_edited(keys: Iterable[tuple[str, int]]) -> None:
    edited = grouped(keys)
    now = timezone.now()
    for table, rows in (("topic", Topic.objects.all()), ("digest", Digest.objects.all())):
        for some in batched(edited[table], _BATCH):
            rows.filter(pk__in=some).update(edited_at=now)


def _unmark_agreed(texts: Texts) -> None:
    """Remove the mark "edited" from rows that are again as their file has them. Two queries, more
    where some are marked."""
    of_texts = Q(pk__in=texts.topics)
    for some in [*batched(sorted(texts.digests), _BATCH)] or [[]]:
        topics = Topic.objects.exclude(edited_at=None).filter(of_texts | Q(digest__in=some))
        if marked := set(topics.values_list("pk", flat=True)):
            Topic.objects.filter(pk__in=_topics_as_in_file(marked)).update(edited_at=None)
        digests = Digest.objects.exclude(edited_at=None).filter(pk__in=some)
        if marked := set(digests.values_list("pk", flat=True)):
            Digest.objects.filter(pk__in=_digests_as_in_file(marked)).update(edited_at=None)


def _topics_as_in_file(topics: Collection[int]) -> set[int]:
    """The topics whose merged fields the file has as well, and whose tags no editor chose."""
    bases = ImportedTopic.objects.filter(topic__in=topics).select_related("topic")
    same = {
        base.topic_id
        for base in bases
        if base.topic is not None
        and topic_values(base) == topic_values(base.topic)
        and base.topic.status != TopicStatus.DELETED
    }
    by_editor = TaggedTopic.objects.filter(content_object__in=topics, origin=TagOrigin.EDITOR)
    rejected = RejectedTag.objects.filter(topic__in=topics)
    same -= set(by_editor.values_list("content_object", flat=True))
    return {pk for pk in same if pk} - set(rejected.values_list("topic", flat=True))


def _digests_as_in_file(digests: Collection[int]) -> set[int]:
    tags = _names(TaggedDigest.objects.filter(content_object__in=digests), "name")
    bases = ImportedDigest.objects.filter(digest__in=digests).select_related("digest")
    return {
        base.digest_id
        for base in bases
        if digest_values(base) == digest_values(base.digest) and base.tags == tags[base.digest_id]
    }
