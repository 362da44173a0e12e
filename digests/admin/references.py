from collections.abc import Iterable
from itertools import chain

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digests import identity
from digests.admin.bases import WritingAdmin, editor
from digests.admin.concurrency import ConcurrentForm
from digests.admin.history import HistoryAdmin
from digests.admin.searching import SearchingAdmin
from digests.changes import editing
from digests.models import Reference
from digests.search import results as searching
from digests.vocabulary import DocumentKind


class ReferenceForm(ConcurrentForm[Reference]):
    class Meta:
        model = Reference
        fields = ["editor_title"]
        labels = {"editor_title": _("title")}
        widgets = {"editor_title": forms.TextInput(attrs={"class": "vTextField"})}


def _key(text: str) -> str:
    """The key of the reference at an address; another text is a key itself."""
    try:
        return identity.of_url(text).key
    except ValueError:
        return text


@admin.register(Reference)
class ReferenceAdmin(SearchingAdmin[Reference], WritingAdmin[Reference], HistoryAdmin[Reference]):
    """References, which citations create. An editor can only give one a better title."""

    form = ReferenceForm
    fields = ["editor_title", "cited_title", "key", "kind", "url", "topic_count"]
    readonly_fields = ["cited_title", "key", "kind", "url", "topic_count"]
    list_display = ["__str__", "kind", "key", "topic_count"]
    list_filter = ["kind"]
    search_fields = ["key", "cited_title", "editor_title"]
    ordering = ["-topic_count", "pk"]
    # Columns with an index; a list by another one would sort all references.
    sortable_by = ["key", "topic_count"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reference]:
        """Without references that were joined into others where they are listed. Their pages and
        histories answer."""
        references = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and match.url_name == "digests_reference_changelist"
        return references.filter(joined_into=None) if is_list else references

    def indexed(self, text: str, limit: int) -> Iterable[int]:
        return chain(
            Reference.objects.filter(key=_key(text)).values_list("pk", flat=True),
            searching.best_named(text, DocumentKind.REFERENCE, limit=limit),
        )

    def unindexed(self) -> QuerySet[Reference]:
        """References that no topic cites; the index has those in preambles."""
        return Reference.objects.filter(topic_count=0)

    def has_delete_permission(self, request: HttpRequest, obj: Reference | None = None) -> bool:
        return False  # its address is permanent

    def save_model(
        self, request: HttpRequest, obj: Reference, form: forms.ModelForm[Reference], change: bool
    ) -> None:
        title = form.cleaned_data["editor_title"]
        editing.save_reference(obj, by=editor(request), editor_title=title)
