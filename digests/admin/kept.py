"""Forms that are shown again with what was typed, because the session had ended meanwhile."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The name of the field by which a form knows that it is to be shown again and not to be saved.
KEPT = "kept_form"

NOT_SAVED = _("Nothing has been saved yet. What you typed is here again: look, then save.")


def refuse_kept(data: Any) -> None:
    """Raise ValidationError if the form shall be shown again."""
    if KEPT in data:
        raise ValidationError(NOT_SAVED, code="kept")


class KeptForm:
    """A mixin for forms of the admin, which stands before the class of the form."""

    data: Any

    def clean(self) -> Any:
        refuse_kept(self.data)
        return super().clean()  # type: ignore[misc]  # of the form
