from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import check

from digests.management.integrity import faults


class Command(check.Command):
    """Django's command, which with ``--database`` also looks for faults of the database itself.

    It is no system check of Django's, because `migrate` makes those before it does anything, and
    would read the whole database, and refuse to apply what is missing.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        found = [fault for alias in options["databases"] or () for fault in faults(alias)]
        if found:
            raise CommandError("\n".join(found))
