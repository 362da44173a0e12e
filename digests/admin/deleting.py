"""Deletion of the rows that a list's action chose, however many they are.

The question holds the ids of some rows, as Django's does. If all rows of a list are chosen it holds
a fingerprint of their ids instead, because Django refuses a form of more than 1,000 fields. The
answer is sent to the same address, so its filters find the same rows again.
"""

import hashlib
from time import monotonic
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, helpers
from django.contrib.admin.utils import model_ngettext
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from digests.grouping import batched

# The name of the hidden input with the fingerprint.
SEEN = "rows_seen"
# Rows that are deleted before a request looks at the clock: some seconds' work.
PORTION = 100
# Seconds after which a request deletes no further portion, but asks again. Proxies wait for 60.
SECONDS = 20

Desk = ModelAdmin[Any]


def delete_rows(
    desk: Desk, request: HttpRequest, queryset: QuerySet[Any]
) -> TemplateResponse | None:
    """Ask whether to delete the rows, or delete them if that was confirmed.

    Rows that are left when the time is over are asked for anew, and so are all if others have come
    to the list since.
    """
    if not request.POST.get("post"):
        return _question(desk, request, queryset)
    ids = list(queryset.values_list("pk", flat=True))
    if _is_whole_list(request) and request.POST.get(SEEN) != _fingerprint(ids):
        changed = _("The list has changed since the question, so nothing was deleted. Look again.")
        desk.message_user(request, changed, messages.WARNING)
        return _question(desk, request, queryset)
    _names, _counts, lacking, protected = desk.get_deleted_objects(queryset, request)
    if lacking or protected:
        raise PermissionDenied
    deleted = _delete(desk, request, ids)
    count = {"count": deleted, "items": model_ngettext(desk.opts, deleted)}
    desk.message_user(
        request, _("Successfully deleted %(count)d %(items)s.") % count, messages.SUCCESS
    )
    left = len(ids) - deleted
    if not left:
        return None
    desk.message_user(
        request,
        _("%(left)d are left, for which one request has no time. Confirm again to go on.")
        % {"left": left},
        messages.WARNING,
    )
    rest = queryset if _is_whole_list(request) else queryset.filter(pk__in=ids[deleted:])
    return _question(desk, request, rest)


def _delete(desk: Desk, request: HttpRequest, ids: list[Any]) -> int:
    """Delete rows until all are deleted or the time is over. Returns how many were."""
    deleted, end = 0, monotonic() + SECONDS
    for some in batched(ids, PORTION):
        rows: QuerySet[Model] = desk.model._default_manager.filter(pk__in=some)
        desk.log_deletions(request, rows)
        desk.delete_queryset(request, rows)
        deleted += len(some)
        if monotonic() >= end:
            break
    return deleted


def _question(desk: Desk, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse:
    names, counts, lacking, protected = desk.get_deleted_objects(queryset, request)
    is_whole_list = _is_whole_list(request)
    # The list acts on no form without an id, even if all rows are chosen.
    sent = queryset[:1] if is_whole_list else queryset
    objects_name = str(model_ngettext(queryset))
    cannot = _("Cannot delete %(name)s") % {"name": objects_name}
    context = {
        **desk.admin_site.each_context(request),
        "title": cannot if lacking or protected else _("Delete multiple objects"),
        "objects_name": objects_name,
        "deletable_objects": [names],
        "model_count": dict(counts).items(),
        "queryset": sent,
        "perms_lacking": lacking,
        "protected": protected,
        "opts": desk.opts,
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "media": desk.media,
        "seen_name": SEEN,
        "seen": _fingerprint(queryset.values_list("pk", flat=True)) if is_whole_list else "",
    }
    request.current_app = desk.admin_site.name
    own = f"{desk.opts.app_label}/{desk.opts.model_name}/delete_selected_confirmation.html"
    templates = [f"admin/{own}", "admin/digests/delete_selected_confirmation.html"]
    return TemplateResponse(request, templates, context)


def _is_whole_list(request: HttpRequest) -> bool:
    return request.POST.get("select_across") == "1"


def _fingerprint(ids: Any) -> str:
    return hashlib.sha256(" ".join(map(str, sorted(ids))).encode()).hexdigest()
