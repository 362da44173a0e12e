from pathlib import Path

from django.core.management import call_command
from pytest_django import Settings


def test_every_file_a_stylesheet_names_is_there(settings: Settings, tmp_path: Path) -> None:
    """collectstatic fails on the first that is not; a site would find out as it starts."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").is_file()
