"""One simulated platform for all tests of LINE; each opens an account of its own."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.flows.client import Console
from tests.integrations.line.house import House
from tests.integrations.line.official import Official
from tests.integrations.line.platform import Platform
from tests.site.site import drop_database, migrated_database


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform


@pytest.fixture(scope="session")
def line_database() -> Iterator[str]:
    """A migrated database of this process's own; its URL."""
    url = migrated_database(f"line_{os.getpid()}")
    yield url
    drop_database(url)


@pytest.fixture(scope="session")
def house(
    line_database: str, platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The site that the flows of LINE share; each has a cast and an account of its own."""
    folder = tmp_path_factory.mktemp("line")
    with House(folder, line_database, os.environ["REDIS_URL"], platform) as house:
        yield house


@pytest.fixture
def stage_of_line(house: House) -> str:
    """The name of a new cast at the house."""
    return str(house.site.hand.do("cast"))


@pytest.fixture
def official(house: House, platform: Platform, stage_of_line: str) -> Official:
    """A connected account whose inbox oto answers."""
    return Official(house, platform.account(), stage_of_line)


@pytest.fixture
async def oto(house: House, stage_of_line: str, official: Official) -> AsyncIterator[Console]:
    """The console of oto, open."""
    console = Console(
        house.site.place, house.site.hand.do("operator", cast=stage_of_line, who="oto")
    )
    await console.connect()
    yield console
    await console.leave()
