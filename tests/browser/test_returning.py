"""Reloading and coming back: history, drafts and what was open are still there."""

import re

from playwright.async_api import expect

from tests.browser.customer import Customer
from tests.browser.floor import Floor


async def test_a_reload_of_both_sides_changes_nothing(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("再読み込みします")
    await desk.read("再読み込みします")
    await desk.answers("どうぞ")
    await expect(customer.line("どうぞ")).to_be_visible()
    await desk.text.fill("書きかけの返信")
    await customer.text.fill("書きかけの質問")
    await desk.page.reload()
    await customer.page.reload()
    await expect(desk.page).to_have_url(re.compile(r"/c/[0-9a-f-]{36}"))
    await expect(desk.lines).to_have_text([re.compile("再読み込みします"), re.compile("どうぞ")])
    await expect(desk.text).to_have_value("書きかけの返信")
    await expect(customer.panel).to_be_visible()
    await expect(customer.lines).to_have_text(
        [re.compile("再読み込みします"), re.compile("どうぞ")]
    )
    await expect(customer.text).to_have_value("書きかけの質問")
    await customer.text.press("Enter")
    await desk.text.press("Enter")
    await expect(desk.line("書きかけの質問")).to_be_visible()
    await expect(customer.line("書きかけの返信")).to_be_visible()
    await expect(customer.lines).to_have_count(4)
    await expect(desk.lines).to_have_count(4)


async def test_a_visitor_who_comes_back_another_day_is_known(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("また来ます")
    await desk.read("また来ます")
    await desk.answers("お待ちしております")
    await expect(customer.line("お待ちしております")).to_be_visible()
    kept = await customer.context.storage_state()
    # A killed browser says no good-bye, nor does one that is closed before it could send it.
    await customer.page.goto("about:blank")
    await expect(desk.now).to_be_hidden()
    await customer.context.close()
    floor.contexts.remove(customer.context)
    await desk.answers("本日入荷しました")
    await expect(desk.line("本日入荷しました")).to_contain_text("送信済み")
    context = await floor.context(storage_state=kept)
    back = Customer(await context.new_page(), floor.origin)
    await back.visit("/demo/items/")
    launcher = back.page.get_by_role("button", name="チャットを開く (未読 1)")
    await launcher.click()
    await expect(back.lines).to_have_count(3)
    await expect(back.line("本日入荷しました")).to_be_visible()
    await expect(desk.line("本日入荷しました")).to_contain_text("既読")
    await back.says("見に来ました")
    await expect(desk.line("見に来ました")).to_be_visible()
    await expect(desk.now).to_contain_text("/demo/items/")


async def test_another_browser_is_another_visitor(floor: Floor) -> None:
    first = await floor.customer()
    await first.says("私だけの話です")
    await expect(first.line("私だけの話です")).to_contain_text("送信済み")
    second = await floor.customer()
    await expect(second.log).to_contain_text("お気軽にお尋ねください")
    await expect(second.lines).to_have_count(0)
    await first.page.reload()
    await expect(first.lines).to_have_count(1)
