from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

_Row = TypeVar("_Row", bound=Model)


class DeletingAdmin(admin.ModelAdmin[_Row]):
    """Deletes one row as it deletes several: a subclass says in `delete_queryset` how."""

    def delete_model(self, request: HttpRequest, obj: _Row) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))
