"""The version of the whole content, by which caches know that they are stale."""

import time
from functools import cache

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Greatest

from digests.models.statements import Slot, Statement


class ContentVersionQuerySet(models.QuerySet["ContentVersion"]):
    def current(self) -> int:
        """The number of the current version; 0 before the first write. One query.

        In SQL, because every page asks for it, and the ORM would take five times the time of the
        query itself.
        """
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT number FROM {table} WHERE id = 1")  # noqa: S608 - a constant
            row = cursor.fetchone()
        return row[0] if row else 0

    def go_up(self) -> None:
        """Raise the number. Call it under the lock of `write_transaction`, in which the content
        changes."""
        now = time.time_ns() // 1000
        if not _go_up().run(now):
            self.create(pk=1, number=now)


@cache
def _go_up() -> Statement:
    number = Greatest(F("number") + 1, Slot(0))
    return Statement.of_update(ContentVersion.objects.filter(pk=1), number=number)


class ContentVersion(models.Model):
    """The version of all that readers can see, in a single row.

    The number is the time of the last write in microseconds since the epoch, or more where two
    writes share a microsecond or the clock was put back. A number that only counted would come
    again, for other content, after a backup was restored.
    """

    number = models.BigIntegerField()

    objects = ContentVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_content_version")]

    def __str__(self) -> str:
        return str(self.number)
