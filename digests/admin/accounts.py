"""Accounts and groups, as Django shows them but for the length of lists, questions and choices."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType

from digests.admin.bases import DeskAdmin, Row
from digests.models import FeedToken

admin.site.unregister([User, Group])


class GrantingAdmin(DeskAdmin[Row]):
    """An admin of whoever has rights. It offers rights of the models that the admin shows, as
    nothing asks for others."""

    def formfield_for_manytomany(
        self, db_field: Any, request: Any = None, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        if db_field.related_model is Permission:
            shown = ContentType.objects.get_for_models(*self.admin_site._registry)
            rights = Permission.objects.filter(content_type__in=shown.values())
            kwargs["queryset"] = rights.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The form for another account's password. Where it only forbids passwords, Django tells no
    validator, so that the key for feeds has to be ended here."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        FeedToken.objects.filter(user=user).delete()
        return user


@admin.register(User)
class AccountAdmin(GrantingAdmin[User], UserAdmin[User]):
    change_password_form = PasswordForm
    deleted_with = {LogEntry: "user__in"}


@admin.register(Group)
class AccountGroupAdmin(GrantingAdmin[Group], GroupAdmin):
    pass
