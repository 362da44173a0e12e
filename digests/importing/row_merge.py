"""Three-way merge of the fields of one row: the last import, the row as it stands, the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from digests.changes.conflicts import as_text, from_text, merge_field, settle
from digests.changes.history import Author
from digests.merging import Outcome
from digests.models import Conflict, Digest, Topic
from digests.vocabulary import Settlement


@dataclass
class MergedRow:
    values: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    # New conflicts, to be stored.
    opened: list[Conflict] = field(default_factory=list)

    @property
    def clashes(self) -> list[str]:
        """The fields that both sides changed, differently."""
        return [name for name, outcome in self.outcomes.items() if outcome is Outcome.CLASH]

    @property
    def is_kept(self) -> bool:
        """True if an editor's value stands where the file has another."""
        return bool({Outcome.KEPT, Outcome.MERGED} & set(self.outcomes.values()))


def merge_row(
    row: Digest | Topic,
    last: Mapping[str, Any],
    theirs: Mapping[str, Any],
    conflicts: Mapping[str, Conflict],
    author: Author,
) -> MergedRow:
    """Merge the fields that ``theirs`` names; ``conflicts`` are the open ones of the row.

    An open conflict is written at once, with the file's new value or as settled. It is left alone
    if the file repeats what its last import said.
    """
    result = MergedRow()
    owner = {"topic": row} if isinstance(row, Topic) else {"digest": row}
    for name, their in theirs.items():
        conflict, our = conflicts.get(name), getattr(row, name)
        if conflict and their == last[name] and our != their:
            result.values[name], result.outcomes[name] = our, Outcome.CLASH
            continue
        base = from_text(name, conflict.base) if conflict else last[name]
        merged = merge_field(name, base, our, their)
        result.values[name], result.outcomes[name] = merged.value, merged.outcome
        if merged.outcome is Outcome.CLASH:
            texts = {"base": as_text(merged.base), "theirs": as_text(their)}
            if conflict is None:
                result.opened.append(Conflict(**owner, field=name, run=author.run, **texts))
            else:
                assign(conflict, texts)
                conflict.save(update_fields=list(texts))
        elif conflict:
            settle(conflict, Settlement.ITSELF, author.user)
    return result


def assign(row: Model, values: Mapping[str, Any]) -> bool:
    """Set the fields of a row. Returns True if one of them changed."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
