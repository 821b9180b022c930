"""The site of the flow tests: their own database in the tests' PostgreSQL, two web processes."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
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
def usual(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Site]]:
    """One site of each server, as it runs in production, for all flows that leave it as it is."""
    found: dict[str, Site] = {}
    with ExitStack() as stack:

        def get(server: str) -> Site:
            if server not in found:
                folder, redis = tmp_path_factory.mktemp(server), os.environ["REDIS_URL"]
                site = Site(folder, database, redis, {"SERVER": server})
                found[server] = stack.enter_context(site)
            return found[server]

        yield get


@pytest.fixture
def site(usual: Callable[[str], Site], server: str) -> Site:
    """The site that most flows share; each has a cast of its own."""
    return usual(server)


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
