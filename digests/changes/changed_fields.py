"""Fields that differ between two versions of a row, and the labels of fields."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from digests.changes.snapshots import RECORDED, Values
from digests.models import Digest, Reference, Topic

_FIELDS = [field for model in (Reference, Digest, Topic) for field in model._meta.fields]
LABELS = {field.name: field.verbose_name for field in _FIELDS} | {
    "tags": _("tags"),
    "topics": _("topics"),
    "joined": _("joined with"),
}
# Fields that follow from others: listed as changed only if nothing else changed.
_FOLLOWS = {"heading", "front_matter", "kind", "url"}


def changed_fields(old: Values, new: Values) -> Collection[str]:
    """Names of the fields that changed, in the order of `RECORDED`. An older version lacks the
    fields that were added since; fields that only old versions have do not count."""
    names = [name for name in RECORDED if name in new and old.get(name, "") != new[name]]
    return [name for name in names if name not in _FOLLOWS] or names


def changed_labels(old: Values, new: Values) -> list[str]:
    return [str(LABELS[name]) for name in changed_fields(old, new)]
