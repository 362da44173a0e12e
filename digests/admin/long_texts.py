"""Texts that were imported and are longer than what an editor may send."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digests.admin.bases import DeskAdmin, Row
from digests.changes.editing import MAX_MARKDOWN_BYTES
from digests.text import unix_lines

# Bytes of a form that are left to its other fields.
_OF_OTHERS = 64 * 1024


def refuse_longer(before: str, typed: str) -> None:
    """Raise ValidationError for a changed text beyond the limit. One that was longer before, as it
    was imported, can be corrected but not made longer still."""
    limit = max(MAX_MARKDOWN_BYTES, _size(before))
    if _size(typed) > limit:
        message = _("The text is longer than %(limit)d KB.")
        raise ValidationError(message, params={"limit": -(-limit // 1024)})


def is_sendable(text: str) -> bool:
    """True if a form can send a text. Django refuses larger ones before a view sees them."""
    sent = _size(text) + text.count("\n")  # browsers send CRLF
    return sent <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE - _OF_OTHERS


def _size(text: str) -> int:
    """Bytes of a text with the shortest line ends."""
    return len(unix_lines(text).encode(errors="replace"))


class LongTextAdmin(DeskAdmin[Row]):
    """An admin that shows the size of a text in place of one that no form could send, so that the
    other fields can be saved."""

    # The field with the text.
    long_text: str

    def get_fields(self, request: HttpRequest, obj: Row | None = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        is_shown = obj is None or is_sendable(getattr(obj, self.long_text))
        return [
            name if is_shown or name != self.long_text else "unsendable_text" for name in fields
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "unsendable_text"]

    def get_form(
        self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or is_sendable(getattr(obj, self.long_text)):
            return form
        # A declared field stays in a form that does not name it.
        return type(form.__name__, (form,), {self.long_text: None})

    @admin.display(description=_("text"))
    def unsendable_text(self, row: Row) -> str:
        size = _size(getattr(row, self.long_text)) // 1024
        return _("%(size)d KB: too long for a form. Change it in its file, and import that.") % {
            "size": size
        }
