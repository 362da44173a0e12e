"""The values of a `Revision` as labels and texts for the admin."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digests.admin.differences import FieldText, compare
from digests.changes.history import Values
from digests.models import Digest, Reference, Tag, Topic
from digests.vocabulary import QuestionState, ReferenceKind, TopicStatus

_FIELDS = [field for model in (Reference, Digest, Topic) for field in model._meta.fields]
_LABELS = {field.name: field.verbose_name for field in _FIELDS} | {
    "tags": _("tags"),
    "topics": _("topics"),
}
_CHOICES = {"status": TopicStatus, "question": QuestionState, "kind": ReferenceKind}
_FOLLOWS = {"heading", "front_matter", "kind", "url"}
"""Fields that follow from others: listed as changed only if nothing else changed."""


class Wording:
    """Turns values of revisions into texts. One query loads the names of tags, one the titles of
    topics, each only if a version has any.
    """

    def __init__(self, versions: Collection[Values]) -> None:
        slugs = {slug for values in versions if "body" in values for slug in values["tags"]}
        names = Tag.objects.filter(slug__in=slugs).values_list("slug", "name") if slugs else ()
        self._names = dict(names)
        ids = {pk for values in versions for pk in values.get("topics", [])}
        titles = Topic.objects.filter(pk__in=ids).values_list("pk", "title") if ids else ()
        self._titles = dict(titles)

    def fields(self, values: Values) -> list[FieldText]:
        shown = {**values}
        shown.pop("heading", None)  # number and title show it already
        texts = {name: self._text(name, value).rstrip("\n") for name, value in shown.items()}
        return [FieldText(_LABELS[name], text) for name, text in texts.items()]

    def differences(self, old: Values, new: Values) -> list[FieldText]:
        found = []
        for name in _changed(old, new):
            texts = (self._text(name, value) for value in (old.get(name, ""), new[name]))
            found.append(FieldText(_LABELS[name], differences=compare(*texts)))
        return found

    def _text(self, name: str, value: Any) -> str:
        match name:
            case _ if value is None:
                return ""
            case "tags":
                return ", ".join(self._names.get(tag, tag) for tag in value)
            case "topics":
                return "\n".join(self._titles.get(pk) or f"#{pk}" for pk in value)
            case "published_at":
                return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S}"
            case _ if name in _CHOICES:
                return str(_CHOICES[name](value).label)
        return str(value)


def changed_fields(old: Values, new: Values) -> list[str | Promise]:
    """Labels of the fields that changed between two versions."""
    return [_LABELS[name] for name in _changed(old, new)]


def _changed(old: Values, new: Values) -> Collection[str]:
    # An older version lacks the fields that were added since.
    names = [name for name in new if old.get(name, "") != new[name]]
    return [name for name in names if name not in _FOLLOWS] or names
