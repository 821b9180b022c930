"""One site and one Chromium for all of this folder; a fresh context for everybody in every test.

Asynchronous throughout: Playwright's other API leaves a loop running in the thread, and tests of
other folders in the same process would then be refused by asyncio and by Django.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.floor import Floor
from tests.browser.launching import launch
from tests.site.site import Site, drop_database, migrated_database

HERE = Path(__file__).parent
PICTURES = Path(tempfile.gettempdir()) / "sobani-browser"
CONVERSATIONS = 30
PATIENCE_MS = 15_000  # several at once on two cores; what is there at once is seen at once
failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all asynchronous tests of this folder share the browser's loop."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            if pytest_asyncio.is_async_test(item):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[assignment]  # a hook's result
    if report.when == "call":
        item.stash[failed] = report.failed
    if report.when == "call" and report.failed:
        report.sections.append(("browsers", f"what they showed and heard: {PICTURES}"))
    return report  # type: ignore[return-value]  # a wrapper returns what it was given


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two web processes on one port, with the demo's shop, staff and a few conversations."""
    url = migrated_database(f"browser_{os.getpid()}")
    with Site(tmp_path_factory.mktemp("browser"), url, os.environ["REDIS_URL"]) as site:
        site.hand.do("shopfloor.demo", conversations=CONVERSATIONS)
        yield site
    drop_database(url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await launch(playwright, chromium)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def floor(
    site: Site, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Floor]:
    """At the end no page may have broken its policy, run a stranger's script or had an error.

    A test that provokes a complaint on purpose asserts it and clears `floor.watch` itself.
    """
    site.hand.do("shopfloor.tidy_desks")
    floor = Floor(site, browser)
    yield floor
    if request.node.stash.get(failed, False):
        await floor.keep(PICTURES, request.node.name)
    await floor.leave()
    assert floor.complaints() == []
