"""Optimistic locking of forms: nobody overwrites a change that they have not seen.

A hidden input holds a fingerprint of each field's value as the form showed it. When the form comes
back, the row is read again under the write lock, and the fingerprints are compared.
"""

import hashlib
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digests.admin.bases import Row
from digests.admin.differences import FieldText, compare
from digests.text import unix_lines

# The name of the hidden input.
SEEN = "seen"


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def input_text(field: forms.Field, value: Any) -> str:
    """Format a value as the text of its field's input; for a select, as the chosen value."""
    formatted = field.widget.format_value(field.prepare_value(value))
    if isinstance(formatted, list):
        formatted = "".join(formatted)
    return unix_lines(str(formatted or ""))


def _displayed(field: forms.Field, text: str) -> str:
    """The text that an editor sees for an input's value: the label of a choice."""
    choices = cast("Any", field.choices) if isinstance(field, forms.ChoiceField) else ()
    return str(dict(choices).get(text, text))


class ConcurrentForm(forms.ModelForm[Row]):
    """A form that refuses to save if the row has changed since the form was shown.

    Read the instance inside the `write_transaction` that saves it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Fields that somebody else changed since the form was shown, with the newer values.
        #
        # The differences lead from there to the editor's input. There are none if the editor had
        # not changed the field: then the form has taken the newer value.
        self.newer: list[FieldText] = []

    def is_multipart(self) -> bool:
        # Else a browser sends nine bytes for each Chinese character.
        return True

    @property
    def seen(self) -> str:
        """The value of the hidden input: fingerprints of the row's present values."""
        return " ".join(f"{name}={fingerprint(self._current(name))}" for name in self.fields)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        seen = dict(part.split("=", 1) for part in self.data.get(SEEN, "").split() if "=" in part)
        for name in self.fields:
            current = self._current(name)
            if seen.get(name) != fingerprint(current):
                self._note_change(name, current, was=seen.get(name))
        # A field that was sent but no longer exists, such as the place of a topic deleted since,
        # is a change as well.
        if self.newer or not seen.keys() <= self.fields.keys():
            raise ValidationError(
                _(
                    "Somebody else saved this while you were editing it, so nothing has been "
                    "saved yet. What you typed is still here: compare, then save again."
                ),
                code="stale",
            )
        return cleaned

    def _note_change(self, name: str, current: str, *, was: str | None) -> None:
        """Note that somebody else changed a field, and take their value if it was not edited here.

        ``was`` is the fingerprint of the value that the editor saw.
        """
        sent = self.data.get(self.add_prefix(name))
        typed = unix_lines(sent or "")
        if sent is not None and typed == current:
            return
        untouched = sent is None or fingerprint(typed) == was
        if untouched:
            data = {key: self.data[key] for key in self.data}
            self.data = {**data, self.add_prefix(name): current}
        now, wanted = (_displayed(self.fields[name], text) for text in (current, typed))
        differences = [] if untouched else compare(now, wanted)
        self.newer.append(FieldText(self[name].label, now.rstrip("\n"), differences))

    def _current(self, name: str) -> str:
        """The row's present value of a field, as the text of its input."""
        return input_text(self.fields[name], self[name].initial)
