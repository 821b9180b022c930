import pytest
from django.core.cache import cache

from tests.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()  # throttles that an earlier test used up
    return Cast()
