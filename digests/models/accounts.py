from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FailedLogin(models.Model):
    """A wrong password of the last minutes. `kb.throttle` counts and deletes these rows."""

    # "account:" and the name that was typed, whether there is such an account or not; or "device:"
    # and the id of a browser that has been signed in to the account before.
    who = models.CharField(max_length=200, db_index=True)
    # An IPv4 address, or the first 64 bits of an IPv6 address; empty if nothing told it.
    address = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("failed login")
        verbose_name_plural = _("failed logins")

    def __str__(self) -> str:
        return f"{self.who} {self.address}"
