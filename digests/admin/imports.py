from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from digests.admin.bases import ImportedAdmin, Row
from digests.admin.reports import shown_counts, shown_files
from digests.admin.uploads import UploadingAdmin
from digests.importing import Status, TopicOutcome
from digests.models import ImportedFile, ImportRun

_COUNTS = ["created", "updated", "unchanged", "failed", "conflicts"]
_FILES_PER_PAGE = 25
_FILTERS = {
    "": (pgettext_lazy("files", "all"), Q()),
    "created": (Status.CREATED.label, Q(status=Status.CREATED)),
    "updated": (Status.UPDATED.label, Q(status=Status.UPDATED)),
    "failed": (Status.FAILED.label, Q(status=Status.FAILED)),
    "conflict": (TopicOutcome.CONFLICT.label, Q(has_conflicts=True)),
    "warnings": (pgettext_lazy("files", "with warnings"), Q(has_warnings=True)),
}


class ReportAdmin(ImportedAdmin[Row]):
    """Shows the reports of rows, which people can neither change nor delete."""

    def report_context(self, row: Row, query: QueryDict) -> dict[str, Any]:
        """The context of a row's page beside that of Django's."""
        raise NotImplementedError

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        own = self.report_context(kwargs["obj"], request.GET)
        return super().render_change_form(request, {**context, **own}, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ImportRun)
class ImportRunAdmin(ReportAdmin[ImportRun], UploadingAdmin):
    fields = ["origin", "user", "started_at", "finished", "outcomes"]
    readonly_fields = ["started_at", "finished", "outcomes"]
    list_display = ["__str__", "started_at", "finished", "user", *_COUNTS]
    list_select_related = ["user"]
    search_fields = ["origin", "user__username"]
    date_hierarchy = "started_at"

    @admin.display(description=_("finished at"), ordering="finished_at")
    def finished(self, run: ImportRun) -> str:
        if run.finished_at is None:
            return str(_("not finished: it still runs, or was stopped"))
        return date_format(timezone.localtime(run.finished_at), "DATETIME_FORMAT")

    @admin.display(description=_("outcome"))
    def outcomes(self, run: ImportRun) -> SafeString:
        counts = shown_counts({name: getattr(run, name) for name in _COUNTS})
        return format_html_join(" · ", "{} {}", counts)

    def report_context(self, row: ImportRun, query: QueryDict) -> dict[str, Any]:
        """Template context: one page of a run's files, with the filter that the query chooses."""
        chosen = query.get("show", "")
        chosen = chosen if chosen in _FILTERS else ""
        numbers = {name or "all": Count("pk", filter=q) for name, (_, q) in _FILTERS.items()}
        counted = row.files.order_by().aggregate(**numbers)  # one reading of an index
        counts = {name: counted[name or "all"] for name in _FILTERS}
        # Their ids, because reports are long to sort.
        files = row.files.filter(_FILTERS[chosen][1]).order_by("pk").values_list("pk", flat=True)
        paginator = Paginator(files, _FILES_PER_PAGE)
        paginator.count = counts[chosen]
        page = paginator.get_page(query.get("p"))
        shown = row.files.filter(pk__in=list(page))
        return {
            "chosen": chosen,
            "filters": [
                (name, label, counts[name])
                for name, (label, _wanted) in _FILTERS.items()
                if counts[name] or name == chosen
            ],
            "files": shown_files([file.report for file in shown.order_by("pk")]),
            "page": page,
            "page_numbers": paginator.get_elided_page_range(page.number),
        }


@admin.register(ImportedFile)
class ImportedFileAdmin(ReportAdmin[ImportedFile]):
    """The reports of one digest's file, one for each run."""

    fields = ["path", "run", "digest"]
    list_display = ["path", "outcome", "messages", "run", "started_at"]
    list_select_related = ["run"]
    search_fields = ["path"]
    ordering = ["-pk"]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}  # reached from its run or its digest, not from the menu

    @admin.display(description=_("outcome"))
    def outcome(self, file: ImportedFile) -> str:
        return str(Status(file.report["status"]).label)

    @admin.display(description=_("messages"))
    def messages(self, file: ImportedFile) -> SafeString:
        notes = [*file.report["warnings"], *filter(None, [file.report["error"]])]
        return format_html_join("\n", "<p>{}: {}</p>", ((n["line"], n["message"]) for n in notes))

    @admin.display(description=_("started at"), ordering="run__started_at")
    def started_at(self, file: ImportedFile) -> Any:
        return file.run.started_at

    def report_context(self, row: ImportedFile, query: QueryDict) -> dict[str, Any]:
        return {"files": shown_files([row.report])}
