"""The inbox of conflicts: an editor compares the file's version with the editor's, and decides."""

import copy
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from digests.admin.bases import ImportedAdmin, editor
from digests.admin.concurrency import SEEN, ConcurrentForm, fingerprint, input_text
from digests.admin.differences import Stretch, compare, compare_both
from digests.admin.digests import DigestForm
from digests.admin.filters import DefaultedFilter
from digests.admin.kept import KEPT, NOT_SAVED
from digests.admin.long_texts import is_sendable
from digests.admin.references import ReferenceForm
from digests.admin.topics import TopicForm
from digests.changes import conflicts, editing
from digests.changes.transaction import write_transaction
from digests.merging import Outcome
from digests.models import Conflict, Digest, Reference, Topic
from digests.vocabulary import Settlement, TopicStatus

# The name of a hidden input: the fingerprint of the file's version that the editor has seen.
IN_FILE = "file"
DELETED_NOTE = _(
    "Readers do not see this topic, and no import brings it back. All that belongs to it is kept."
)
_FORMS: dict[type[Topic | Digest | Reference], type[ConcurrentForm[Any]]] = {
    Topic: TopicForm,
    Digest: DigestForm,
    Reference: ReferenceForm,
}
_BY_HAND = {Settlement.MINE, Settlement.THEIRS, Settlement.EDITED}


class StateFilter(DefaultedFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("settled", _("Settled")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> QuerySet[Conflict]:
        match self.value():
            case "all":
                return queryset
            case "settled":
                return queryset.exclude(settled_at=None)
        return queryset & Conflict.objects.open()


@admin.register(Conflict)
class ConflictAdmin(ImportedAdmin[Conflict]):
    list_display = ["where", "field", "digest_slug", "opened_at", "run", "settlement"]
    list_filter = [StateFilter, "field"]
    list_select_related = ["digest", "topic__digest", "reference", "run"]
    list_deferred = [
        *("base", "theirs"),
        *(f"topic__{name}" for name in Topic.LONG_TEXTS),
        *(f"{row}__{name}" for row in ("digest", "topic__digest") for name in Digest.LONG_TEXTS),
    ]
    ordering = ["-pk"]

    def has_delete_permission(self, request: HttpRequest, obj: Conflict | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Conflict | None = None) -> bool:
        """Deciding a conflict changes its row, so it needs the right to change that row too."""
        may = super().has_change_permission(request, obj)
        return may and (
            obj is None or request.user.has_perm(f"digests.change_{obj.row._meta.model_name}")
        )

    @admin.display(description=_("digest or topic"))
    def where(self, conflict: Conflict) -> str:
        return str(conflict.row) or f"#{conflict.row.pk}"

    @admin.display(description=_("digest"))
    def digest_slug(self, conflict: Conflict) -> str:
        match conflict.row:
            case Topic() as topic:
                return topic.digest.slug
            case Digest() as digest:
                return digest.slug
        return ""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method != "POST":
            return self._show(request, self.row_at(request, object_id))
        with write_transaction():
            conflict = self.row_at(request, object_id)
            if not self.has_change_permission(request, conflict):
                raise PermissionDenied
            return self._decide(request, conflict)

    def _decide(self, request: HttpRequest, conflict: Conflict) -> HttpResponse:
        """Settle the conflict by the pressed button, unless row or file have changed meanwhile."""
        if conflict.settled_at:
            messages.warning(request, _("This conflict has been settled meanwhile."))
            return self._show(request, conflict, typed=request.POST.get(conflict.field, ""))
        how = request.POST.get("how")
        if how not in _BY_HAND or (how == Settlement.EDITED and conflict.field not in request.POST):
            return HttpResponseBadRequest()
        if KEPT in request.POST:
            messages.warning(request, NOT_SAVED)
            form = _form(conflict, request.POST)
            return self._show(request, conflict, form if conflict.field in request.POST else None)
        text = ""
        if how == Settlement.EDITED or not _has_seen(request, conflict):
            form = _form(conflict, request.POST)
            if not form.is_valid():
                return self._show(request, conflict, form)
            if request.POST.get(IN_FILE) != fingerprint(conflict.theirs):
                messages.error(request, _("The file has changed meanwhile: look again."))
                return self._show(request, conflict, form)
            text = conflicts.as_text(form.cleaned_data[conflict.field])
        settlement = Settlement(how)
        editing.settle_conflict(conflict, settlement, by=editor(request), text=text)
        messages.success(request, f"{conflict}: {settlement.label}")
        if getattr(conflict.row, "status", "") == TopicStatus.DELETED:
            messages.warning(request, DELETED_NOTE)
        return redirect("admin:digests_conflict_changelist")

    def _show(
        self,
        request: HttpRequest,
        conflict: Conflict,
        form: ConcurrentForm[Any] | None = None,
        typed: str = "",
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "conflict": conflict,
            "row_model": conflict.row._meta.model_name,
            "row_url": f"admin:digests_{conflict.row._meta.model_name}_change",
            "typed": typed,
        }
        if conflict.settled_at:
            theirs = conflicts.from_text(conflict.field, conflict.theirs)
            context["since"] = compare(*_texts(conflict, theirs, _live(conflict)))
        else:
            if form is None and self.has_change_permission(request, conflict):
                form = _form(conflict)
            context |= _columns(conflict)
            context["form"] = form
            context["can_edit"] = is_sendable(_text(conflict, _live(conflict)))
            context["media"] = self.media + form.media if form else self.media
            context["in_file"] = fingerprint(conflict.theirs)
        return self.page(request, "conflict/change_form", str(conflict), context)


def _form(conflict: Conflict, data: Any = None) -> ConcurrentForm[Any]:
    """The row's own form, reduced to the conflict's field: same validation, same locking."""
    form_class = _FORMS[type(conflict.row)]
    # A copy, because a form writes even invalid values into its instance.
    form: ConcurrentForm[Any] = form_class(data, instance=copy.copy(conflict.row))
    form.fields = {conflict.field: form.fields[conflict.field]}
    return form


def _has_seen(request: HttpRequest, conflict: Conflict) -> bool:
    """True if the page showed the present values of both the row and the file."""
    seen = request.POST.get(SEEN), request.POST.get(IN_FILE)
    return seen == (_form(conflict).seen, fingerprint(conflict.theirs))


def _columns(conflict: Conflict) -> dict[str, list[Stretch]]:
    """The text before, the editor's and the file's, each with what has changed."""
    sides = conflicts.sides(conflict)
    before = sides.before
    if sides.outcome is not Outcome.CLASH:  # an editor restored the base; the file's is undecided
        before = conflicts.from_text(conflict.field, conflict.base)
    texts = _texts(conflict, before, _live(conflict), sides.theirs)
    return dict(zip(("before", "ours", "theirs"), compare_both(*texts), strict=True))


def _live(conflict: Conflict) -> Any:
    return getattr(conflict.row, conflict.field)


def _texts(conflict: Conflict, *values: Any) -> list[str]:
    return [_text(conflict, value) for value in values]


def _text(conflict: Conflict, value: Any) -> str:
    return input_text(_form(conflict).fields[conflict.field], value)
