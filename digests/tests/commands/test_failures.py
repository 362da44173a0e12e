"""Commands whose disk, database or reader fails: one line, an exit status, and no lie about what is
in. Each runs in a process of its own on SQLite.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from digests.tests.disks import small_disk
from digests.tests.files import SMALL

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    assert manage(database, "migrate", "--verbosity", "0").returncode == 0
    return database


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path))


def manage(database: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=environment(database),
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
    )


def environment(database: Path) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": f"sqlite:///{database}", "SECRET_KEY": "x" * 50}


def written(folder: Path, number: int) -> Path:
    folder.mkdir()
    for each in range(number):
        (folder / f"{each:03}.md").write_text(f"{SMALL}\n{each} {'字' * 20_000}\n")
    return folder


def slugs(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [slug for (slug,) in connection.execute("SELECT slug FROM digests_digest")]


def assert_one_line(process: subprocess.CompletedProcess[str], part: str, status: int = 3) -> None:
    (line,) = process.stderr.splitlines()
    assert part in line
    assert process.returncode == status


def test_a_full_disk_ends_an_import_and_what_was_reported_is_in(
    migrated: Path, tmp_path: Path
) -> None:
    files = written(tmp_path / "files", 60)
    with small_disk(tmp_path / "disk", 3) as disk:
        database = Path(shutil.copy(migrated, disk))
        process = manage(database, "import_digests", files, "--format", "json")
        reports = [json.loads(line) for line in process.stdout.splitlines()]
        created = [each["digest"] for each in reports if each["status"] == "created"]
        assert sorted(created) == sorted(slugs(database))
        assert 0 < len(created) < 60
    assert_one_line(process, "磁盘已满")


@pytest.mark.parametrize("command", ["import_digests", "rebuild"])
def test_a_read_only_database_is_told_in_one_line(
    command: str, migrated: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 3) as disk:
        database = Path(shutil.copy(migrated, disk))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        process = manage(database, command)
    assert_one_line(process, "只读")


@pytest.mark.parametrize(
    "arguments", [["import_digests"], ["rebuild"], ["export_digests", "--format", "json"]]
)
def test_a_database_without_tables_asks_for_a_migration(
    arguments: list[str], tmp_path: Path
) -> None:
    assert_one_line(manage(tmp_path / "new.sqlite3", *arguments), "migrate")


@pytest.mark.parametrize(
    "arguments", [["import_digests"], ["migrate"], ["check", "--database=default"]]
)
def test_a_file_that_is_no_database_is_told_in_one_line(
    arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "db.sqlite3").write_bytes(os.urandom(100_000))
    assert_one_line(manage(tmp_path / "db.sqlite3", *arguments), "损坏")


def test_a_database_in_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    assert_one_line(manage(tmp_path / "gone" / "db.sqlite3", "migrate"), "打不开")


def test_the_trace_of_a_failure_is_shown_to_who_asks_for_it(tmp_path: Path) -> None:
    process = manage(tmp_path / "gone" / "db.sqlite3", "migrate", "--traceback")
    assert process.stderr.startswith("Traceback")


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_output_that_nobody_reads_ends_an_import_with_one_line(
    form: str, database: Path, tmp_path: Path
) -> None:
    files = written(tmp_path / "files", 3)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_digests", files, "--format", form],
        cwd=settings.BASE_DIR,
        env=environment(database) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.close()
    (line,) = process.communicate()[1].splitlines()
    assert process.returncode == 141
    assert "没有人读" in line
    assert manage(database, "import_digests", files).returncode == 0
    assert slugs(database) == ["000", "001", "002"]


def test_a_name_that_is_not_utf_8_is_a_difference_and_no_trace(
    database: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    Path(os.fsdecode(os.fsencode(files) + b"/\xff.md")).write_text(SMALL)
    process = manage(database, "export_digests", "--check", files)
    assert process.stdout.startswith(f"{files}/?.md:1: ")
    assert (process.stderr, process.returncode) == ("", 1)
    process = manage(database, "export_digests", os.fsdecode(b"\xff"), "--check", files)
    assert_one_line(process, "\\udcff", 2)


@pytest.mark.parametrize(
    "name",
    ["\x1b[31mred.md", "x\nx.md:1: forged.md", "\u202edm.live.md", "a\u2028b.md", "\x9b2J.md"],
)
def test_the_name_of_a_file_cannot_forge_a_line_or_command_a_terminal(
    name: str, database: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / name).write_text(SMALL)
    process = manage(database, "import_digests", files)
    (line,) = process.stderr.splitlines()
    assert line.isprintable()
    assert process.stdout.strip().isprintable()


def test_json_is_safe_to_look_at_and_means_the_same(database: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "\x9b2J.md").write_text(SMALL)
    obeyed = "\u202e召\u2028回率\U000e0041低"
    (files / "a.md").write_text(SMALL.replace("召回率低", obeyed))
    imported = manage(database, "import_digests", files, "--format", "json")
    exported = manage(database, "export_digests", "--format", "json")
    for lines in (imported.stdout, exported.stdout):
        assert all(line.isprintable() for line in lines.removesuffix("\n").split("\n"))
    paths = [json.loads(line).get("path") for line in imported.stdout.splitlines()]
    assert f"{files}/\x9b2J.md" in paths
    assert json.loads(exported.stdout)["topics"][0]["points"][0]["text"] == obeyed


def test_a_value_in_a_file_cannot_command_a_terminal(database: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.md").write_text('---\ntitle: x\ndate: "\\e]0;owned\\a"\n---\n')
    process = manage(database, "import_digests", files)
    (line,) = process.stderr.splitlines()
    assert line.isprintable()


def damaged(database: Path, table: str) -> Path:
    """The database with a page of this table overwritten."""
    with closing(sqlite3.connect(database)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    return database


@pytest.mark.parametrize("table", ["digests_topic", "digests_revision", "digests_tag"])
def test_a_check_finds_a_damaged_page(table: str, database: Path) -> None:
    assert manage(database, "check", "--database", "default").returncode == 0
    process = manage(damaged(database, table), "check", "--database", "default")
    assert process.returncode == 1
    assert "损坏" in process.stderr
    assert "Traceback" not in process.stderr


def test_a_check_finds_a_search_index_that_lost_rows(database: Path) -> None:
    assert manage(database, "import_digests").returncode == 0
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM search_topics_facets WHERE place = 1")
        connection.execute("DELETE FROM search_topics_facets")
        connection.commit()
    assert_one_line(manage(database, "check", "--database", "default"), "rebuild", 1)
    assert manage(database, "rebuild").returncode == 0
    assert manage(database, "check", "--database", "default").returncode == 0


def test_a_check_finds_missing_migrations_and_migrate_applies_them(tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    assert manage(database, "migrate", "auth", "--verbosity", "0").returncode == 0
    process = manage(database, "check", "--database", "default")
    assert_one_line(process, "migrate", 1)
    assert "digests." in process.stderr
    assert manage(database, "migrate", "--verbosity", "0").returncode == 0
    assert manage(database, "check", "--database", "default").returncode == 0


# Every command under every fault. What is said is in the language of the site, on one line.

COMMANDS = {
    "import_digests": ["import_digests", "FILES"],
    "import_digests --format json": ["import_digests", "FILES", "--format", "json"],
    "export_digests --output": ["export_digests", "--output", "OUT"],
    "export_digests --format json": ["export_digests", "--format", "json"],
    "export_digests --check": ["export_digests", "--check", "FILES"],
    "rebuild": ["rebuild"],
    "rebuild --stale": ["rebuild", "--stale"],
}
_WITHOUT_PATIENCE = """
import os, runpy, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "kb.settings"
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["timeout"] = 0.1
sys.argv[0] = "manage.py"
runpy.run_path("manage.py", run_name="__main__")
"""


def arguments_in(folder: Path, command: str) -> list[str]:
    places = {"FILES": str(folder / "files"), "OUT": str(folder / "out")}
    return [places.get(each, each) for each in COMMANDS[command]]


@pytest.fixture(scope="module")
def imported(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of three digests, and with their files, which have changed since."""
    folder = tmp_path_factory.mktemp("imported")
    shutil.copy(migrated, folder)
    files = written(folder / "files", 3)
    assert manage(folder / migrated.name, "import_digests", files).returncode == 0
    for path in files.iterdir():
        path.write_text(path.read_text().replace("先看数据", "先看指标"))
    return folder


@pytest.fixture
def filled(imported: Path, tmp_path: Path) -> Path:
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return tmp_path / "db.sqlite3"


def assert_told(process: subprocess.CompletedProcess[str], part: str, status: int = 3) -> None:
    assert_one_line(process, part, status)
    assert re.search("[\u4e00-\u9fff]", process.stderr)
    for line in process.stdout.splitlines():
        assert not line.startswith("{") or json.loads(line)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_damaged_page_ends_every_command_that_meets_it(
    command: str, filled: Path, tmp_path: Path
) -> None:
    damaged(filled, "digests_topic")
    process = manage(filled, *arguments_in(tmp_path, command))
    if command == "rebuild --stale" and process.returncode == 0:
        return  # it found nothing stale, and so did not meet the page
    assert_told(process, "损坏")


@pytest.mark.parametrize("command", ["import_digests", "rebuild"])
@pytest.mark.parametrize("table", ["digests_revision", "digests_citation", "digests_importrun"])
def test_a_damaged_page_of_any_table_is_told_by_what_writes_there(
    command: str, table: str, filled: Path, tmp_path: Path
) -> None:
    damaged(filled, table)
    process = manage(filled, *arguments_in(tmp_path, command))
    if process.returncode:
        assert_told(process, "损坏")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_another_process_holds_is_told(
    command: str, filled: Path, tmp_path: Path
) -> None:
    arguments = [sys.executable, "-c", _WITHOUT_PATIENCE, *arguments_in(tmp_path, command)]
    with closing(sqlite3.connect(filled, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        process = subprocess.run(
            arguments,
            cwd=settings.BASE_DIR,
            env=environment(filled),
            capture_output=True,
            text=True,
            check=False,
        )
    if command.startswith("export_digests"):  # it only reads
        assert process.stderr == ""
    else:
        assert_told(process, "另一个进程")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_is_read_only_is_told(command: str, filled: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 5) as disk:
        database = Path(shutil.copy(filled, disk))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        process = manage(database, *arguments_in(tmp_path, command))
    if process.returncode not in {0, 1} or not command.startswith("export_digests"):
        assert_told(process, "只读")


@pytest.mark.parametrize("command", [each for each in COMMANDS if "check" not in each])
def test_a_disk_that_is_full_is_told(command: str, filled: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    for number in range(40):
        (files / f"more-{number}.md").write_text(f"{SMALL}\n{number} {'字' * 20_000}\n")
    with small_disk(tmp_path / "disk", 2) as disk:
        database = Path(shutil.copy(filled, disk))
        arguments = arguments_in(tmp_path, command)
        if "OUT" in COMMANDS[command]:
            arguments[-1] = str(disk / "out")
        (disk / "rest").write_bytes(bytes(shutil.disk_usage(disk).free - 40_000))
        process = manage(database, *arguments)
        left = [path.name for path in disk.rglob(".*")]
    if process.returncode != 0:
        assert_told(process, "磁盘已满")
    assert left == []
    assert process.returncode == 3 or "json" in command or "rebuild" in command


def without_rights(database: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The end of a command of root's that may not pass over the rights of files of others."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root may take this right from a process, by setpriv")
    return subprocess.run(
        [
            *("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"),
            *(sys.executable, "manage.py", *map(str, arguments)),
        ],
        cwd=settings.BASE_DIR,
        env=environment(database),
        capture_output=True,
        text=True,
        check=False,
    )


def give_to_nobody(path: Path) -> None:
    os.chown(path, 65534, 65534)
    path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_without_rights_is_told(command: str, filled: Path, tmp_path: Path) -> None:
    give_to_nobody(filled)
    assert_told(without_rights(filled, *arguments_in(tmp_path, command)), "数据库")


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_a_folder_without_rights_is_told_by_an_export(
    form: str, filled: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    give_to_nobody(tmp_path / "out")
    output = tmp_path / "out" / "x"
    process = without_rights(filled, "export_digests", "--format", form, "--output", output)
    assert_told(process, "没有权限")
