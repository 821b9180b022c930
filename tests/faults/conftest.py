"""Databases of their own for each test: they are crashed and cut off."""

from collections.abc import Iterator

import pytest

from tests.faults.estate import Estate


@pytest.fixture
def estate() -> Iterator[Estate]:
    estate = Estate()
    try:
        estate.start_databases()
        yield estate
    finally:
        estate.close_databases()
