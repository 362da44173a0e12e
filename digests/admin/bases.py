"""Base classes of the admin: how it writes, and its pages beside those of Django."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from digests.changes.transaction import write_transaction

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


class ImportedAdmin(admin.ModelAdmin[Row]):
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


class WritingAdmin(admin.ModelAdmin[Row]):
    """An admin that checks and saves a form under one write lock.

    A subclass saves in `save_model` and deletes in `delete_queryset`, which single rows pass too.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with write_transaction() if request.method == "POST" else nullcontext():
            return super().changeform_view(request, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))
