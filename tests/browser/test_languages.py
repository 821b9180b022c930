"""Japanese first and complete, English too, light and dark; nobody ever sees a text's key."""

import re

import pytest
from playwright.async_api import Frame, Page, expect

from config.demo.labels import ARCHIVED, OF_CUSTOMERS, OF_TOPICS
from config.demo.layouts import DESK, SHOP
from tests.browser.customer import EN, Customer
from tests.browser.desk import Desk
from tests.browser.floor import Floor

# A key looks like `pane.kind.desktop`; a placeholder that nobody filled in like `{name}`.
KEY = re.compile(r"(?<![\w/.@:-])[a-z]+(?:\.[a-zA-Z]+)+(?![\w/.@-])|\{\w+\}")
VISIBLE = """() => {
  const names = [...document.querySelectorAll("[aria-label], [title], [placeholder]")].flatMap(
    (it) => ["aria-label", "title", "placeholder"].map((name) => it.getAttribute(name) ?? ""));
  return [document.body.innerText, ...names].join("\\n");
}"""
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


async def words(page: Page | Frame) -> str:
    """Return everything that is written on the page or read out from it."""
    return str(await page.evaluate(VISIBLE))


async def keys(page: Page | Frame) -> list[str]:
    return [found for found in KEY.findall(await words(page)) if not found.startswith("example")]


async def open_menus(desk: Desk) -> list[str]:
    """Open one menu after the other; return the keys that any of them shows."""
    found = await keys(desk.page)
    for button in await desk.page.locator("[aria-haspopup=dialog]:visible").all():
        await button.click()
        found += await keys(desk.page)
        await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("?")
    return [*found, *await keys(desk.page)]


async def test_the_check_finds_a_key(floor: Floor) -> None:
    page = await (await floor.context()).new_page()
    await page.set_content("<p title='pane.kind.robot'>{name}さん</p> shop.example/a.b 127.0.0.1")
    assert await keys(page) == ["{name}", "pane.kind.robot"]


async def is_dark(page: Page | Frame) -> bool:
    color = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", color)[:3])) < 200


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_console_in_both_languages(floor: Floor, language: str) -> None:
    desk = await floor.desk()
    if language == "en":
        await desk.page.get_by_role("button", name=f"{desk.name}さんのメニュー").click()
        await desk.page.get_by_role("button", name="English").click()
        await desk.page.keyboard.press("Escape")
    assert await desk.page.evaluate("document.documentElement.lang") == language
    for view in ("mine", "unassigned", "snoozed", "resolved", "all"):
        await desk.page.locator(f".nav-link[href*='view={view}']").click()
        await expect(desk.page.locator(".skeleton-row")).to_have_count(0)
        assert await keys(desk.page) == []
    await desk.page.locator("conversation-row a").first.click()
    await expect(desk.lines.first).to_be_visible()
    assert await open_menus(desk) == []


async def test_both_sides_follow_the_system_into_the_dark(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    chat = next(frame for frame in customer.page.frames if "/widget/" in frame.url)
    assert [await is_dark(desk.page), await is_dark(chat)] == [False, False]
    for page in (desk.page, customer.page):
        await page.emulate_media(color_scheme="dark")
    assert [await is_dark(desk.page), await is_dark(chat)] == [True, True]
    await desk.page.get_by_role("button", name=f"{desk.name}さんのメニュー").click()
    await desk.page.get_by_role("button", name="ライト").click()
    assert not await is_dark(desk.page)
    await desk.page.reload()
    await expect(desk.connection).to_contain_text("接続中")
    assert not await is_dark(desk.page)


async def test_an_english_console_speaks_english_only(floor: Floor) -> None:
    """But for what people have written, the administrator's labels among it."""
    desk = await floor.closed_desk("alex", locale="en-GB")
    await desk.page.goto(f"{floor.origin}/?view=all")
    await expect(desk.page.get_by_role("heading", name="All")).to_be_visible()
    await desk.page.locator("conversation-row a").first.click()
    await expect(desk.lines.first).to_be_visible()
    await desk.page.evaluate("for (const it of document.querySelectorAll('bdi')) it.remove()")
    shown = await words(desk.page)
    labels = (*OF_TOPICS, *OF_CUSTOMERS, *ARCHIVED)
    theirs = {line.label for line in (*SHOP, *DESK)} | {
        text for one in labels for text in one[:3:2]
    }
    for text in sorted(filter(None, theirs), key=len, reverse=True):
        shown = shown.replace(text, "")
    assert [line for line in shown.splitlines() if JAPANESE.search(line)] == []


async def test_the_widget_in_both_languages(floor: Floor) -> None:
    customer = await floor.customer()
    await customer.says("言葉を切り替えます")
    await expect(customer.line("言葉を切り替えます")).to_contain_text("送信済み")
    chat = next(frame for frame in customer.page.frames if "/widget/" in frame.url)
    assert await keys(chat) == []
    await customer.page.evaluate("sobani('locale', 'en')")
    english = Customer(customer.page, customer.origin, EN)
    await expect(english.text).to_be_visible()
    await expect(english.line("言葉を切り替えます")).to_contain_text("Sent")
    assert await keys(chat) == []
    assert {line for line in (await words(chat)).splitlines() if JAPANESE.search(line)} == {
        "オ",  # the inbox's picture is the first letter of its name
        "オンラインショップ",
        "いらっしゃいませ。商品やお届けのこと、お気軽にお尋ねください。",
        "言葉を切り替えます",
    }
