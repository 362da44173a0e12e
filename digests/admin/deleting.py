from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

_Row = TypeVar("_Row", bound=Model)


class DeletingAdmin(admin.ModelAdmin[_Row]):
    """Deletes single rows through `delete_queryset` too, which a subclass defines."""

    def delete_model(self, request: HttpRequest, obj: _Row) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))
