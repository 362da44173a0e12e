"""Models that feeds need: the tokens of readers, and the id of the installation."""

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
    def renew(self, user: User) -> "FeedToken":
        """Make a token for a user. Addresses with the old one, if any, stop working."""
        new = {"token": _new_token(), "created_at": timezone.now()}
        return self.update_or_create(user=user, defaults=new)[0]

    def opens(self, token: str) -> Self:
        """The given token if it belongs to an active user.

        The token is looked up by an index, as Django looks up sessions. The time that an index
        takes reveals something, but not enough to guess 256 bits.
        """
        return self.filter(token=token, user__is_active=True)


class FeedToken(models.Model):
    """A secret in the addresses of a reader's feeds, since feed readers cannot log in."""

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
    """The id of this installation, in a single row.

    Two installations may each have a feed entry for their topic 12, and the ids of these entries
    must differ. The id moves with the database.
    """

    key = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_installation")]

    def __str__(self) -> str:
        return str(self.key)


@cache
def installation_key() -> UUID:
    """The id of this installation. It never changes, so each process reads it once. The row is made
    by a migration, or here if somebody has emptied the table."""
    return Installation.objects.get_or_create(pk=1)[0].key
