"""The account for which a page, feed or variant is made.

Every query of `digests.pages` begins with the QuerySet word ``visible_to(user)``, so that a rule
about who may read what has one place for each table. Today every reader sees the same rows.
"""

from django.contrib.auth.models import AnonymousUser, User

Reader = User | AnonymousUser
