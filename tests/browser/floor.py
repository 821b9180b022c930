"""The shop floor: customers with the demo shop before them, operators at their desks."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext

from tests.browser.customer import Customer
from tests.browser.desk import Desk
from tests.browser.launching import JAPANESE
from tests.browser.watch import Watch
from tests.site.site import Site


@dataclass
class Floor:
    """Everybody gets a browser context of their own; all are watched.

    `customer` and `desk` take the options of a Playwright context besides.
    """

    site: Site
    browser: Browser
    watch: Watch = field(default_factory=Watch)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reports_before = self._reports()

    async def context(self, **options: Any) -> BrowserContext:
        context = await self.browser.new_context(**{**JAPANESE, **options})
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        await self.watch.over(context)
        return context

    async def customer(self, path: str = "/demo/", **options: Any) -> Customer:
        """Return a customer of the shop, with the chat open before them."""
        customer = Customer(await (await self.context(**options)).new_page(), self.origin)
        await customer.visit(path)
        await customer.open_chat()
        return customer

    async def desk(self, mail: str = "operator", **options: Any) -> Desk:
        """Return a desk of the demo's staff, with the list of all conversations open."""
        desk = await self.closed_desk(mail, **options)
        await desk.open()
        return desk

    async def closed_desk(self, mail: str = "operator", **options: Any) -> Desk:
        """Return a desk whose operator is logged in and has not opened anything yet."""
        operator = self.site.hand.do("shopfloor.staff", mail=mail)
        context = await self.context(**options)
        cookie = {"name": "sobani_session", "value": operator["session"], "url": self.origin}
        await context.add_cookies([cookie])  # type: ignore[list-item]  # a typed dict by shape
        return Desk(await context.new_page(), self.origin, operator["name"], operator["id"])

    async def leave(self) -> None:
        for context in self.contexts:
            await context.close()
        self.contexts.clear()

    async def keep(self, folder: Path, test: str) -> None:
        """Keep what every page shows and heard, for somebody who asks why a test failed."""
        pages = [page for context in self.contexts for page in context.pages]
        name = re.sub(r"\W+", "-", test)
        for number, page in enumerate(pages):
            await page.screenshot(path=folder / f"{name}-{number}.png")
        write(folder / f"{name}.txt", "\n".join([*self.watch.complaints(), *self.watch.traffic]))

    def complaints(self) -> list[str]:
        """Return what the browsers complained of, and what reached the site's own sink."""
        return [*self.watch.complaints(), *["a report in the site's log"] * self.reports]

    def forgive(self) -> None:
        """Forget the complaints so far: the test wanted them and has looked at them."""
        self.watch.forget()
        self._reports_before = self._reports()

    async def reported(self) -> None:
        """Wait until a report has reached the site's sink."""
        async with asyncio.timeout(15):
            while not self.reports:  # noqa: ASYNC110  # a file tells nobody when it grows
                await asyncio.sleep(0.05)

    @property
    def reports(self) -> int:
        """How many reports have reached the site's sink in this test."""
        return self._reports() - self._reports_before

    @property
    def origin(self) -> str:
        return self.site.webs.origin

    def _reports(self) -> int:
        return self.site.webs.log.read_text(errors="replace").count('"event": "csp_report"')


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
