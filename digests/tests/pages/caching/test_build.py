"""The id of the build, by which an upgrade leaves nothing behind."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from digests.pages.caching import build_id

pytestmark = pytest.mark.once

FILES = {
    "kb/settings.py": "",
    "digests/pages/home/views.py": "",
    "digests/schema.json": "{}",
    "templates/base.html": "",
    "templates/digests/opensearch.xml": "",
    "locale/zh_Hans/LC_MESSAGES/django.mo": "",
    "requirements.txt": "Django==5.2.19",
    "staticfiles/staticfiles.json": "{}",
}
OTHERS = [
    "digests/tests/test_text.py",
    "digests/migrations/0001.py",
    "docs/reading.md",
    "db.sqlite3",
]


@pytest.fixture
def project(tmp_path: Path, settings: Settings) -> Path:
    settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "staticfiles"
    for name, text in FILES.items():
        write(tmp_path / name, text)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def started() -> str:
    """The id that a process has which starts now."""
    return build_id.__wrapped__()


@pytest.mark.parametrize("name", FILES)
def test_a_change_of_what_pages_are_made_of_changes_it(project: Path, name: str) -> None:
    before = started()
    write(project / name, "changed")
    assert started() != before


@pytest.mark.parametrize("name", OTHERS)
def test_a_change_of_anything_else_does_not(project: Path, name: str) -> None:
    before = started()
    write(project / name, "changed")
    assert started() == before


def test_it_is_the_same_in_another_folder(
    project: Path, tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    before = started()
    settings.BASE_DIR = tmp_path_factory.mktemp("other")
    settings.STATIC_ROOT = settings.BASE_DIR / "staticfiles"
    for name, text in FILES.items():
        write(settings.BASE_DIR / name, text)
    assert started() == before


def test_a_file_that_is_only_moved_changes_it(project: Path) -> None:
    before = started()
    (project / "templates/base.html").rename(project / "templates/bare.html")
    assert started() != before


def test_a_process_keeps_the_id_that_it_started_with(project: Path) -> None:
    build_id.cache_clear()
    try:
        before = build_id()
        write(project / "kb/settings.py", "changed")
        assert build_id() == before
    finally:
        build_id.cache_clear()
