import asyncio
from collections.abc import AsyncIterator

import pytest

from talk import database, live
from talk.live import Live
from tests.asynchronous import in_database
from tests.cast import Cast, Guest


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
async def alive() -> AsyncIterator[Live]:
    """A process that hears of events only when a test lets it read the log."""
    loop = asyncio.get_running_loop()
    alive = live._lives[loop] = Live()
    await alive._heal()
    yield alive
    del live._lives[loop]
    alive.arrivals.close()
    await database.close()


@pytest.fixture
async def newcomer(transactional_db: None) -> Guest:
    """A visitor, for tests that run on an event loop."""
    made: Guest = await in_database(lambda: Cast().guest())()
    return made
