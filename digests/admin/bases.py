"""Base classes of the admin: how it writes, and its pages beside those of Django."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import label_for_field, unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from digests.admin.deleting import delete_rows
from digests.admin.kept import KeptForm
from digests.admin.paging import NearerEndPaginator
from digests.changes.transaction import write_transaction
from digests.pages.parts.rows import named

# Rows that a question names; it counts the others.
ROWS_NAMED = 25

# The model of an admin class or of a form.
Row = TypeVar("Row", bound=Model)


def editor(request: HttpRequest) -> User:
    """The signed-in user. Raises PermissionDenied without one, for the type checker."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def change_links(model: str, texts: Mapping[int, object]) -> SafeString:
    """Links to the change pages of rows, with a text for each id, in paragraphs."""
    address = f"admin:digests_{model}_change"
    links = ((reverse(address, args=[pk]), text) for pk, text in texts.items())
    return format_html_join("", '<p><a href="{}">{}</a></p>', links)


@cache
def _plain(model: type[Model], name: str) -> Any:
    """A display of the row that a field of a model leads to, without the link."""

    @admin.display(description=str(label_for_field(name, model)))
    def plain(row: Model) -> str | None:
        value = getattr(row, name)
        return None if value is None else str(value)

    return plain


def _reversed(ordering: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in ordering]


class LeanChangeList(ChangeList):
    """A list that leaves the long columns of its rows in the database. Sorted by one column it has
    the order of an index."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        # Django would sort rows that are equal in the chosen column in the usual order, which no
        # index has then.
        first, *others = super().get_ordering(request, queryset.order_by())
        usual = [str(name) for name in queryset.query.order_by]
        if [first, *others] == ["-pk"]:  # an address that names no column to sort by
            return usual or ["-pk"]
        for order in (usual, _reversed(usual)):
            if order[:1] == [first] and others == ["-pk"]:
                return order
        unique = [constraint.fields for constraint in self.lookup_opts.total_unique_constraints]
        is_unique = (str(first).removeprefix("-"),) in unique
        return [first] if is_unique else [first, *others]

    def get_ordering_field(self, field_name: Any) -> Any:
        # Of a column whose header sorts by nothing Django takes the order from an address.
        is_sortable = self.sortable_by is None or field_name in self.sortable_by
        return super().get_ordering_field(field_name) if is_sortable else None

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        deferred = cast("DeskAdmin[Any]", self.model_admin).list_deferred
        return super().get_queryset(*args, **kwargs).defer(*deferred)


class DeskAdmin(admin.ModelAdmin[Row]):
    """An admin whose lists and questions cost the same whatever the number of rows."""

    list_per_page = 25
    list_max_show_all = list_per_page
    paginator = NearerEndPaginator
    # The number of all rows beside that of the rows found, and numbers beside filters.
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    # Columns that lists leave in the database, because they are long.
    list_deferred: Sequence[str] = ()
    # What is deleted with a row, each with the lookup that leads to the row. It is counted, and
    # where the admin shows it, whoever deletes needs the right to delete it too.
    deleted_with: Mapping[type[Model], str] = {}
    actions: Sequence[Any] = ["delete_selected"]
    # Fields that only link to pages of a model.
    links_to: Mapping[str, type[Model]] = {}

    def get_fields(self, request: HttpRequest, obj: Row | None = None) -> list[Any]:
        """The fields, without links to pages that would answer 403."""
        fields: Sequence[Any] = super().get_fields(request, obj)
        return [
            name if self._opens(request, self._leads_to(name)) else _plain(self.model, name)
            for name in fields
            if name not in self.links_to or self._opens(request, self.links_to[name])
        ]

    def get_form(
        self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (KeptForm, form), {})

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> list[Any]:
        fields = super().get_readonly_fields(request, obj)
        plain = [_plain(self.model, name) for name in fields if self._leads_to(name)]
        return [*fields, *plain]

    def _leads_to(self, name: Any) -> type[Model] | None:
        """The model to whose page Django links a field that is only shown."""
        fields = {field.name: field for field in self.opts.fields}
        field = fields.get(name)
        return field.related_model if isinstance(field, ForeignKey) else None

    def _opens(self, request: HttpRequest, model: type[Model] | None) -> bool:
        if model is None or not self.admin_site.is_registered(model):
            return True
        return self.admin_site.get_model_admin(model).has_view_or_change_permission(request)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Django's would lead away from a form that was sent, and what was typed would be gone.
        match = request.resolver_match
        if request.method == "POST" and match and (match.url_name or "").endswith("_change"):
            raise Http404
        redirect: HttpResponse = super()._get_obj_does_not_exist_redirect(  # type: ignore[misc]
            request, opts, object_id
        )
        return redirect

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LeanChangeList

    def action_checkbox(self, obj: Row) -> SafeString:
        """The box that chooses a row for an action, as Django's but without a template, since 25 of
        these templates take a third of a list's time."""
        label = gettext("Select this object for an action - {}").format(obj)
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            label,
        )

    @admin.action(
        permissions=["delete"],
        description=delete_selected.short_description,  # type: ignore[attr-defined]
    )
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Row]) -> HttpResponse | None:
        return delete_rows(self, request, queryset)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Name the first rows that are to be deleted, and count the others and what goes with them.

        Django's own reads all columns of every row that goes with them, to list it.
        """
        is_list = isinstance(objs, QuerySet)
        count = objs.count() if is_list else len(objs)
        names: list[str] = [self._link_to(row) for row in objs[:ROWS_NAMED]]
        if more := count - len(names):
            names.append(gettext("and {} more").format(more))
        counts = {self.opts.verbose_name_plural: count}
        rows = objs.order_by().values("pk") if is_list else objs
        lacking = set()
        for model, lookup in self.deleted_with.items():
            found = model._default_manager.filter(**{lookup: rows})
            counts[model._meta.verbose_name_plural] = found.count()
            right = f"{model._meta.app_label}.{get_permission_codename('delete', model._meta)}"
            if self.admin_site.is_registered(model) and not request.user.has_perm(right):
                lacking.add(model._meta.verbose_name)
        return names, counts, lacking, []

    def _link_to(self, row: Row) -> SafeString:
        view = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        address = reverse(view, args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, named(row))


class ImportedAdmin(DeskAdmin[Row]):
    """An admin of rows that only an import adds, with what its pages beside Django's need."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def row_at(self, request: HttpRequest, object_id: str | None) -> Row:
        """The row of this id. Raises Http404 if there is none, PermissionDenied if it is hidden."""
        row = self.get_object(request, unquote(object_id or ""))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def page(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/digests/{template}.html", {**shared, **context})


class WritingAdmin(DeskAdmin[Row]):
    """An admin that checks and saves a form under one write lock.

    A subclass saves in `save_model` and deletes in `delete_queryset`, which single rows pass too.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with write_transaction() if request.method == "POST" else nullcontext():
            return super().changeform_view(request, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))
