"""The main job: a visitor writes in the widget, an operator sees it at once and answers."""

import re

from playwright.async_api import expect

from tests.browser.floor import Floor


async def test_words_travel_both_ways_with_the_customers_context_beside_them(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer("/demo/items/iron-kettle/")
    await customer.says("鉄瓶は直火で使えますか")
    await expect(customer.line("鉄瓶は直火で使えますか")).to_contain_text("送信済み")
    await expect(desk.page).to_have_title(re.compile(r"^\(\d+\) Sobani$"))
    await desk.read("鉄瓶は直火で使えますか")
    await expect(desk.pane).to_contain_text("いま見ているページ")
    await expect(desk.pane.get_by_role("link", name="/demo/items/iron-kettle/")).to_be_visible()
    await expect(desk.pages.get_by_role("listitem")).to_have_count(1)
    await desk.pane.get_by_role("button", name="環境", exact=True).click()
    await expect(desk.pane).to_contain_text("パソコン")
    await expect(desk.pane).to_contain_text("Chrome")
    await expect(desk.pane).to_contain_text("日本語")
    await desk.answers("はい、直火でお使いいただけます。")
    await expect(customer.line("はい、直火でお使いいただけます。")).to_be_visible()
    await expect(customer.chat.get_by_text(f"{desk.name} がご案内しています")).to_be_visible()
    await expect(desk.line("はい、直火でお使いいただけます。")).to_contain_text("既読")
    await expect(customer.line("鉄瓶は直火で使えますか")).to_contain_text("既読")
    await expect(customer.lines).to_have_count(2)
    await expect(desk.lines).to_have_count(2)


async def test_each_sees_that_the_other_is_writing(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("入力中の表示を見たいです")
    await desk.read("入力中の表示を見たいです")
    await customer.text.press_sequentially("ところで")
    await expect(desk.log).to_contain_text("さんが入力しています")
    await expect(desk.list).to_contain_text("さんが入力しています")
    await desk.text.press_sequentially("はい、")
    await expect(customer.log).to_contain_text(f"{desk.name} が入力しています")
    await customer.text.press("Enter")
    await expect(desk.line("ところで")).to_be_visible()
    await expect(desk.log.get_by_text("さんが入力しています")).to_be_hidden()
    await desk.text.fill("")
    await expect(customer.log.get_by_text("が入力しています")).to_be_hidden()


async def test_the_pane_follows_the_customer_and_the_chat_goes_with_them(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer("/demo/")
    await customer.says("緑茶を探しています")
    await desk.read("緑茶を探しています")
    await customer.text.fill("書きかけの質問")
    await customer.page.get_by_role("link", name="よくある質問").first.click()
    await expect(customer.page).to_have_title(re.compile("よくある質問"))
    await expect(desk.now).to_contain_text("よくある質問")
    await expect(desk.now).to_contain_text("/demo/faq/")
    await expect(customer.line("緑茶を探しています")).to_be_visible()
    await expect(customer.text).to_have_value("書きかけの質問")
    await customer.page.get_by_role("link", name="すべて").first.click()
    await expect(desk.now).to_contain_text("/demo/items/")
    paths = desk.pages.get_by_role("listitem")
    await expect(paths).to_have_count(3)
    await expect(paths.nth(1)).to_contain_text("/demo/faq/")
    await customer.text.press("Enter")
    await expect(desk.line("書きかけの質問")).to_be_visible()
    await customer.page.goto("about:blank")
    await expect(desk.pane).not_to_contain_text("いま見ているページ")
