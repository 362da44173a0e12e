import pytest

from digests.search import engines
from digests.search.engines.base import Engine


@pytest.fixture
def engine() -> Engine:
    return engines.current()
