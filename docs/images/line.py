"""Make the pictures of `docs/line.md` anew: `python -m docs.images.line`.

An administrator connects an account of the simulated platform, with real clicks; what the pictures
show is what everybody sees.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, FloatRect, Locator, Page, async_playwright, expect

from docs.images.make import ground, keep
from tests.browser.customer import Customer
from tests.browser.launching import JAPANESE, launch
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform
from tests.site.site import Site
from tests.site.stagehand import Stagehand
from tests.site.webs import Webs

SIZE = {"width": 1280, "height": 900}
PASSWORD = "correct horse battery staple"  # noqa: S105  # of the tests' administrator
QUESTION = "鉄の急須は、IHコンロでも使えますか？"
MARGIN = 16


def main() -> None:
    with Platform() as platform, _site(platform) as site:
        asyncio.run(_make(site, platform.account("ソバニ商店")))


@contextmanager
def _site(platform: Platform) -> Iterator[Site]:
    bases = dict.fromkeys(("LINE_API_BASE", "LINE_DATA_BASE", "LINE_ACCESS_BASE"), platform.base)
    with (
        ground() as (state, database, redis),
        LineSite(state / "web", database, redis, bases) as site,
    ):
        site.hand.do("shopfloor.demo_by_day", conversations=6)
        yield site


class LineSite(Site):
    """Tells its processes where they are: the platform calls them."""

    @property
    def environment(self) -> dict[str, str]:
        known = getattr(self, "webs", None)
        here = {"PUBLIC_URL": known.origin} if known else {}
        return {**super().environment, **here}

    def __enter__(self) -> Site:
        self.webs = Webs(self.folder, {})
        self.webs.environment = self.environment
        self.webs.start()
        self.hand = Stagehand(self.environment)
        return self


async def _make(site: Site, account: OfficialAccount) -> None:
    program = Path(os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium")
    account.turn(webhook={"is_active": False})
    async with async_playwright() as playwright:
        browser = await launch(playwright, program)
        page = await _administrator(browser, site)
        inbox = await _connect(page, site, account)
        site.hand.do("line.add_menu", inbox=inbox)
        await _menu(page, site)
        await _offer(page, site, inbox)
        await _widget(browser, site)
        await browser.close()


async def _administrator(browser: Browser, site: Site) -> Page:
    cast = site.hand.do("cast")
    operator = site.hand.do("operator", cast=cast, who="aoi", logs_in=True)
    context = await browser.new_context(**JAPANESE, viewport=SIZE)
    cookie = {"name": "sobani_session", "value": operator["session"], "url": site.place.origin}
    await context.add_cookies([cookie])  # type: ignore[list-item]  # as Playwright documents it
    return await context.new_page()


async def _connect(page: Page, site: Site, account: OfficialAccount) -> str:
    """Paste the two values; return the inbox's id."""
    await page.goto(f"{site.place.origin}/admin/line/linechannel/add/")
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.locator("button.main").click()
    await page.get_by_label("チャネルID").fill(account.channel_id)
    await page.get_by_label("チャネルシークレット").fill(account.secret)
    await _shoot(page, "line-connect", page.locator("#content h1"), page.locator(".submit-row"))
    await page.get_by_role("button", name="接続する").click()
    cards = page.locator(".line-card")
    await expect(cards).to_have_count(3)
    await _shoot(page, "line-checks", cards.nth(0), cards.nth(1))
    return page.url.split("/linechannel/")[1].split("/")[0]


async def _menu(page: Page, site: Site) -> None:
    await page.goto(f"{site.place.origin}/admin/line/richmenu/")
    await page.locator("#result_list .field-name a").click()
    card = page.locator(".line-card")
    await expect(card.locator("image")).to_be_visible()
    await _shoot(page, "line-menu", card, card)


async def _offer(page: Page, site: Site, inbox: str) -> None:
    await page.goto(f"{site.place.origin}/admin/line/linechannel/{inbox}/change/")
    for box in await page.locator("#id_offered_on input").all():
        await box.check()
    await page.get_by_role("button", name="保存", exact=True).click()


async def _widget(browser: Browser, site: Site) -> None:
    context = await browser.new_context(**JAPANESE, viewport=SIZE)
    customer = Customer(await context.new_page(), site.place.origin)
    await customer.page.goto(f"{site.place.origin}/demo/items/iron-kettle/")
    await customer.open_chat()
    await customer.says(QUESTION)
    await expect(customer.line(QUESTION)).to_be_visible()
    await customer.chat.get_by_role("button", name="LINEで続ける").click()
    await expect(customer.chat.get_by_role("img", name="QRコード")).to_be_visible()
    keep(await customer.page.screenshot(), "line-widget")


async def _shoot(page: Page, name: str, first: Locator, last: Locator) -> None:
    """Keep what stands from one element to another, with a margin."""
    top, bottom = await first.bounding_box(), await last.bounding_box()
    if top is None or bottom is None:
        raise SystemExit(f"{name} is not on the page")
    clip: FloatRect = {
        "x": top["x"] - MARGIN,
        "y": top["y"] - MARGIN,
        "width": max(top["width"], bottom["width"]) + 2 * MARGIN,
        "height": bottom["y"] + bottom["height"] - top["y"] + 2 * MARGIN,
    }
    keep(await page.screenshot(full_page=True, clip=clip), name)


if __name__ == "__main__":
    main()
