"""Strict readers for environment variables.

An invalid value stops the start with the variable's name, because a default could be dangerous:
with `KB_LOGIN_REQUIRED=ture` a private site would be public.
"""

import importlib.util
import os
import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values
from environs import Env, EnvError, validate

OWN_PREFIX = "KB_"

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


class Environment:
    """The process's environment, with a file for variables that it does not set.

    KB_ENV_FILE names another file than the default one; an empty value means no file.
    """

    def __init__(self, default_file: Path) -> None:
        self._env = Env()
        self._read = {"KB_ENV_FILE"}
        name = os.environ.get("KB_ENV_FILE")
        file = default_file if name is None else Path(name) if name else None
        if name and not Path(name).is_file():
            raise ImproperlyConfigured(f'Environment variable "KB_ENV_FILE": no file {name}')
        self._in_file = dotenv_values(file) if file else {}
        for key, value in self._in_file.items():
            if value is None:
                raise ImproperlyConfigured(f'{file}: "{key}" has no value')
        if file:
            self._env.read_env(file, recurse=False)

    def text(self, name: str, *, default: str | None = None) -> str:
        """Read a text. Without a default the variable is required, and must not be empty."""
        with self._naming(name):
            if default is None:
                return self._env.str(name, validate=validate.Length(min=1))
            return self._env.str(name, default)

    def flag(self, name: str, *, default: bool) -> bool:
        with self._naming(name):
            return self._env.bool(name, default)

    def words(self, name: str) -> list[str]:
        """Read a list, separated by commas; empty if the variable is not set."""
        with self._naming(name):
            words: list[str] = self._env.list(name, [])
        return [word.strip() for word in words if word.strip()]

    def choice(self, name: str, options: Sequence[str], *, default: str) -> str:
        with self._naming(name):
            return self._env.str(name, default, validate=validate.OneOf(options))

    def time_zone(self, name: str, *, default: str) -> str:
        with self._naming(name):
            zone = self._env.str(name, default)
            try:
                zoneinfo.ZoneInfo(zone)
            except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise EnvError(f'Environment variable "{name}": no time zone {zone}') from error
        return zone

    def database(self, name: str, *, default: str) -> dj_database_url.DBConfig:
        """Read a URL as an entry of DATABASES. Error messages omit the URL, with its password."""
        with self._naming(name):
            try:
                database = dj_database_url.parse(self._env.str(name, default))
            except ValueError as error:
                raise EnvError(f'Environment variable "{name}": {error}') from None
            if database["ENGINE"] not in {SQLITE, POSTGRESQL}:
                raise EnvError(f'Environment variable "{name}": only sqlite and postgresql work')
        return database

    def redis(self, name: str) -> str:
        """Read the URL of a Redis server; empty if the variable is not set. Error messages omit
        the URL, with its password."""
        with self._naming(name):
            url = self._env.str(name, "")
            if url and not url.startswith(("redis://", "rediss://", "unix://")):
                raise EnvError(f'Environment variable "{name}": redis://, rediss:// or unix://')
            if url and importlib.util.find_spec("redis") is None:
                raise EnvError(f'Environment variable "{name}": needs `pip install redis`')
        return url

    def refuse_unknown(self, *, besides: Sequence[str] = ()) -> None:
        """Raise ImproperlyConfigured for a variable with our prefix that nothing has read, because
        it is misspelt."""
        known = self._read.union(besides)
        for name in sorted({*os.environ, *self._in_file} - known):
            if name.startswith(OWN_PREFIX):
                nearest = get_close_matches(name, known, n=1)
                hint = f"; did you mean {nearest[0]}?" if nearest else ""
                raise ImproperlyConfigured(f'Environment variable "{name}" is unknown{hint}')

    @contextmanager
    def _naming(self, name: str) -> Iterator[None]:
        self._read.add(name)
        try:
            yield
        except EnvError as error:
            raise ImproperlyConfigured(str(error)) from error
