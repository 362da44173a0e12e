from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digests.admin.bases import WritingAdmin, editor
from digests.admin.concurrency import ConcurrentForm
from digests.admin.history import HistoryAdmin
from digests.changes import editing
from digests.models import Reference


class ReferenceForm(ConcurrentForm[Reference]):
    class Meta:
        model = Reference
        fields = ["editor_title"]
        labels = {"editor_title": _("title")}
        widgets = {"editor_title": forms.TextInput(attrs={"class": "vTextField"})}


@admin.register(Reference)
class ReferenceAdmin(WritingAdmin[Reference], HistoryAdmin[Reference]):
    """References, which citations create. An editor can only give one a better title."""

    form = ReferenceForm
    fields = ["editor_title", "cited_title", "key", "kind", "url", "topic_count"]
    readonly_fields = ["cited_title", "key", "kind", "url", "topic_count"]
    list_display = ["__str__", "kind", "key", "topic_count"]
    list_filter = ["kind"]
    search_fields = ["key", "cited_title", "editor_title"]
    ordering = ["-topic_count", "pk"]

    def has_delete_permission(self, request: HttpRequest, obj: Reference | None = None) -> bool:
        return False  # its address is permanent

    def save_model(
        self, request: HttpRequest, obj: Reference, form: forms.ModelForm[Reference], change: bool
    ) -> None:
        title = form.cleaned_data["editor_title"]
        editing.save_reference(obj, by=editor(request), editor_title=title)
