"""What feeds need beside what they show: who may read them, and ids that nothing changes."""

import secrets
from functools import cache
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def _new_token() -> str:
    return secrets.token_urlsafe(32)


class FeedTokenQuerySet(models.QuerySet["FeedToken"]):
    def of(self, user: User) -> "FeedToken":
        """The user's own, made when it is first needed."""
        return self.get_or_create(user=user, defaults={"token": _new_token()})[0]

    def renew(self, user: User) -> None:
        """Give the user another one; addresses with the old one are of no use from now on."""
        new = {"token": _new_token(), "created_at": timezone.now()}
        self.update_or_create(user=user, defaults=new)

    def opens(self, token: str) -> Self:
        """That of an active user, if it is this one. Found by its index, as Django finds sessions:
        what an index gives away by the time that it takes does not help to guess 256 bits."""
        return self.filter(token=token, user__is_active=True)


class FeedToken(models.Model):
    """Stands in the addresses of a reader's feeds, as a feed reader cannot log in. A new one makes
    the old addresses useless."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_token", verbose_name=_("user")
    )
    token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = FeedTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("key for feeds")
        verbose_name_plural = _("keys for feeds")

    def __str__(self) -> str:
        return str(self.user)


class Installation(models.Model):
    """The one row says which installation this is: of two that hold topic 12, each has a feed with
    an entry for it, and their ids must differ. It moves with the database."""

    key = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_installation")]

    def __str__(self) -> str:
        return str(self.key)


@cache
def installation_key() -> UUID:
    """Never changes, so each process asks once; the first one ever makes it."""
    return Installation.objects.get_or_create(pk=1)[0].key
