from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests.admin.bases import WritingAdmin, change_links, editor
from digests.admin.concurrency import ConcurrentForm
from digests.admin.forms import MarkdownField, MomentField, TagNamesField
from digests.admin.history import HistoryAdmin
from digests.admin.long_texts import LongTextAdmin, refuse_longer
from digests.changes import editing
from digests.changes.tagging import tag_names
from digests.models import Digest, Point, Topic
from digests.parsing.headings import section_count

_ANY_TOPIC = "## -\n"


class DigestForm(ConcurrentForm[Digest]):
    title = forms.CharField(label=_("title"), widget=forms.TextInput(attrs={"class": "vTextField"}))
    # One input with seconds: the admin's two inputs lack labels, and drop seconds in Chinese.
    published_at = MomentField(
        label=_("published at"), widget=forms.DateTimeInput(format="%Y-%m-%d %H:%M:%S")
    )
    preamble = MarkdownField(
        label=_("preamble"), help_text=Digest._meta.get_field("preamble").help_text
    )
    tag_names = TagNamesField()

    class Meta:
        model = Digest
        fields = ["title", "published_at", "preamble"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tag_names"] = tag_names(self.instance)

    def clean_tag_names(self) -> Any:
        # Several tags may be alike to `split_names` that an older version kept apart.
        untouched = "tag_names" not in self.changed_data
        return self.initial["tag_names"] if untouched else self.cleaned_data["tag_names"]

    def clean_preamble(self) -> str:
        preamble: str = self.cleaned_data["preamble"]
        if "preamble" not in self.changed_data:
            return preamble
        refuse_longer(self.initial["preamble"], preamble)
        first = self.instance.topics.live().order_by("position").first()
        heading = first.heading if first else _ANY_TOPIC
        if section_count(preamble, heading) != 1:
            raise ValidationError(
                _(
                    "This text would not stay before the first topic: it holds a heading that "
                    "starts a topic, or a code block without an end."
                )
            )
        return preamble

    def clean_published_at(self) -> Any:
        # The form shows whole seconds; an unchanged field keeps the file's fractions.
        untouched = "published_at" not in self.changed_data
        return self.initial["published_at"] if untouched else self.cleaned_data["published_at"]


@admin.register(Digest)
class DigestAdmin(LongTextAdmin[Digest], WritingAdmin[Digest], HistoryAdmin[Digest]):
    form = DigestForm
    long_text = "preamble"
    links_to = {"topics": Topic}
    fields = [
        "slug",
        "title",
        "published_at",
        "tag_names",
        "preamble",
        "front_matter",
        "topics",
        "edited_at",
    ]
    readonly_fields = ["slug", "front_matter", "topics", "edited_at"]
    list_display = ["slug", "title", "published_at", "edited_at"]
    list_deferred = Digest.LONG_TEXTS
    deleted_with = {Topic: "digest__in", Point: "topic__digest__in"}
    search_fields = ["slug", "title"]
    date_hierarchy = "published_at"
    ordering = ["-published_at", "-pk"]

    @admin.display(description=_("topics"))
    def topics(self, digest: Digest) -> SafeString:
        """Links to the topics, which are edited on their own pages."""
        topics = digest.topics.live().order_by("position").only("digest", "title", "number")
        return change_links(
            "topic", {topic.pk: f"{topic.number or ''} {topic}" for topic in topics}
        )

    def save_model(
        self, request: HttpRequest, obj: Digest, form: forms.ModelForm[Digest], change: bool
    ) -> None:
        data = form.cleaned_data
        editing.save_digest(
            obj,
            by=editor(request),
            title=data["title"],
            published_at=data["published_at"],
            preamble=data.get("preamble", obj.preamble),
            tags=data["tag_names"],
        )

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Digest]) -> None:
        editing.delete_digests(queryset)
