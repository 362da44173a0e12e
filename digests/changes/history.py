"""The history: a `Revision` for each row that a write door changed, and who changed it.

`writing` takes snapshots of the rows before a write and after it, and `record` compares them. So no
path that changes a row can forget its revision, and an unchanged row gets none.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from digests.changes.merged_fields import DIGEST_FIELDS, TOPIC_FIELDS
from digests.changes.snapshots import Key, Snapshot, Values
from digests.grouping import batched, grouped
from digests.models import (
    Digest,
    ImportedDigest,
    ImportedTopic,
    ImportRun,
    RejectedTag,
    Revision,
    Topic,
)
from digests.models.bulk import insert_rows, select_rows, update_rows
from digests.vocabulary import TopicStatus

_BATCH = 500
_OWNERS = ("digest", "topic", "reference")
# Fields that no file holds: a change of these alone is no edit, as the file cannot differ.
_MARKS = {"question"}


@dataclass(frozen=True)
class Author:
    """The author of a change: an editor, or an import run, which may have no user."""

    user: User | None = None
    run: ImportRun | None = None
    is_import: bool = False
    restored: Revision | None = None


def record(author: Author, before: Snapshot, after: Snapshot) -> None:
    """Store the versions of the rows that differ, the texts of files that an editor has just
    changed, and which rows are edited. A few queries, whatever the number of rows."""
    pairs = {
        key: (before.values[key], values)
        for key, values in after.values.items()
        if key in before.values and before.values[key] != values
    }
    store_versions(author, pairs, before.created_at)
    edited: set[Key] = set()
    if not author.is_import:
        edited = {key for key in pairs if key[0] in _BASES and _is_edit(*pairs[key])}
    bases = _bases_of(edited | after.edited)
    if not author.is_import:
        _keep_texts(bases, pairs)
    agreed = _agreed(bases, after)
    _mark(edited - agreed, timezone.now())
    _mark(after.edited & agreed, None)


def _is_edit(old: Values, new: Values) -> bool:
    return any(old[name] != new[name] for name in new if name not in _MARKS)


def store_versions(
    author: Author, pairs: Mapping[Key, tuple[Values, Values]], created_at: Mapping[Key, Any]
) -> None:
    """Store a version of each row, whose values before and after a write are ``pairs``."""
    now = timezone.now()
    known: set[Key] = set()
    for table, ids in grouped(pairs).items():
        for some in batched(ids, _BATCH):
            rows = select_rows(Revision, [table], table, some)
            known |= {(table, pk) for (pk,) in rows}
    by = [row and row.pk for row in (author.user, author.run, author.restored)]
    revisions = []
    for key, (old, new) in pairs.items():
        owner = [key[1] if key[0] == table else None for table in _OWNERS]
        if key not in known:
            revisions.append([*owner, created_at.get(key), None, None, None, old])
        revisions.append([*owner, now, *by, new])
    insert_rows(Revision, [*_OWNERS, "at", "user", "run", "restored", "values"], revisions)


@dataclass
class _Base:
    """The base of a merge: a row as the last import read it.

    ``text`` is the body or preamble, None where the row has the same; ``others`` are the other
    values.
    """

    text: str | None
    others: Values


@dataclass(frozen=True)
class _Bases:
    """The table of bases, its column for the field that is stored only where it differs, and all
    fields that are compared."""

    model: type[ImportedTopic | ImportedDigest]
    text: str
    column: str
    fields: tuple[str, ...]


_BASES = {
    "topic": _Bases(ImportedTopic, "body", "changed_body", TOPIC_FIELDS),
    "digest": _Bases(ImportedDigest, "preamble", "changed_preamble", (*DIGEST_FIELDS, "tags")),
}


def _bases_of(keys: Iterable[Key]) -> dict[Key, _Base]:
    """The bases of topics and digests. A query for each table and `_BATCH`."""
    found: dict[Key, _Base] = {}
    for table, ids in grouped(keys).items():
        of = _BASES[table]
        others = [name for name in of.fields if name != of.text]
        for some in batched(ids, _BATCH):
            for pk, text, *values in select_rows(
                of.model, [table, of.column, *others], table, some
            ):
                told = (v.isoformat() if isinstance(v, datetime) else v for v in values)
                found[table, pk] = _Base(text, dict(zip(others, told, strict=True)))
    return found


def _keep_texts(bases: Mapping[Key, _Base], pairs: Mapping[Key, tuple[Values, Values]]) -> None:
    """Store the texts of the files that an editor has just changed. A query for each."""
    for key, base in bases.items():
        of, (old, new) = _BASES[key[0]], pairs.get(key, ({}, {}))
        if base.text is None and old.get(of.text) != new.get(of.text):
            base.text = old[of.text]
            update_rows(of.model, key[0], [key[1]], {of.column: base.text})


def _agreed(bases: Mapping[Key, _Base], after: Snapshot) -> set[Key]:
    """The rows whose merged fields the file has as well, and whose tags no editor chose."""
    same = {
        key
        for key, base in bases.items()
        if key in after.values and _is_as_in_file(key, base, after.values[key])
    }
    topics = {pk for table, pk in same if table == "topic"}
    chosen = after.tagged.intersection(topics)
    for some in batched(topics - chosen, _BATCH):
        rejected = select_rows(RejectedTag, ["topic"], "topic", some)
        chosen.update(topic for (topic,) in rejected)
    return same - {("topic", pk) for pk in chosen}


def _is_as_in_file(key: Key, base: _Base, values: Values) -> bool:
    is_same_text = base.text is None or base.text == values[_BASES[key[0]].text]
    is_same = all(values[other] == value for other, value in base.others.items())
    return is_same and is_same_text and values.get("status") != TopicStatus.DELETED


def _mark(keys: Collection[Key], at: datetime | None) -> None:
    rows = grouped(keys)
    for model, ids in ((Topic, rows["topic"]), (Digest, rows["digest"])):
        for some in batched(ids, _BATCH):
            update_rows(model, "pk", some, {"edited_at": at})
