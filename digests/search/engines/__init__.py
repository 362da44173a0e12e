"""The engine of the database in use."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from digests.search.engines.base import Engine
from digests.search.engines.postgres import PostgresEngine
from digests.search.engines.sqlite import SqliteEngine

_ENGINES: dict[str, Engine] = {"sqlite": SqliteEngine(), "postgresql": PostgresEngine()}


def current() -> Engine:
    """Raises ImproperlyConfigured where no engine searches with this database."""
    try:
        return _ENGINES[connection.vendor]
    except KeyError:
        message = f"There is no search engine for {connection.vendor}."
        raise ImproperlyConfigured(message) from None
