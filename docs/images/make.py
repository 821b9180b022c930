"""Make the README's pictures anew: `python -m docs.images.make`.

A customer and an operator talk on a fresh demo site, in Chromium, with real clicks and keys; what
the pictures show is what `make run` shows.
"""

import asyncio
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.async_api import Browser, BrowserContext, FilePayload, async_playwright, expect

from config.demo.members import MEMBERS
from config.embedded.places import redis_url
from config.embedded.postgres import start_postgres
from config.embedded.valkey import start_valkey
from tests.browser.customer import Customer
from tests.browser.desk import Desk
from tests.browser.launching import JAPANESE, launch
from tests.site.site import Site, create_database, migrate, server_url

HERE = Path(__file__).parent
MIDORI = MEMBERS[0]
SIZE = {"width": 1440, "height": 900}
LARGEST_BYTES = 400_000
# As in a real `make run`; the browser is told where that is today.
ORIGIN = "http://localhost:8000"
EARLIER = ("湯のみの「藍」は、いつごろ再入荷しますか？", "来月の上旬を予定しております。")
DAYS_AGO = 24
WALK = ("", "items/?category=table", "items/iron-kettle/", "faq/", "items/iron-kettle/")
QUESTION = "鉄の急須を、母への贈り物に考えています。IHコンロでも使えますか？"
ANSWER = (
    "ご検討ありがとうございます。こちらは内側がほうろう仕上げの急須ですので、直火やIHには"
    "かけられません。沸かしたお湯を注いでお使いください。"
)
PICTURE_WORDS = "600ml入りで、5杯ほど淹れられます。"
WISH = "きれいですね！ 熨斗と包装もお願いできますか？"
NOTE = "お母様への贈り物。熨斗は無料、ギフト包装は330円とご案内する。"
OFFER = "はい、熨斗は無料、ギフト包装は1点330円で承ります。"
LAST = "よかった。今週の木曜までに届きますか？"
DRAFT = "はい、本日中のご注文で"


def main() -> None:
    with _site() as site:
        asyncio.run(_make(site))


@contextmanager
def ground() -> Iterator[tuple[Path, str, str]]:
    """Run PostgreSQL and Valkey for a while: a folder, a migrated database's address, Valkey's."""
    state = Path(tempfile.mkdtemp(prefix="sobani-images-"))
    os.environ["STATE_DIR"] = str(state)
    os.environ["REDIS_URL"] = redis = redis_url(state)
    servers = [start_postgres(state), start_valkey(state)]
    try:
        database = create_database(server_url(), "images")
        migrate(database, redis)
        yield state, database, redis
    finally:
        for server in reversed(servers):
            server.stop()
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def _site() -> Iterator[Site]:
    settings = {"PUBLIC_URL": ORIGIN}
    with (
        ground() as (state, database, redis),
        Site(state / "web", database, redis, settings) as site,
    ):
        site.hand.do("shopfloor.demo_by_day", conversations=300)
        yield site


async def _make(site: Site) -> None:
    program = Path(os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium")
    where = f"--host-resolver-rules=MAP localhost:8000 127.0.0.1:{site.webs.port}"
    async with async_playwright() as playwright:
        browser = await launch(playwright, program, where)
        customer = Customer(await (await _context(browser)).new_page(), ORIGIN)
        desk = await _desk(browser, site)
        earlier = await _talk_earlier(site, customer, desk)
        await _log_in(customer)
        await _buy(customer)
        await _browse(customer)
        await _ask(customer, desk)
        site.hand.do("shopfloor.age_visit", conversation_id=earlier, days=DAYS_AGO, visits=3)
        await _talk(customer, desk, await _picture(browser))
        await desk.text.press_sequentially(DRAFT, delay=30)
        await expect(customer.log).to_contain_text("が入力しています")
        keep(await customer.page.screenshot(), "shop")
        keep(await desk.page.screenshot(), "console")
        await browser.close()


async def _context(browser: Browser) -> BrowserContext:
    options: dict[str, Any] = {"viewport": SIZE, "screen": {"width": 1920, "height": 1080}}
    return await browser.new_context(**JAPANESE, **options)


async def _desk(browser: Browser, site: Site) -> Desk:
    operator = site.hand.do("shopfloor.staff", mail="operator")
    context = await _context(browser)
    await context.add_cookies(
        [{"name": "sobani_session", "value": operator["session"], "url": ORIGIN}]
    )
    desk = Desk(await context.new_page(), ORIGIN, operator["name"], operator["id"])
    await desk.open()
    return desk


async def _talk_earlier(site: Site, customer: Customer, desk: Desk) -> str:
    """Give the customer a past: something they asked some weeks ago. Returns its id."""
    question, answer = EARLIER
    await customer.page.goto(f"{ORIGIN}/demo/items/mug-indigo/")
    await customer.open_chat()
    await customer.says(question)
    await desk.read(question)
    await desk.answers(answer)
    await expect(customer.line(answer)).to_be_visible()
    await desk.resolve()
    await expect(desk.status).to_have_text("解決済み")
    conversation_id = urlsplit(desk.page.url).path.removeprefix("/c/")
    site.hand.do("shopfloor.age", conversation_id=conversation_id, days=DAYS_AGO)
    await desk.open()
    return conversation_id


async def _log_in(customer: Customer) -> None:
    await customer.visit("/demo/login/")
    await customer.page.get_by_label("メールアドレス").fill(MIDORI.email)
    await customer.page.get_by_label("パスワード", exact=True).fill(MIDORI.password)
    async with customer.page.expect_response("**/widget/v1/identify"):
        await customer.page.locator("main").get_by_role("button", name="ログイン").click()
    await expect(customer.text).to_be_visible()


async def _buy(customer: Customer) -> None:
    await customer.visit("/demo/items/iron-kettle/")
    await customer.page.get_by_role("button", name="カートに入れる").press("Enter")
    async with customer.page.expect_response("**/widget/v1/activities"):
        await customer.page.wait_for_url("**/demo/cart/")


async def _browse(customer: Customer) -> None:
    for path in WALK:
        referer = "" if path else "https://www.google.com/"
        async with customer.page.expect_response("**/widget/v1/activities"):
            await customer.page.goto(f"{ORIGIN}/demo/{path}", referer=referer)
        await expect(customer.text).to_be_visible()


async def _ask(customer: Customer, desk: Desk) -> None:
    await customer.says(QUESTION)
    await desk.read(QUESTION)
    await expect(desk.now).to_contain_text(WALK[-1])
    await expect(desk.pages.get_by_role("listitem").nth(1)).to_contain_text(WALK[-2])
    await desk.assignee.click()
    await desk.page.get_by_role("button", name="自分が担当する").click()
    await expect(desk.assignee).to_contain_text(desk.name)


async def _picture(browser: Browser) -> FilePayload:
    page = await browser.new_page(viewport={"width": 640, "height": 480})
    await page.goto(f"{ORIGIN}/static/demo/pictures/iron-kettle.svg")
    content = await page.screenshot()
    await page.close()
    return {"name": "鉄の急須.png", "mimeType": "image/png", "buffer": content}


async def _talk(customer: Customer, desk: Desk, picture: FilePayload) -> None:
    await desk.answers(ANSWER)
    await desk.composer.locator("input[type=file]").set_input_files(picture)
    await expect(desk.composer.get_by_role("progressbar")).to_have_count(0)
    await desk.answers(PICTURE_WORDS)
    await expect(customer.line(PICTURE_WORDS).get_by_role("img")).to_be_visible()
    await customer.says(WISH)
    await expect(desk.line(WISH)).to_be_visible()
    await desk.composer.get_by_role("button", name="社内メモ").click()
    await desk.answers(NOTE)
    await desk.composer.get_by_role("button", name="返信", exact=True).click()
    await desk.answers(OFFER)
    await expect(customer.line(OFFER)).to_be_visible()
    await customer.says(LAST)
    await expect(desk.line(LAST)).to_be_visible()
    await expect(customer.line(LAST)).to_contain_text("既読")


def keep(screenshot: bytes, name: str) -> None:
    """Write the picture as small as it can be without losing a colour."""
    path = HERE / f"{name}.png"
    Image.open(io.BytesIO(screenshot)).convert("RGB").save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} is too large: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
