"""The values of a `Revision` as labels and texts for the admin."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digests.admin.differences import Stretch, compare
from digests.changes.history import Values
from digests.models import Digest, Reference, Tag, Topic
from digests.vocabulary import QuestionState, ReferenceKind, TopicStatus

_VERBOSE_NAMES = {
    field.name: field.verbose_name
    for model in (Reference, Digest, Topic)
    for field in model._meta.fields
}
_LABELS = {**_VERBOSE_NAMES, "tags": _("tags"), "topics": _("topics")}
_FOLLOWS = {"heading", "front_matter", "kind", "url"}
"""Fields that follow from others: listed as changed only if nothing else changed."""


@dataclass(frozen=True)
class Field:
    """A field with its ``text`` in one version, or the ``differences`` between two versions."""

    label: str | Promise
    text: str = ""
    differences: list[Stretch] | None = None


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

    def fields(self, values: Values) -> list[Field]:
        shown = {**values}
        shown.pop("heading", None)  # number and title show it already
        return [Field(_LABELS[name], self._text(name, shown[name]).rstrip("\n")) for name in shown]

    def changed(self, old: Values, new: Values) -> list[str | Promise]:
        return [_LABELS[name] for name in _changed(old, new)]

    def differences(self, old: Values, new: Values) -> list[Field]:
        return [
            Field(
                _LABELS[name],
                differences=compare(
                    self._text(name, old.get(name, "")), self._text(name, new[name])
                ),
            )
            for name in _changed(old, new)
        ]

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
            case "status":
                return str(TopicStatus(value).label)
            case "question":
                return str(QuestionState(value).label)
            case "kind":
                return str(ReferenceKind(value).label)
        return str(value)


def _changed(old: Values, new: Values) -> Collection[str]:
    # An older version lacks the fields that were added since.
    names = [name for name in new if old.get(name, "") != new[name]]
    return [name for name in names if name not in _FOLLOWS] or names
