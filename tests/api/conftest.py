from typing import Any

import pytest
from django.core.cache import cache

from tests.cast import Cast


@pytest.fixture
def password_hashes(settings: Any) -> None:
    """Quick ones: making the cast would take longer than most tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None, password_hashes: None) -> Cast:
    cache.clear()  # throttles that an earlier test used up
    return Cast()
