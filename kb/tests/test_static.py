import re
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.core.management import call_command
from pytest_django import Settings

STYLESHEETS = sorted((installed.BASE_DIR / "static" / "css").glob("*.css"))


def test_every_file_a_stylesheet_names_is_there(settings: Settings, tmp_path: Path) -> None:
    """collectstatic fails on the first that is not; a site would find out as it starts."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").is_file()


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_no_rule_of_a_stylesheet_is_left_open(path: Path) -> None:
    """A browser says nothing: it takes all that follows for a part of that rule."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
