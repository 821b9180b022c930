"""Snoozed, resolved, and open again as soon as the customer writes."""

from playwright.async_api import expect

from tests.browser.floor import Floor


async def test_a_snoozed_conversation_comes_back_with_the_customers_words(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("確認して連絡します")
    await desk.read("確認して連絡します")
    await desk.take_in()
    await desk.page.get_by_role("button", name="保留", exact=True).click()
    await desk.page.get_by_role("button", name="お客様から返信があるまで").click()
    await expect(desk.status).to_contain_text("保留中")
    await expect(desk.row("確認して連絡します")).to_have_count(0)
    await desk.page.get_by_role("link", name="保留中").click()
    await expect(desk.row("確認して連絡します")).to_contain_text("返信があるまで")
    await desk.row("確認して連絡します").click()
    await customer.says("確認しました")
    await expect(desk.status).to_have_text("対応中")
    await expect(desk.row("確認しました")).to_have_count(0)
    await desk.page.get_by_role("link", name="すべて", exact=False).first.click()
    await expect(desk.row("確認しました")).to_be_visible()


async def test_a_resolved_conversation_reopens_with_the_customers_words(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("届きました")
    await desk.read("届きました")
    await desk.answers("よかったです")
    helper = customer.chat.get_by_text(f"{desk.name} がご案内しています")
    await expect(helper).to_be_visible()
    await desk.resolve()
    await expect(desk.status).to_have_text("解決済み")
    await expect(helper).to_have_count(0)
    await expect(customer.log).to_contain_text("この会話は対応が完了しました")
    await expect(desk.row("よかったです")).to_have_count(0)
    await customer.says("やはり割れていました")
    await expect(desk.status).to_have_text("対応中")
    await expect(desk.line("やはり割れていました")).to_be_visible()
    await expect(desk.row("やはり割れていました")).to_be_visible()
    await expect(customer.lines).to_have_count(3)


async def test_a_note_and_a_resolution_stay_inside(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("領収書をください")
    await desk.read("領収書をください")
    await desk.composer.get_by_role("button", name="社内メモ").click()
    await desk.answers("経理に確認済み")
    await expect(desk.line("経理に確認済み")).to_contain_text("お客様には表示されません")
    await desk.composer.get_by_role("button", name="返信", exact=True).click()
    await desk.answers("お送りしました")
    await expect(customer.line("お送りしました")).to_be_visible()
    await expect(customer.log).not_to_contain_text("経理")
    await customer.page.reload()
    await expect(customer.line("お送りしました")).to_be_visible()
    await expect(customer.log).not_to_contain_text("経理")


async def test_words_that_are_no_longer_kept_go_from_both_screens_at_once(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("住所をお伝えします")
    await desk.read("住所をお伝えします")
    await desk.answers("承りました")
    await expect(customer.line("承りました")).to_be_visible()
    floor.site.hand.do("shopfloor.let_expire", words="住所をお伝えします")
    await expect(customer.lines).to_have_count(2)
    await expect(customer.lines.filter(has_text="削除されました")).to_have_count(2)
    await expect(customer.log).not_to_contain_text("住所")
    await expect(desk.log.get_by_text("削除されました")).to_have_count(2)
    await expect(desk.log).not_to_contain_text("住所")
    await expect(desk.log).to_contain_text("保存期間が過ぎたため、内容を削除しました")
