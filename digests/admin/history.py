"""The history of a row in the admin: its versions, their differences, and restoring one."""

from itertools import zip_longest
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from digests.admin.editors import editor
from digests.admin.versions import Wording
from digests.changes import editing
from digests.changes.history import values_of
from digests.models import Revision

VERSIONS_ON_PAGE = 20  # each holds its whole text

_Row = TypeVar("_Row", bound=Model)


class HistoryAdmin(admin.ModelAdmin[_Row]):
    """Shows the `Revision`s of a digest, topic or reference in place of Django's log."""

    def get_urls(self) -> list[URLPattern]:
        version = path(
            "<path:object_id>/history/<int:pk>/",
            self.admin_site.admin_view(self.version_view),
            name=f"digests_{self.opts.model_name}_version",
        )
        return [version, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        revisions = _revisions(row).select_related("user", "run")
        page = self.get_paginator(request, revisions, VERSIONS_ON_PAGE).get_page(
            request.GET.get("p", 1)
        )
        # One more than the page has, as the last one is compared with its predecessor.
        shown = list(revisions[max(page.start_index() - 1, 0) : page.end_index() + 1])
        wording = Wording(())
        entries = [
            (revision, wording.changed(before.values, revision.values) if before else [])
            for revision, before in zip_longest(shown, shown[1:])
        ]
        context = {
            "title": _("History: %s") % row,
            "page": page,
            "entries": entries[: len(page.object_list)],
            "page_range": page.paginator.get_elided_page_range(page.number),
        }
        return self._respond(request, row, "history", context)

    def version_view(self, request: HttpRequest, object_id: str, pk: int) -> HttpResponse:
        """One version; a POST restores it."""
        row = self._row(request, object_id)
        revision = _revisions(row).select_related("user", "run", "restored").filter(pk=pk).first()
        if revision is None:
            raise Http404
        may_restore = self.has_change_permission(request, row)
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            editing.restore(revision, by=editor(request))
            messages.success(request, _("The version was restored."))
            return HttpResponseRedirect(reverse(f"admin:{self._name('change')}", args=[row.pk]))
        before = _revisions(row).filter(pk__lt=pk).first()
        now = values_of(row)
        wording = Wording([revision.values, now, *([before.values] if before else [])])
        context = {
            "title": _("Version %(id)s: %(title)s") % {"id": f"#{pk}", "title": row},
            "revision": revision,
            "before": before,
            "changes": wording.differences(before.values, revision.values) if before else [],
            "since": wording.differences(revision.values, now),
            "fields": wording.fields(revision.values),
            "may_restore": may_restore,
        }
        return self._respond(request, row, "version", context)

    def _row(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def _name(self, action: str) -> str:
        return f"digests_{self.opts.model_name}_{action}"

    def _respond(
        self, request: HttpRequest, row: Model, page: str, context: dict[str, Any]
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        shared = {
            **self.admin_site.each_context(request),
            "object": row,
            "opts": self.opts,
            "history_url": reverse(f"admin:{self._name('history')}", args=[row.pk]),
            "version_url_name": f"admin:{self._name('version')}",
        }
        return TemplateResponse(request, f"admin/digests/{page}.html", {**shared, **context})


def _revisions(row: Any) -> QuerySet[Revision]:
    """The revisions of a row, newest first."""
    revisions: QuerySet[Revision] = row.revisions.order_by("-pk")
    return revisions
