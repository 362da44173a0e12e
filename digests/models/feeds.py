"""Who reads feeds where readers have to log in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedToken(models.Model):
    """Stands in the addresses of a reader's feeds, as a feed reader cannot log in. A new one makes
    the old addresses useless."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_token", verbose_name=_("user")
    )
    token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("key for feeds")
        verbose_name_plural = _("keys for feeds")

    def __str__(self) -> str:
        return str(self.user)
