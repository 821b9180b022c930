"""The line above the thread follows the facts and leads to them; a message leads to its time."""

import asyncio
import re
from typing import Any

from playwright.async_api import Locator, Route, expect

from tests.browser.customer import Customer
from tests.browser.desk import Desk
from tests.browser.floor import Floor
from tests.browser.test_accessibility import SETTLED, faults

HELLO, FIRST = "こんにちは", "送料について教えてください"
REFUSED = {"status": 404, "json": {"code": "not_found", "status": 404}}


def clause(desk: Desk, words: str) -> Locator:
    return desk.page.get_by_role("list", name="お客様の状況").get_by_role("button", name=words)


def way_back(desk: Desk, body: str) -> Locator:
    return desk.line(body).get_by_role("button", name="その時の状況を見る")


def block(desk: Desk, title: str) -> Locator:
    title_of = desk.page.get_by_role("heading", name=title, exact=True)
    return desk.pane.locator("section").filter(has=title_of)


async def buy_into(customer: Customer, slug: str) -> None:
    await customer.visit(f"/demo/items/{slug}/")
    await customer.page.get_by_role("button", name="カートに入れる").press("Enter")
    await customer.page.wait_for_url("**/demo/cart/")  # whoever goes on before has put in nothing


async def entered(floor: Floor) -> Customer:
    """Return a customer who has something in the cart before they write."""
    customer = Customer(await (await floor.context()).new_page(), floor.origin)
    await buy_into(customer, "iron-kettle")
    await customer.open_chat()
    await customer.says(HELLO)
    return customer


async def test_the_headline_follows_the_cart_and_leads_to_it(floor: Floor) -> None:
    desk = await floor.desk("supervisor")
    customer = await floor.customer()
    await customer.says(FIRST)
    await desk.read(FIRST)
    await expect(clause(desk, "カート")).to_have_count(0)
    await buy_into(customer, "iron-kettle")
    await expect(clause(desk, "カート")).to_contain_text("(1点)")
    await buy_into(customer, "mug-indigo")
    await expect(clause(desk, "カート")).to_contain_text("(2点)")
    fold = desk.pane.get_by_role("button", name="カート", exact=True)
    await fold.click()
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await desk.pane.get_by_role("button", name="閉じる").click()
    await clause(desk, "カート").press("Enter")
    await expect(block(desk, "カート")).to_be_focused()
    await expect(fold).to_have_attribute("aria-expanded", "true")
    await desk.pane.get_by_role("button", name="閉じる").click()
    await expect(clause(desk, "カート")).to_be_focused()


async def test_a_message_shows_what_was_known_then_beside_now(floor: Floor) -> None:
    desk = await floor.desk("supervisor")
    customer = await entered(floor)
    await desk.read(HELLO)
    await expect(clause(desk, "カート")).to_contain_text("(1点)")
    await customer.says(FIRST)
    await expect(desk.line(FIRST)).to_be_visible()
    await buy_into(customer, "mug-indigo")
    await customer.visit("/demo/items/")
    await expect(clause(desk, "カート")).to_contain_text("(2点)")
    await desk.line(FIRST).hover()
    await way_back(desk, FIRST).click()
    await expect(desk.pane.locator(".then-title")).to_be_focused()
    await expect(block(desk, "カート")).to_contain_text(re.compile(r"1点.*いま.*2点", re.DOTALL))
    await expect(block(desk, "見ていたページ")).to_contain_text("いま")
    await expect(way_back(desk, FIRST)).to_have_attribute("aria-pressed", "true")
    await desk.page.evaluate(SETTLED)
    assert await faults(desk.page) == []
    await desk.page.keyboard.press("Escape")
    await expect(desk.pane.locator("then-pane")).to_have_count(0)
    await expect(block(desk, "カート")).to_contain_text("2点")
    await expect(way_back(desk, FIRST)).to_be_focused()


async def test_looking_back_says_that_it_waits_and_when_it_may_not(floor: Floor) -> None:
    desk = await floor.desk("supervisor", viewport={"width": 390, "height": 844})
    customer = await floor.customer()
    await customer.says(HELLO)
    await desk.read(HELLO)
    answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def hold(route: Route) -> None:
        await route.fulfill(**await answers.get())

    await desk.page.route("**/api/v1/messages/*/context", hold)
    await way_back(desk, HELLO).focus()
    await desk.page.keyboard.press("Enter")
    await expect(desk.pane.get_by_role("status")).to_contain_text("調べています")
    await expect(desk.pane.get_by_role("status")).to_contain_text("時間がかかっています")
    await answers.put({"status": 500, "json": {"code": "unexpected", "status": 500}})
    await expect(desk.pane.get_by_role("alert")).to_contain_text("読み込めませんでした")
    await desk.pane.get_by_role("button", name="もう一度読み込む").click()
    await answers.put(REFUSED)
    await expect(desk.pane.get_by_role("alert")).to_contain_text("見られません")
    await desk.pane.get_by_role("button", name="いまの状況に戻る").click()
    await expect(desk.pane).to_have_count(0)  # it was opened for this alone
    await expect(way_back(desk, HELLO)).to_be_focused()
    floor.forgive()  # the browser's console tells of both refusals
