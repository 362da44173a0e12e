"""The account for which a page, feed or variant is made.

Every query of `digests.pages` begins with the QuerySet method ``visible_to(user)``, so that the
rule about who may read a table is in one place. Today every reader sees the same rows.
"""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser, User

Reader = User | AnonymousUser


class Audience(StrEnum):
    """Readers with the same rights, who see the same rows and the same links."""

    ANYBODY = "anybody"
    MEMBERS = "members"
    STAFF = "staff"  # the pages of rows link to the admin

    @classmethod
    def of(cls, user: Reader) -> "Audience":
        """The audience that a reader belongs to. Of ``request.user`` no session is opened where a
        request has no session cookie."""
        if not user.is_authenticated:
            return cls.ANYBODY
        return cls.STAFF if user.is_staff else cls.MEMBERS
