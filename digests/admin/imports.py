from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests.importing import Status
from digests.models import ImportedFile, ImportRun

_OUTCOMES = ["created", "updated", "unchanged", "failed", "conflicts"]


class Record:
    """Browsed, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ImportRun)
class ImportRunAdmin(Record, admin.ModelAdmin[ImportRun]):
    fields = ["origin", "user", "started_at", "finished_at", *_OUTCOMES, "files"]
    readonly_fields = ["started_at", "files"]
    list_display = ["__str__", "started_at", "finished_at", "user", *_OUTCOMES]
    list_select_related = ["user"]

    @admin.display(description=_("imported files"))
    def files(self, run: ImportRun) -> SafeString:
        """A link to the list, as a run may have thousands."""
        address = reverse("admin:digests_importedfile_changelist")
        return format_html(
            '<a href="{}?run__id__exact={}">{}</a>', address, run.pk, run.files.count()
        )


@admin.register(ImportedFile)
class ImportedFileAdmin(Record, admin.ModelAdmin[ImportedFile]):
    fields = ["path", "run", "digest", "outcome", "messages"]
    readonly_fields = ["outcome", "messages"]
    list_display = ["path", "outcome", "messages", "run"]
    list_select_related = ["run"]
    search_fields = ["path"]
    ordering = ["-pk"]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}  # reached from its run, not from the menu

    @admin.display(description=_("outcome"))
    def outcome(self, file: ImportedFile) -> str:
        return str(Status(file.report["status"]).label)

    @admin.display(description=_("messages"))
    def messages(self, file: ImportedFile) -> SafeString:
        notes = [*file.report["warnings"], *filter(None, [file.report["error"]])]
        return format_html_join("\n", "<p>{}: {}</p>", ((n["line"], n["message"]) for n in notes))
