"""One simulated platform for all tests of LINE; each opens an account of its own."""

from collections.abc import Iterator

import pytest

from tests.integrations.line.platform import Platform


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform
