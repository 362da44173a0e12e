"""Conflicts between a file and an editor who changed the same field.

A `Conflict` row holds texts; `as_text` and `from_text` convert numbers and dates.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from digests.merging import Merged, Outcome, merge, merge_markdown
from digests.models import Conflict
from digests.models.bulk import select_rows
from digests.vocabulary import ConflictField, Settlement

# Fields that merge block by block; the others merge whole.
MARKDOWN = {ConflictField.BODY, ConflictField.PREAMBLE}


def merge_field(name: str, base: Any, ours: Any, theirs: Any) -> Merged[Any]:
    """Merge one field of a topic or a digest by the rule for its name."""
    if name in MARKDOWN:
        return merge_markdown(base, ours, theirs)
    return merge(base, ours, theirs)


def as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat()
    return str(value)


def from_text(name: str, text: str) -> Any:
    """The value that `as_text` wrote for the field of this name."""
    match name:
        case ConflictField.NUMBER:
            return int(text) if text else None
        case ConflictField.PUBLISHED_AT:
            return datetime.fromisoformat(text)
    return text


def sides(conflict: Conflict) -> Merged[Any]:
    """Merge a conflict's field again, as its row stands now.

    In the result ``before``, ``value`` (the editor's, which is live) and ``theirs`` differ only
    where they clash, block by block.
    """
    base, theirs = (from_text(conflict.field, t) for t in (conflict.base, conflict.theirs))
    return merge_field(conflict.field, base, getattr(conflict.row, conflict.field), theirs)


def close_agreed(
    by: User | None,
    *,
    topics: Collection[int] = (),
    digests: Collection[int] = (),
    references: Collection[int] = (),
) -> None:
    """Close the conflicts of these rows in which an editor has meanwhile written what the other
    side says. A query for each kind of rows that is named, where there are no conflicts."""
    found = [
        row
        for owner, ids in (("topic", topics), ("digest", digests), ("reference", references))
        for row in select_rows(Conflict, ["pk"], owner, ids)
    ]
    if not found:
        return
    of_rows = Conflict.objects.filter(pk__in=[pk for (pk,) in found], settled_at=None)
    for conflict in of_rows.select_related("topic", "digest", "reference"):
        merged = sides(conflict)
        live = getattr(conflict.row, conflict.field)
        if merged.outcome is not Outcome.CLASH and merged.value == live:
            settle(conflict, Settlement.ITSELF, by)


def settle(conflict: Conflict, how: Settlement, by: User | None) -> None:
    conflict.settlement, conflict.settled_by, conflict.settled_at = how, by, timezone.now()
    conflict.save(update_fields=["settlement", "settled_by", "settled_at"])
