"""“LINEで続ける” in the widget, in a real browser, on another site than Sobani's own."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.launching import JAPANESE, launch
from tests.browser.shoppers import Shopper
from tests.site.site import Site

AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
# The site on the internet may use Sobani on this machine.
FEATURES = "--disable-features=LocalNetworkAccessChecks"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright, chromium, FEATURES)
        yield browser
        await browser.close()


async def enter(site: Site, browser: Browser, cast: str, theme: str) -> Shopper:
    context = await browser.new_context(**JAPANESE, color_scheme=theme)  # type: ignore[arg-type]  # one of its words
    shopper = Shopper(site, site.hand.do("guest", cast=cast), context)
    await shopper.enter()
    await shopper.open()
    return shopper


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_desk_shows_a_phone_the_way_and_escape_leads_back_to_the_chat(
    site: Site, browser: Browser, theme: str
) -> None:
    cast = str(site.hand.do("cast"))
    site.hand.do("line.offer", cast=cast)
    shopper = await enter(site, browser, cast, theme)
    offer = shopper.chat.get_by_role("button", name="LINEで続ける")
    await offer.click()
    sheet = shopper.chat.get_by_role("dialog", name="LINEで続ける")
    await expect(sheet.get_by_role("img", name="LINEを開くQRコード")).to_be_visible()
    way = sheet.get_by_role("link", name="LINEを開く")
    code = await sheet.locator("strong").inner_text()
    assert code in str(await way.get_attribute("href"))
    frame = next(each for each in shopper.page.frames if "/widget/" in each.url)
    await frame.evaluate(AXE)
    found = json.loads(await frame.evaluate("axe.run().then((result) => JSON.stringify(result))"))
    faults = {
        fault["id"]: [node["html"] for node in fault["nodes"]] for fault in found["violations"]
    }
    assert faults == {}
    assert len(found["passes"]) > 10
    await shopper.page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(shopper.text).to_be_visible()
    await expect(offer).to_be_focused()
    heard = [word for word, *_ in await shopper.heard()]
    assert "close" not in heard
    assert "csp" not in heard
    await shopper.context.close()


async def test_a_site_that_offers_no_line_shows_nothing_of_it(site: Site, browser: Browser) -> None:
    cast = str(site.hand.do("cast"))
    shopper = await enter(site, browser, cast, "light")
    await expect(shopper.chat.get_by_role("button", name="LINEで続ける")).to_have_count(0)
    assert not [url for url in shopper.asked if url.endswith("/line")]
    await shopper.context.close()
