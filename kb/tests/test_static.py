from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import Settings


def test_every_file_a_stylesheet_names_is_there(settings: Settings, tmp_path: Path) -> None:
    """Run collectstatic, which fails on the first missing file, as it would on a live site."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").is_file()


@pytest.mark.parametrize("path", sorted(Path(settings.BASE_DIR, "static").rglob("*.css")), ids=str)
def test_every_rule_of_a_style_sheet_is_closed(path: Path) -> None:
    depth = 0
    for line in path.read_text().splitlines():
        # A rule starts in column 0, or indented within an at-rule.
        assert depth == 0 or line[:1] in {"", " ", "}"}, line
        depth += line.count("{") - line.count("}")
    assert depth == 0
