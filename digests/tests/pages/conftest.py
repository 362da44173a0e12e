import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    """The messages as they stand in the templates, whatever their translations become."""
    settings.LANGUAGE_CODE = "en"
