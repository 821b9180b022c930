"""The site of the flow tests: their own database in the tests' PostgreSQL, two web processes."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.flows.stage import Crowd, Stage
from tests.site.site import Site, drop_database, migrated_database

Build = Callable[..., AbstractContextManager[Site]]


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """A migrated database of this process's own; its URL."""
    url = migrated_database(f"flows_{os.getpid()}")
    yield url
    drop_database(url)


@pytest.fixture(scope="session", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def site(database: str, server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site that most flows share, as it runs in production; each has a cast of its own."""
    folder = tmp_path_factory.mktemp(server)
    with Site(folder, database, os.environ["REDIS_URL"], {"SERVER": server}) as site:
        yield site


@pytest.fixture
def build(database: str, tmp_path: Path) -> Build:
    """Make a site that is special: `with build(server="daphne", RING="layer") as site`."""

    @contextmanager
    def special(
        *,
        server: str = "daphne",
        redis: str = "",
        program: str = "config.server",
        limits: tuple[str, ...] = (),
        **settings: str,
    ) -> Iterator[Site]:
        given = {"SERVER": server, **settings}
        where = redis or os.environ["REDIS_URL"]
        folder = tmp_path / "site"
        with Site(folder, database, where, given, program=program, limits=limits) as site:
            yield site

    return special


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    crowd = Crowd()
    yield crowd
    await crowd.leave()


@pytest.fixture
async def stage(crowd: Crowd, site: Site) -> Stage:
    return await crowd.stage(site)
