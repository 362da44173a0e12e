from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digests import editing
from digests.admin.deleting import DeletingAdmin
from digests.admin.editors import editor
from digests.admin.forms import MarkdownField, TagNamesField
from digests.models import Topic
from digests.parsing import MAX_NUMBER, section_count
from digests.vocabulary import TagOrigin


class TopicForm(forms.ModelForm[Topic]):
    number = forms.IntegerField(
        label=_("number"), required=False, min_value=0, max_value=MAX_NUMBER
    )
    title = forms.CharField(
        label=_("title"), required=False, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    body = MarkdownField(label=_("text"))
    tag_names = TagNamesField()

    class Meta:
        model = Topic
        fields = ["number", "title", "body"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tag_names"] = [tag.name for tag in self.instance.own_tags]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        heading = self.instance.heading.rstrip("\r\n") + "\n"
        if "body" in self.changed_data and section_count(heading + body, heading) != 2:
            raise ValidationError(
                _(
                    "This text would not stay one topic: it holds a heading that starts a topic, "
                    "or a code block without an end."
                )
            )
        return body


@admin.register(Topic)
class TopicAdmin(DeletingAdmin[Topic]):
    form = TopicForm
    fields = ["digest", "number", "title", "body", "tag_names", "origins", "updated_at"]
    readonly_fields = ["digest", "origins", "updated_at"]
    list_display = ["title", "number", "digest_slug", "updated_at"]
    list_select_related = ["digest"]
    search_fields = ["title", "body"]
    date_hierarchy = "digest__published_at"
    ordering = ["-digest__published_at", "-digest_id", "position"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # topics come with their digest

    @admin.display(description=_("digest"), ordering="digest__slug")
    def digest_slug(self, topic: Topic) -> str:
        return topic.digest.slug

    @admin.display(description=_("tags come from"))
    def origins(self, topic: Topic) -> str:
        taggings = topic.taggings.select_related("tag")
        return "; ".join(
            f"{tagging.tag.name} – {TagOrigin(tagging.origin).label}" for tagging in taggings
        )

    def save_model(
        self, request: HttpRequest, obj: Topic, form: forms.ModelForm[Topic], change: bool
    ) -> None:
        data = form.cleaned_data
        editing.save_topic(
            obj,
            by=editor(request),
            number=data["number"],
            title=data["title"],
            body=data["body"],
            tags=data["tag_names"],
        )

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> None:
        editing.delete_topics(queryset, by=editor(request))
