"""The engine of the database in use, and the forms of its requests and answers."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from digests.search.engines.base import Engine
from digests.search.engines.postgres import PostgresEngine
from digests.search.engines.requests import Collection, Order, Request
from digests.search.engines.sqlite import SqliteEngine

__all__ = ["Collection", "Order", "Request", "current"]

_ENGINES: dict[str, Engine] = {"sqlite": SqliteEngine(), "postgresql": PostgresEngine()}


def current() -> Engine:
    """Raises ImproperlyConfigured where no engine searches with this database."""
    if connection.vendor not in _ENGINES:
        raise ImproperlyConfigured(f"There is no search engine for {connection.vendor}.")
    return _ENGINES[connection.vendor]
