from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digests.admin.bases import WritingAdmin, editor
from digests.changes import editing
from digests.models import Tag, TaggedDigest, TaggedTopic
from digests.text import unique_names


class TagForm(forms.ModelForm[Tag]):
    class Meta:
        model = Tag
        fields = ["name"]
        labels = {"name": _("name")}

    def clean_name(self) -> str:
        name = "".join(unique_names([self.cleaned_data["name"]]))
        others = Tag.objects.exclude(pk=self.instance.pk)
        if name != self.instance.name and others.named_alike([name]):
            raise ValidationError(_("There is a tag of this name already."))
        return name


@admin.register(Tag)
class TagAdmin(WritingAdmin[Tag]):
    """Tags. A renamed tag keeps its address, and imports still find it by its name in files."""

    form = TagForm
    fields = ["name", "slug", "topic_count"]
    readonly_fields = ["slug", "topic_count"]
    list_display = ["name", "slug", "topic_count"]
    search_fields = ["name"]
    deleted_with = {TaggedTopic: "tag__in", TaggedDigest: "tag__in"}
    ordering = ["-topic_count", "name"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tag], search_term: str
    ) -> tuple[QuerySet[Tag], bool]:
        """Find tags as the site's list of tags does."""
        text = search_term.strip()
        return queryset.filter(pk__in=Tag.objects.named_like(text)) if text else queryset, False

    def save_model(
        self, request: HttpRequest, obj: Tag, form: forms.ModelForm[Tag], change: bool
    ) -> None:
        editing.save_tag(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        editing.delete_tags(queryset, by=editor(request))
