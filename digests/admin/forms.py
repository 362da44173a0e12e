"""Form fields of the admin: Markdown that comes back byte for byte, moments, lists of tags."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from markdownx.widgets import AdminMarkdownxWidget

from digests.models import Tag
from digests.parsing import YEARS
from digests.text import join_names, split_names, unique_names, unix_lines

_TAG_LENGTH = Tag._meta.get_field("name").max_length or 0


class MarkdownWidget(AdminMarkdownxWidget):  # type: ignore[misc]  # markdownx has no types
    class Media:
        js = ["js/editor.js"]


class MarkdownField(forms.CharField):
    """A field for Markdown that keeps blanks at both ends, so that an unchanged text stays so."""

    widget = MarkdownWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, **kwargs)

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        # A browser sends CRLF for every line end, whatever the text had.
        return unix_lines(initial or "") != unix_lines(data or "")


class MomentField(forms.DateTimeField):
    """A date and time in one of the years that a file may hold (`YEARS`)."""

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value and not {value.year, value.astimezone(UTC).year} <= {*YEARS}:
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class TagNamesField(forms.Field):
    """A list of tag names, separated by commas."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("Tags"),
            help_text=_("Between commas. A name with a comma in it goes in double quotes."),
            widget=forms.TextInput(attrs={"class": "vTextField"}),
        )

    def prepare_value(self, value: Any) -> Any:
        return join_names(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        names = split_names(value or "")
        for name in names:
            if len(name) > _TAG_LENGTH:
                raise ValidationError(
                    _("“%(name)s” is longer than %(length)d characters."),
                    params={"name": name, "length": _TAG_LENGTH},
                )
        return names

    def has_changed(self, initial: Any, data: Any) -> bool:
        # Names that are alike are one name in the list that comes back.
        return unique_names(initial or []) != split_names(data or "")
