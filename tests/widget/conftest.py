import pytest
from django.core.cache import cache

from talk.widget import limits
from tests.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()  # throttles that an earlier test used up
    return Cast()


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Counts of an earlier test must not refuse this one's requests."""
    for limiter in limits.limiters():
        limiter.storage.reset()
