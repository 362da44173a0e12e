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
    STAFF = "staff"  # the header links to the admin
    # The pages of the rows that they may change link to the admin too.
    TOPIC_EDITORS = "topic editors"
    DIGEST_EDITORS = "digest editors"
    EDITORS = "editors"

    @classmethod
    def of(cls, user: Reader) -> "Audience":
        """The audience that a reader belongs to. Of ``request.user`` no session is opened where a
        request has no session cookie. The rights of staff take two queries, once for each
        request."""
        if not user.is_authenticated:
            return cls.ANYBODY
        if not user.is_staff:
            return cls.MEMBERS
        match user.has_perm("digests.change_topic"), user.has_perm("digests.change_digest"):
            case True, True:
                return cls.EDITORS
            case True, False:
                return cls.TOPIC_EDITORS
            case False, True:
                return cls.DIGEST_EDITORS
        return cls.STAFF
