"""Faults of PostgreSQL that the command `check` finds; those of SQLite stand in `test_failures`."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def _amcheck(transactional_db: None) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'")
        if not cursor.fetchone():
            pytest.skip("this PostgreSQL came without amcheck")
        cursor.execute("CREATE EXTENSION amcheck")
        yield
        cursor.execute("DROP EXTENSION amcheck")


def test_without_faults_it_finds_none() -> None:
    call_command("check", databases=["default"])


@pytest.mark.usefixtures("_amcheck")
def test_an_index_whose_rows_are_others_is_named() -> None:
    call_command("check", databases=["default"])
    with connection.cursor() as cursor:
        # An index of what a function gives is damaged once the function gives something else.
        define = "CREATE OR REPLACE FUNCTION kept(t text) RETURNS text LANGUAGE sql IMMUTABLE AS"
        cursor.execute(f"{define} 'SELECT t'")
        cursor.execute("CREATE TABLE damaged AS SELECT n::text AS t FROM generate_series(1, 9) n")
        cursor.execute("CREATE INDEX damaged_index ON damaged (kept(t))")
        cursor.execute(f"{define} 'SELECT md5(t)'")
    try:
        with pytest.raises(CommandError, match="damaged_index"):
            call_command("check", databases=["default"])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE damaged")
            cursor.execute("DROP FUNCTION kept")


@pytest.mark.usefixtures("_amcheck")
def test_a_role_that_may_not_look_finds_no_damage() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE kb_reader")
        cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO kb_reader")
        cursor.execute("SET ROLE kb_reader")
        try:
            with pytest.raises(ProgrammingError):
                cursor.execute("SELECT bt_index_check('word_once')")
            call_command("check", databases=["default"])
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM kb_reader")
            cursor.execute("DROP ROLE kb_reader")
