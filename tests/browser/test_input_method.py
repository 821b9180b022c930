"""Writing Japanese: the Enter that accepts a word is not the one that sends."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import CDPSession, Locator, Page, expect

from tests.browser.floor import Floor

ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
# What the browser tells while an input method has the key.
TAKEN = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
# The console lets the Enter of a just ended composition pass, as Safari needs it.
SETTLED = "() => new Promise((done) => setTimeout(done, 60))"


class InputMethod:
    """Types as a Japanese input method does: unfinished words, a choice, the accepted one."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self.page, self.devtools = page, devtools

    async def compose(self, *stages: str) -> None:
        for text in stages:
            place = {"selectionStart": len(text), "selectionEnd": len(text)}
            await self.devtools.send("Input.imeSetComposition", {"text": text, **place})

    async def press(self, key: dict[str, object]) -> None:
        for type in ("rawKeyDown", "keyUp"):
            await self.devtools.send("Input.dispatchKeyEvent", {"type": type, **key})

    async def accept(self, text: str) -> None:
        await self.devtools.send("Input.insertText", {"text": text})
        await self.page.evaluate(SETTLED)


Side = Callable[[Floor], Awaitable[tuple[Page, Locator, Locator]]]


async def console(floor: Floor) -> tuple[Page, Locator, Locator]:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("変換の試験です")
    await desk.read("変換の試験です")
    return desk.page, desk.text, desk.line("今日は")


async def widget(floor: Floor) -> tuple[Page, Locator, Locator]:
    customer = await floor.customer()
    return customer.page, customer.text, customer.line("今日は")


@pytest.mark.parametrize("side", [console, widget])
async def test_enter_sends_only_when_nothing_is_being_composed(floor: Floor, side: Side) -> None:
    page, text, line = await side(floor)
    method = InputMethod(page, await page.context.new_cdp_session(page))
    await text.focus()
    await method.compose("k", "きょう", "きょうは")
    await expect(text).to_have_value("きょうは")
    for enter in (ENTER, TAKEN):
        await method.press(enter)
        await expect(text).to_have_value("きょうは")
    await method.compose("今日は")
    await method.press(TAKEN)
    await method.accept("今日は")
    await expect(text).to_have_value("今日は")
    await expect(line).to_have_count(0)
    await text.press("Enter")
    await expect(line).to_have_count(1)
    await expect(text).to_have_value("")


async def test_enter_saves_a_name_only_when_nothing_is_being_composed(floor: Floor) -> None:
    desk, customer = await floor.desk(), await floor.customer()
    await customer.says("変換の途中です")
    await desk.read("変換の途中です")
    await desk.pane.get_by_role("button", name="名前を変更").press("Enter")
    name = desk.pane.get_by_label("お客様の名前")
    await expect(name).to_be_focused()
    method = InputMethod(desk.page, await desk.context.new_cdp_session(desk.page))
    await method.compose("y", "やまだ")
    for enter in (ENTER, TAKEN):
        await method.press(enter)
        await expect(name).to_have_value("やまだ")
    await method.compose("山田")
    await method.accept("山田")
    await expect(name).to_have_value("山田")
    await name.press("Enter")
    await expect(desk.pane.locator(".person-name")).to_have_text("山田")
