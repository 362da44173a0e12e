"""Queries for what editors and imports changed lately."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from digests.changes.changed_fields import changed_labels
from digests.models import Digest, Reader, Reference, Revision, Topic
from digests.vocabulary import DocumentKind

# Number of changes that the list goes back.
MOST_CHANGES = 1_000
# The time of a change, then the table and the id of the row that tells it: a version or a new
# digest.
Key = tuple[datetime, str, int]
_DIGEST, _REVISION = "digest", "revision"


@dataclass(frozen=True)
class Change:
    """A change of a row. ``revision`` is None for a new digest."""

    row: Digest | Topic | Reference
    at: datetime
    revision: Revision | None = None

    @property
    def id(self) -> str:
        """The identity of the change, for the id of its entry in the feed."""
        return f"{_REVISION}:{self.revision.pk}" if self.revision else f"{_DIGEST}:{self.row.pk}"

    @property
    def kind(self) -> str:
        return str(DocumentKind[type(self.row).__name__.upper()].label)

    @property
    def author(self) -> str:
        """Who made the change, without a name, which is for readers who are signed in."""
        by_editor = self.revision and self.revision.run_id is None
        return pgettext("author of a change", "Editor") if by_editor else _("Import")

    @property
    def summary(self) -> str:
        if self.revision is None:
            return pgettext("a digest", "New")
        fields = changed_labels(self.revision.before, self.revision.values)
        if not fields:  # a command or a deletion derived it anew in between, without a version
            return _("Changed")
        return _("Changed: %(fields)s") % {"fields": pgettext("between names", ", ").join(fields)}


def latest(user: Reader, number: int) -> list[Key]:
    """The keys of the latest changes, the newest first, so many at most. Two queries.

    Changes of one moment are those of one import or edit, the last written first.
    """
    # Ids rise with time, so the primary key serves as an index for it.
    revisions = Revision.objects.visible_to(user).changes().order_by("-pk")
    digests = Digest.objects.visible_to(user).order_by("-pk")
    # Only a first version may have no time, and it is no change.
    keys = [(at, _REVISION, pk) for at, pk in revisions.values_list("at", "pk")[:number] if at]
    keys += [(at, _DIGEST, pk) for at, pk in digests.values_list("created_at", "pk")[:number]]
    return sorted(keys, reverse=True)[:number]


def changes(user: Reader, keys: Collection[Key]) -> list[Change]:
    """The changes of these keys, in their order. Two queries."""
    digests = Digest.objects.visible_to(user).without_texts()
    revisions = Revision.objects.visible_to(user).with_before().with_rows()
    new = digests.in_bulk([pk for _, table, pk in keys if table == _DIGEST])
    changed = revisions.in_bulk([pk for _, table, pk in keys if table == _REVISION])
    found = []
    for at, table, pk in keys:
        if table == _DIGEST and pk in new:
            found.append(Change(new[pk], at))
        elif table == _REVISION and pk in changed:
            found.append(Change(changed[pk].row, at, changed[pk]))
    return found
