"""The history of a row in the admin: its versions, their differences, and restoring one."""

from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from digests.admin.bases import ImportedAdmin, Row, editor
from digests.admin.wording import Wording
from digests.changes import editing
from digests.changes.changed_fields import changed_labels
from digests.changes.snapshots import values_of

VERSIONS_ON_PAGE = 20  # each holds its whole text


class HistoryAdmin(ImportedAdmin[Row]):
    """Shows the `Revision`s of a digest, topic or reference in place of Django's log."""

    def get_urls(self) -> list[URLPattern]:
        version = path(
            "<path:object_id>/history/<int:pk>/",
            self.admin_site.admin_view(self.version_view),
            name=f"digests_{self.opts.model_name}_version",
        )
        return [version, *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, *_extra: Any) -> HttpResponse:
        row: Any = self.row_at(request, object_id)
        revisions = row.revisions.select_related("user", "run")
        paginator = Paginator(revisions, VERSIONS_ON_PAGE)
        page = paginator.get_page(request.GET.get("p"))
        # One more than the page has, as the last one is compared with its predecessor.
        shown = list(revisions[max(page.start_index() - 1, 0) : page.end_index() + 1])
        entries = [
            (revision, changed_labels(before.values, revision.values) if before else [])
            for revision, before in zip_longest(shown, shown[1:])
        ]
        context = {
            "object": row,
            "page": page,
            "entries": entries[: len(page.object_list)],
            "page_range": paginator.get_elided_page_range(page.number),
        }
        return self.page(request, "history", _("History: %s") % row, context)

    def version_view(self, request: HttpRequest, object_id: str, pk: int) -> HttpResponse:
        """Show one version; a POST restores it."""
        row: Any = self.row_at(request, object_id)
        revisions = row.revisions.select_related("user", "run", "restored")
        revision = get_object_or_404(revisions, pk=pk)
        may_restore = self.has_change_permission(request, row)
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            editing.restore(revision, by=editor(request))
            messages.success(request, _("The version was restored."))
            return redirect(f"admin:digests_{self.opts.model_name}_change", row.pk)
        before = row.revisions.filter(pk__lt=pk).first()
        now = values_of(row)
        wording = Wording([revision.values, now, *([before.values] if before else [])])
        context = {
            "object": row,
            "revision": revision,
            "before": before,
            "changes": wording.differences(before.values, revision.values) if before else [],
            "since": wording.differences(revision.values, now),
            "fields": wording.fields(revision.values),
            "may_restore": may_restore,
        }
        title = _("Version %(id)s: %(title)s") % {"id": f"#{pk}", "title": row}
        return self.page(request, "version", title, context)
