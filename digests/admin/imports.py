from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests.importing import Status
from digests.models import ImportedFile, ImportRun

_OUTCOMES = ["created", "updated", "unchanged", "failed", "conflicts"]


class ImportedFileInline(admin.TabularInline[ImportedFile, ImportRun]):
    model = ImportedFile
    fields = ["path", "digest", "outcome", "messages"]
    readonly_fields = ["path", "digest", "outcome", "messages"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    @admin.display(description=_("outcome"))
    def outcome(self, file: ImportedFile) -> str:
        return str(Status(file.report["status"]).label)

    @admin.display(description=_("messages"))
    def messages(self, file: ImportedFile) -> SafeString:
        notes = [*file.report["warnings"], *filter(None, [file.report["error"]])]
        return format_html_join("\n", "<p>{}: {}</p>", ((n["line"], n["message"]) for n in notes))


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin[ImportRun]):
    """A record: browsed, never changed."""

    fields = ["origin", "user", "started_at", "finished_at", *_OUTCOMES]
    readonly_fields = ["started_at"]
    inlines = [ImportedFileInline]
    list_display = ["__str__", "started_at", "finished_at", "user", *_OUTCOMES]
    list_select_related = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False
