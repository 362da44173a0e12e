"""Two editors at once, or an editor and an import: nobody saves over what they have not seen.

A form says in a hidden input what stood in each of its fields when it was shown. What stands there
when it comes back is read under the lock of the writers, so that nothing can come in between.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digests.admin.differences import Stretch, compare
from digests.changes.transaction import write_transaction
from digests.models import Revision
from digests.text import unix_lines

_Row = TypeVar("_Row", bound=Model)
SEEN = "seen"
"""The name of the hidden input."""


@dataclass(frozen=True)
class Newer:
    """A field in which something else stands by now.

    ``differences`` lead from there to what was typed. Without any nothing was typed there: the
    newer text was taken into the form.
    """

    label: str | Promise
    text: str
    differences: list[Stretch]


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def shown(field: forms.Field, value: Any) -> str:
    """A value as the text in the input of its field; of a select, what is chosen."""
    formatted = field.widget.format_value(field.prepare_value(value))
    if isinstance(formatted, list):
        formatted = "".join(formatted)
    return unix_lines(str(formatted or ""))


def _in_words(field: forms.Field, text: str) -> str:
    """What stands in an input as its form shows it."""
    choices = cast("Any", field.choices) if isinstance(field, forms.ChoiceField) else ()
    return str(dict(choices).get(text, text))


class ConcurrentForm(forms.ModelForm[_Row]):
    """Refuses to save over what has changed since it was shown.

    The instance has to be read in a `write_transaction`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.newer: list[Newer] = []

    @property
    def seen(self) -> str:
        """The value of the hidden input: what stands now, whatever was typed."""
        return " ".join(f"{name}={fingerprint(self._standing(name))}" for name in self.fields)

    @property
    def last_revision(self) -> Revision | None:
        of_row = {str(self.instance._meta.model_name): self.instance}
        revisions = Revision.objects.filter(**of_row)
        return revisions.select_related("user", "run").first()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        seen = dict(part.split("=", 1) for part in self.data.get(SEEN, "").split() if "=" in part)
        for name in self.fields:
            standing = self._standing(name)
            if seen.get(name) != fingerprint(standing):
                self._meet(name, standing, was=seen.get(name))
        # A field that is gone: what it was for is no longer there, as the place of a deleted topic.
        if self.newer or not seen.keys() <= self.fields.keys():
            raise ValidationError(
                _(
                    "Somebody else saved this while you were editing it, so nothing has been "
                    "saved yet. What you typed is still here: compare, then save again."
                ),
                code="stale",
            )
        return cleaned

    def _meet(self, name: str, standing: str, *, was: str | None) -> None:
        """Somebody else changed a field: take what they wrote, unless it was changed here too."""
        sent = self.data.get(self.add_prefix(name))
        typed = unix_lines(sent or "")
        if sent is not None and typed == standing:
            return
        untouched = sent is None or fingerprint(typed) == was
        if untouched:
            data = {key: self.data[key] for key in self.data}
            self.data = {**data, self.add_prefix(name): standing}
        now, wanted = (_in_words(self.fields[name], text) for text in (standing, typed))
        differences = [] if untouched else compare(now, wanted)
        self.newer.append(Newer(self[name].label, now.rstrip("\n"), differences))

    def _standing(self, name: str) -> str:
        """What the form shows of the row in this field, as the text of its input."""
        return shown(self.fields[name], self[name].initial)


class ConcurrentAdmin(admin.ModelAdmin[_Row]):
    """Its ``form`` is a `ConcurrentForm`."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with write_transaction():
            return super().changeform_view(request, *args, **kwargs)
