"""Imports in the admin, in three steps: upload files, look at the preview, confirm."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from digests import importing
from digests.admin.bases import ImportedAdmin, editor
from digests.admin.kept import refuse_kept
from digests.admin.reports import shown_counts, shown_files
from digests.models import ImportRun, StagedImport
from digests.vocabulary import ErrorCode

_CHANGELIST = "admin:digests_importrun_changelist"
_RIGHT = "digests.import_digests"
# The name of the boxes on the preview; their values are paths of files.
_SHRINK = "allow_shrink"
_NAMES_IN_ORIGIN = 5
_NAME_LENGTH = 200


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """A field for several files; Django's own reads only the last one."""

    def clean(
        self, data: Sequence[UploadedFile[bytes]] | None, initial: Any = None
    ) -> list[UploadedFile[bytes]]:
        return [super(_FilesField, self).clean(file, initial) for file in data or []]


class UploadForm(forms.Form):
    uploads = _FilesField(
        label=_("Files"),
        required=False,
        allow_empty_file=True,
        widget=_FilesInput(attrs={"accept": ".md,.markdown,.zip"}),
        help_text=_(
            "Markdown files, or zip archives of them: at most 500 files and 5 MB in all. "
            "More than that goes in with the command import_digests."
        ),
    )
    text = forms.CharField(
        label=_("Pasted text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12}),
    )
    name = forms.CharField(
        label=_("Name of the pasted text"),
        required=False,
        max_length=_NAME_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_(
            "As its file would be called, such as 2024-07-10.md. Without a name it is the digest "
            "of its date, or else of its title."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        refuse_kept(self.data)
        files = [(file.name or "", file) for file in data.get("uploads", [])]
        text = data.get("text", "")
        try:
            data["sources"] = importing.read_uploads(files, text, data.get("name", ""))
        except importing.UploadError as error:
            self.add_error(None, ValidationError(str(error.message)))
        else:
            if not data["sources"] and not self.errors:
                self.add_error(None, _("Choose files or paste a text."))
        return data

    def origin(self) -> str:
        """A short list of the uploaded names, as the origin of the import run."""
        names = [file.name for file in self.cleaned_data["uploads"]]
        if self.cleaned_data["text"].strip():
            names.append(self.cleaned_data["name"] or str(_("pasted text")))
        more = len(names) - _NAMES_IN_ORIGIN
        return ", ".join(names[:_NAMES_IN_ORIGIN]) + (f" … (+{more})" if more > 0 else "")


class UploadingAdmin(ImportedAdmin[ImportRun]):
    """Replaces the form for a new run by an upload: adding a run means importing files."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(_RIGHT)

    def has_view_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return self.has_add_permission(request) or super().has_view_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        only_importers = permission_required(_RIGHT, raise_exception=True)
        add = self.admin_site.admin_view(only_importers(self.add_view))
        staged = self.admin_site.admin_view(only_importers(self.staged_view))
        return [
            path("add/", _with_size_messages(add), name="digests_importrun_add"),
            path("staged/<int:pk>/", staged, name="digests_importrun_staged"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
        if is_sent and form.is_valid():
            staged = importing.stage(
                form.cleaned_data["sources"], origin=form.origin(), user=editor(request)
            )
            return redirect("admin:digests_importrun_staged", staged.pk)
        fieldsets = [(None, {"fields": list(form.fields)})]
        context = {
            "adminform": AdminForm(cast("forms.ModelForm[Any]", form), fieldsets, {}),
            "errors": form.errors,
        }
        return self.page(request, "importrun/upload", str(_("Import digests")), context)

    def staged_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the preview of a staged import; a POST confirms it or discards the files."""
        staged = StagedImport.objects.filter(pk=pk).first()
        if staged is None and request.method == "POST":  # sent twice
            messages.info(request, _("These files were imported or thrown away before."))
            return redirect(_CHANGELIST)
        if staged is None or staged.user != request.user:
            raise Http404
        if request.method != "POST":
            return self._preview(request, staged)
        if "_cancel" in request.POST:
            importing.discard(staged)
            messages.info(request, _("The files were thrown away; nothing was imported."))
        elif run := importing.import_staged(staged, may_shrink=request.POST.getlist(_SHRINK)):
            _tell(request, run)
            return redirect("admin:digests_importrun_change", run.pk)
        else:
            messages.info(request, _("Nothing was new in these files."))
        return redirect(_CHANGELIST)

    def _preview(self, request: HttpRequest, staged: StagedImport) -> HttpResponse:
        reports = importing.preview_staged(staged)
        summary = importing.Summary()
        for report in reports:
            summary.add(report)
        records = [report.as_record() for report in reports]
        shrinking = [
            report.path
            for report in reports
            if report.error and report.error.code is ErrorCode.SHRINKS
        ]
        context = {
            "origin": staged.origin,
            "summary": summary,
            "counts": shown_counts(summary.outcomes),
            "files": shown_files(records, planned=True),
            "shrinking": shrinking,
            "shrink": _SHRINK,
            "has_importable": summary.failed < summary.files or shrinking,
        }
        title = str(_("What this import would do"))
        return self.page(request, "importrun/preview", title, context)


def _tell(request: HttpRequest, run: ImportRun) -> None:
    if run.failed:
        messages.warning(request, _("Not every file was imported: see below."))
    else:
        messages.success(request, _("The files were imported."))


def _with_size_messages(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap the upload view: a request that is too large gets a message, not Django's bare 400.

    The exemption from CSRF lets this wrapper read the request before Django's middleware does,
    which would refuse it. `AdminSite.admin_view` still checks the token.
    """

    @csrf_exempt
    def with_messages(request: HttpRequest) -> HttpResponse:
        try:
            request.POST  # noqa: B018 - reading it is what raises
        except RequestDataTooBig:
            messages.error(request, _("The pasted text is too long; send it as a file."))
        except TooManyFilesSent:
            messages.error(request, _("These are too many files; send them as a zip archive."))
        else:
            return view(request)
        return redirect("admin:digests_importrun_add")

    return with_messages
