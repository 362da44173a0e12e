"""Migrations: one makes the tables of the eleven that it replaces, the next keeps pages whole."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from unicodedata import normalize

import psycopg
import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from digests.checks import FIRST, LAST, check_migrations
from digests.models import Digest, DigestAlias, Installation, Point, Topic
from digests.tests import builders

SQUASHED = "0001_squashed_0011_reading_rows"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
# The tables of 30 November 2026, from databases of the eleven migrations. Do not regenerate them:
# later migrations change tables, but the squashed one must stay.
TABLES = Path(__file__).parent / "tables"

SQLITE = """
SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL
AND (tbl_name LIKE 'digests!_%' ESCAPE '!' OR tbl_name LIKE 'search!_%' ESCAPE '!')
AND sql NOT LIKE 'CREATE TABLE ''%'
"""
POSTGRESQL = """
SELECT relname, concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
    attidentity, attgenerated, pg_get_expr(adbin, adrelid))
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind = 'r' AND relname ~ '^(digests|search)_'
UNION ALL SELECT conrelid::regclass::text, concat_ws(' ', conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype != 'n' AND conrelid::regclass::text ~ '^(digests|search)_'
UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE tablename ~ '^(digests|search)_'
"""


def tables(database_url: str) -> str:
    """A line for each column, constraint and index, sorted: SQLite moves a column that an old
    migration altered to the end of its table, which nothing depends on."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as opened:
            found = opened.execute(SQLITE).fetchall()
    else:
        with psycopg.connect(database_url) as server:
            found = server.execute(POSTGRESQL).fetchall()
    lines = (
        f"{table}: {part}"
        for table, sql in found
        for part in (_parts(sql) if sql.startswith('CREATE TABLE "') else [sql])
    )
    return "".join(sorted(f"{line.encode('unicode_escape').decode()}\n" for line in lines))


def _parts(sql: str) -> list[str]:
    """The columns and constraints in a CREATE TABLE of Django's."""
    inner = sql.partition(" (")[2].removesuffix(")")
    return re.split(r', (?="\w+" \w|CONSTRAINT)', inner)


def test_a_fresh_database_has_the_tables_that_the_eleven_made(empty_database: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "digests", SQUASHED, "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": empty_database, "SECRET_KEY": "x"},
        check=True,
    )
    assert tables(empty_database) == (TABLES / f"{connection.vendor}.txt").read_text()


def test_the_squashed_migration_imports_nothing_of_the_project() -> None:
    text = (MIGRATIONS / f"{SQUASHED}.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) (digests|kb|\.)", text, re.MULTILINE)


@pytest.mark.django_db
def test_a_database_of_the_eleven_is_up_to_date_and_keeps_its_rows() -> None:
    builders.topic(builders.digest())
    applied = MigrationRecorder.Migration.objects.filter(app="digests")
    applied.filter(name=SQUASHED).delete()
    assert {FIRST[1], LAST[1]} <= set(applied.values_list("name", flat=True))
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    call_command("migrate", verbosity=0, skip_checks=False)
    assert applied.filter(name=SQUASHED).exists()
    assert (Digest.objects.count(), Topic.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_database_of_some_of_the_eleven_is_turned_away_with_a_hint() -> None:
    assert check_migrations(databases=["default"]) == []
    applied = MigrationRecorder.Migration.objects.filter(app="digests")
    applied.filter(name__in=[SQUASHED, LAST[1]]).delete()
    [message] = check_migrations(databases=["default"])
    assert (message.id, bool(message.hint)) == ("digests.E001", True)
    assert check_migrations() == []  # no database alias is given, so none is queried
    with pytest.raises(CommandError, match="too old"):
        call_command("migrate", verbosity=0, skip_checks=False)


@pytest.fixture
def before_parts(transactional_db: None) -> Iterator[Apps]:
    """The models of the squashed migration, on its tables. The tables go forward again in the end,
    whatever the test did to them."""
    executor = MigrationExecutor(connection)
    executor.migrate([("digests", SQUASHED)])
    try:
        yield executor.loader.project_state([("digests", SQUASHED)]).apps
    finally:
        call_command("migrate", verbosity=0)


HTML_BEFORE_PARTS = (
    """<p data-a='"\\'>瓶颈</p>\n<dl><dt>结论</dt><dd>不会 <b>&lt;x&gt;</b></dd></dl>"""
)
ENTRIES_BEFORE_PARTS = [
    ("论文", '<span class="label" data-kind="paper">论文</span> <i>Adam</i> 论文'),
    ("", "<b>没有</b><span>标签</span> 的"),
    ("", ""),
]


def test_pages_are_whole_before_what_is_derived_is_stored_in_parts(
    before_parts: Apps, client: Client
) -> None:
    cited = _topic_before_parts(before_parts)
    call_command("migrate", verbosity=0)
    page = client.get(Topic.objects.get().get_absolute_url()).content.decode()
    assert HTML_BEFORE_PARTS in page
    assert HTML_BEFORE_PARTS in client.get("/digests/2024-07-10/").content.decode()
    conclusions = client.get("/labels/conclusion/").content.decode()
    assert all(text in conclusions for text in ("一 &lt;x&gt; &amp; y", "三"))
    assert [point.anchor for point in Point.objects.all()] == [
        "conclusion",
        "opinion",
        "conclusion-2",
    ]
    citing = client.get(f"/references/{cited}/", follow=True).content.decode()
    assert [citing.count(html) for _, html in ENTRIES_BEFORE_PARTS[:2]] == [1, 1]


def _topic_before_parts(apps: Apps) -> int:
    """Store a topic as the squashed migration holds it. Returns the id of the reference that it
    cites."""
    names = ("Digest", "Topic", "Point", "Reference", "Citation")
    digest, topic, point, reference, citation = (apps.get_model("digests", name) for name in names)
    of = digest.objects.create(slug="2024-07-10", title="摘要", published_at=builders.DAY)
    heading = {"number": 1, "title": "Adam", "heading": "## 1. Adam\n"}
    row = topic.objects.create(digest=of, position=0, html=HTML_BEFORE_PARTS, **heading)
    points = [("conclusion", "一 <x> & y"), ("opinion", "二"), ("conclusion", "三")]
    for position, (kind, text) in enumerate(points):
        point.objects.create(topic=row, position=position, label="结论", kind=kind, text=text)
    cited = reference.objects.create(
        key="url:example.org", kind="paper", cited_title="Adam 论文", topic_count=1
    )
    for position, (label, html) in enumerate(ENTRIES_BEFORE_PARTS):
        place = {"topic": row, "reference": cited, "position": position, "item": min(position, 1)}
        citation.objects.create(**place, label=label, kind="paper", title="Adam 论文", html=html)
    return int(cited.pk)


@pytest.mark.django_db
def test_a_database_has_its_id_before_its_first_feed_and_keeps_it() -> None:
    migration = import_module("digests.migrations.0009_installation_key")
    Installation.objects.all().delete()
    migration.create_key(apps, connection.schema_editor())
    made = Installation.objects.get()
    migration.create_key(apps, connection.schema_editor())
    assert Installation.objects.get().key == made.key


@pytest.mark.django_db
def test_digests_with_names_in_nfd_are_renamed_and_their_old_addresses_lead_there() -> None:
    nfd = [normalize("NFD", name) for name in ("café", "밥")]
    for slug in (*nfd, "밥", "a"):
        builders.digest(slug)
    import_module("digests.migrations.0010_ending_of_a_file").spell_slugs_in_nfc(apps, None)
    assert {*Digest.objects.values_list("slug", flat=True)} == {"café", nfd[1], "밥", "a"}
    alias = DigestAlias.objects.get()
    assert (alias.slug, alias.digest.slug) == (nfd[0], "café")
