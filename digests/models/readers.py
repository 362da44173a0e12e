"""The account for which a page, feed or variant is made.

Every query of `digests.pages` begins with the QuerySet method ``visible_to(user)``, so that the
rule about who may read a table is in one place. Today every reader sees the same rows.
"""

from django.contrib.auth.models import AnonymousUser, User

Reader = User | AnonymousUser
