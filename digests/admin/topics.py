from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests.admin.bases import WritingAdmin, change_links, editor
from digests.admin.concurrency import ConcurrentForm
from digests.admin.filters import DefaultedFilter
from digests.admin.forms import MarkdownField, TagNamesField
from digests.admin.history import HistoryAdmin
from digests.admin.long_texts import LongTextAdmin, refuse_longer
from digests.admin.paging import TopicPaginator
from digests.admin.searching import SearchingAdmin
from digests.changes import editing
from digests.models import Digest, ImportedFile, ImportedTopic, ImportRun, Topic
from digests.parsing.headings import MAX_NUMBER, section_count
from digests.search import results as searching
from digests.vocabulary import QuestionState, TopicStatus

RUNS_SHOWN = 10


class TopicForm(ConcurrentForm[Topic]):
    number = forms.IntegerField(
        label=_("number"), required=False, min_value=0, max_value=MAX_NUMBER
    )
    title = forms.CharField(label=_("title"), required=False, widget=AdminTextInputWidget)
    place = forms.IntegerField(
        label=_("place"), min_value=1, help_text=_("Among the topics of its digest, from 1.")
    )
    body = MarkdownField(label=_("text"))
    tag_names = TagNamesField()

    class Meta:
        model = Topic
        fields = ["number", "title", "body", "question"]
        help_texts = {
            "question": _(
                "The site lists topics with a question and neither conclusion, method, opinion "
                "nor result as open, unless you say otherwise here."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.instance
        taggings = topic.taggings.values_list("tag__name", flat=True)
        self.initial["tag_names"] = list(taggings)
        if "place" in self.fields and topic.is_live:
            live = topic.digest.topics.live()
            self.initial["place"] = live.filter(position__lte=topic.position).count()
            self.fields["place"].validators.append(MaxValueValidator(live.count()))
        else:
            self.fields.pop("place", None)

    def clean_tag_names(self) -> Any:
        # Several tags may be alike to `split_names` that an older version kept apart.
        untouched = "tag_names" not in self.changed_data
        return self.initial["tag_names"] if untouched else self.cleaned_data["tag_names"]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if "body" not in self.changed_data:
            return body
        refuse_longer(self.initial["body"], body)
        heading = self.instance.heading.rstrip("\r\n") + "\n"
        if section_count(heading + body, heading) != 2:
            raise ValidationError(
                _(
                    "This text would not stay one topic: it holds a heading that starts a topic, "
                    "or a code block without an end."
                )
            )
        return body


class StatusFilter(DefaultedFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("page", _("Live and archived")),
            (TopicStatus.LIVE.value, TopicStatus.LIVE.label),
            ("gone", _("Live, but gone from the file")),
            (TopicStatus.ARCHIVED.value, TopicStatus.ARCHIVED.label),
            (TopicStatus.DELETED.value, TopicStatus.DELETED.label),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> QuerySet[Topic]:
        match self.value():
            case "page":
                return queryset & Topic.objects.with_page()
            case "gone":
                # A subquery, which an index of these few answers.
                gone = ImportedTopic.objects.filter(position=None, topic__isnull=False)
                return queryset.filter(status=TopicStatus.LIVE, pk__in=gone.values("topic"))
            case TopicStatus.LIVE:
                # No topic has the second value. SQLite takes topics of a single status to be few,
                # and would sort all live ones for each page.
                return queryset.filter(status__in=[TopicStatus.LIVE, ""])
        return queryset.filter(status=self.value())


@admin.register(Topic)
class TopicAdmin(
    LongTextAdmin[Topic], SearchingAdmin[Topic], WritingAdmin[Topic], HistoryAdmin[Topic]
):
    form = TopicForm
    long_text = "body"
    links_to = {"runs": ImportRun}
    fields = [
        "digest",
        "status",
        "number",
        "title",
        "place",
        "body",
        "tag_names",
        "question",
        "origins",
        "edited_at",
        "runs",
    ]
    readonly_fields = ["digest", "status", "origins", "edited_at", "runs"]
    list_display = ["__str__", "number", "digest_slug", "status", "edited_at"]
    list_filter = [StatusFilter]
    list_select_related = ["digest"]
    list_deferred = [*Topic.LONG_TEXTS, *(f"digest__{name}" for name in Digest.LONG_TEXTS)]
    search_fields = ["title", "body"]
    date_hierarchy = "digest__published_at"
    ordering = ["-digest__published_at", "-digest_id", "position"]
    paginator = TopicPaginator
    # A list by another column would sort all topics.
    sortable_by = ()

    def indexed(self, text: str, limit: int) -> Iterable[int]:
        return searching.newest(text, chosen={}, limit=limit)

    def unindexed(self) -> QuerySet[Topic]:
        return Topic.objects.hidden()

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        is_deleted = obj is not None and obj.status == TopicStatus.DELETED
        return not is_deleted and super().has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[Any]:
        # Only live topics are counted, so only these have a place to edit.
        has_place = obj is not None and obj.is_live
        fields = super().get_fields(request, obj)
        return [name for name in fields if has_place or name != "place"]

    def get_view_on_site_url(self, obj: Topic | None = None) -> str | None:
        if obj is None or obj.status == TopicStatus.DELETED:
            return None
        return super().get_view_on_site_url(obj)

    @admin.display(description=_("digest"), ordering="digest__slug")
    def digest_slug(self, topic: Topic) -> str:
        return topic.digest.slug

    @admin.display(description=_("tags come from"))
    def origins(self, topic: Topic) -> str:
        taggings = topic.taggings.select_related("tag")
        return "; ".join(f"{each.tag.name} – {each.get_origin_display()}" for each in taggings)

    @admin.display(description=_("import runs"))
    def runs(self, topic: Topic) -> SafeString:
        """Links to the last runs that changed the topic or read its file, newest first."""
        # Subqueries, because a join with both tables would pair all versions of a run with all of
        # its files.
        changed = topic.revisions.filter(run__isnull=False).order_by().values("run")
        read = ImportedFile.objects.filter(digest=topic.digest_id).order_by().values("run")
        runs = ImportRun.objects.filter(Q(pk__in=changed) | Q(pk__in=read))
        shown = runs.order_by("-pk")[:RUNS_SHOWN]
        return change_links("importrun", {run.pk: run for run in shown})

    def save_model(
        self, request: HttpRequest, obj: Topic, form: forms.ModelForm[Topic], change: bool
    ) -> None:
        data = form.cleaned_data
        by = editor(request)
        editing.save_topic(
            obj,
            by=by,
            number=data["number"],
            title=data["title"],
            body=data.get("body", obj.body),
            tags=data["tag_names"],
            question=QuestionState(data["question"]),
        )
        if "place" in form.changed_data:
            editing.move_topic(obj, by=by, place=data["place"])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> None:
        editing.delete_topics(queryset, by=editor(request))
