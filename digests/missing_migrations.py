"""Migrations that a database lacks, told so cheaply that a monitor may ask each second."""

from functools import cache

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def missing_migrations(alias: str) -> frozenset[tuple[str, str]]:
    """The last migration of each app that the database lacks, as pairs of app and name; it stands
    for all before it. At most two queries. Raises a database error where none answers."""
    return _last_of_each_app() - MigrationRecorder(connections[alias]).applied_migrations().keys()


@cache
def _last_of_each_app() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
