import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    """Activate English, so that tests can expect messages as they stand in templates, whatever the
    translations are."""
    settings.LANGUAGE_CODE = "en"
