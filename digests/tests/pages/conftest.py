from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    """Activate English, so that tests can expect messages as they stand in templates, whatever the
    translations are."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def copies(settings: Settings) -> Iterator[None]:
    """Keep copies of pages, as a real site does."""
    settings.CACHES = {
        "default": {
            "BACKEND": "digests.pages.caching.memory.MemoryCache",
            "LOCATION": "test",
            "OPTIONS": {"MAX_BYTES": 8 * 1024 * 1024},
        }
    }
    yield
    cache.clear()
