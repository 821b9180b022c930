"""Usable by everybody: axe finds nothing serious, and the keyboard alone is enough."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Frame, Page, expect

from tests.browser.floor import Floor

SERIOUS = {"serious", "critical"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SHOP_PAGES = ("", "items/", "items/iron-kettle/", "cart/", "login/", "faq/")


SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  await frame();
}"""


async def faults(page: Page | Frame) -> list[str]:
    """Return what somebody could not use, with the first place of each."""
    found = (await Axe().run(page)).response["violations"]
    serious = [rule for rule in found if rule["impact"] in SERIOUS]
    return [
        f"{rule['id']}: {rule['nodes'][0]['html']} {rule['nodes'][0]['failureSummary']}"
        for rule in serious
    ]


async def test_the_check_finds_a_fault(floor: Floor) -> None:
    page = await (await floor.context()).new_page()
    await page.set_content("<!doctype html><html><img src='data:,'><button></button></html>")
    found = await faults(page)
    assert {line.partition(":")[0] for line in found} >= {"button-name", "html-has-lang"}


@pytest.mark.parametrize("path", SHOP_PAGES)
async def test_the_shop(floor: Floor, path: str) -> None:
    page = await (await floor.context()).new_page()
    await page.goto(f"{floor.origin}/demo/{path}")
    await expect(page.get_by_role("button", name="チャットを開く")).to_be_visible()
    assert await faults(page) == []


async def test_both_sides_of_a_conversation(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    question = "読み上げで使えますか https://shop.example/help"
    await customer.says(question)
    await desk.read(question)
    await desk.answers("はい、お使いいただけます。")
    await expect(customer.line("はい、お使いいただけます。")).to_be_visible()
    await desk.resolve()
    await expect(customer.log).to_contain_text("対応が完了しました")
    chat = next(frame for frame in customer.page.frames if "/widget/" in frame.url)
    for scheme in SCHEMES:
        for page in (customer.page, desk.page):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.evaluate(SETTLED)
            assert await faults(page) == []
        assert await faults(chat) == []
    await desk.page.get_by_role("button", name=f"{desk.name}さんのメニュー").click()
    assert await faults(desk.page) == []


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_an_operator_works_with_the_keyboard_alone(floor: Floor) -> None:
    """From the log-in to a resolved conversation without a mouse."""
    customer = await floor.customer()
    await customer.says("キーボードだけで返事できますか")
    await expect(customer.line("キーボードだけで")).to_contain_text("送信済み")
    page = await (await floor.context()).new_page()
    await page.goto(f"{floor.origin}/login/?next=/%3Fview=all")
    await page.keyboard.type("operator@demo.example")
    await press(page, "Tab")
    await page.keyboard.type("sobani-demo")
    await press(page, "Enter")
    row = page.get_by_role("listitem").filter(has_text="キーボードだけで").get_by_role("link")
    await expect(row).to_be_visible()
    await press(page, "j")
    await expect(row).to_be_focused()
    await press(page, "Enter")
    log = page.get_by_role("log")
    await expect(log).to_contain_text("キーボードだけで返事できますか")
    await press(page, "r")
    await expect(page.get_by_role("form").get_by_role("textbox")).to_be_focused()
    await page.keyboard.type("hai, dekimasu")
    await press(page, "Enter")
    await expect(customer.line("hai, dekimasu")).to_be_visible()
    await press(page, "Escape", "e")
    await expect(page.locator("thread-header .status")).to_have_text("解決済み")
    await expect(customer.log).to_contain_text("対応が完了しました")


async def test_a_customer_talks_with_the_keyboard_alone(floor: Floor) -> None:
    page = await (await floor.context()).new_page()
    await page.goto(f"{floor.origin}/demo/faq/")
    launcher = page.get_by_role("button", name="チャットを開く")
    await expect(launcher).to_be_visible()
    await press(page, "Shift+Tab")  # it stands last on the page
    await expect(launcher).to_be_focused()
    await press(page, "Enter")
    chat = page.frame_locator("sobani-chat iframe")
    await expect(chat.get_by_role("textbox")).to_be_focused()
    await page.keyboard.type("konnichiwa")
    await press(page, "Enter")
    await expect(chat.get_by_role("article")).to_contain_text("konnichiwa")
    await expect(chat.get_by_role("article")).to_contain_text("送信済み")
    await press(page, "Escape")
    await expect(page.get_by_role("dialog", name="チャット")).to_be_hidden()
    await expect(launcher).to_be_focused()
    await press(page, "Shift+Tab")
    await expect(launcher).not_to_be_focused()
