"""The values of a `Revision` as labels and texts for the admin."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone

from digests.admin.differences import FieldText, compare
from digests.changes.changed_fields import LABELS, changed_fields
from digests.changes.snapshots import RECORDED, Values
from digests.models import Tag, Topic
from digests.vocabulary import QuestionState, ReferenceKind, TopicStatus

_CHOICES = {"status": TopicStatus, "question": QuestionState, "kind": ReferenceKind}


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
        # Number and title show the heading already.
        shown = [name for name in RECORDED if name in values and name != "heading"]
        return [FieldText(LABELS[n], self._text(n, values[n]).rstrip("\n")) for n in shown]

    def differences(self, old: Values, new: Values) -> list[FieldText]:
        found = []
        for name in changed_fields(old, new):
            texts = (self._text(name, value) for value in (old.get(name, ""), new[name]))
            found.append(FieldText(LABELS[name], differences=compare(*texts)))
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
