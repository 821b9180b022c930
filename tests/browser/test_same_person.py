"""An operator finds that two customers are one, joins them, parts them, and erases one."""

import json
import os
from pathlib import Path

from playwright.async_api import Locator, expect

from config.demo.members import MEMBERS
from tests.browser.customer import Customer
from tests.browser.desk import Desk
from tests.browser.floor import Floor
from tests.browser.test_identify import log_in

MIDORI, WATARU, HIKARI = MEMBERS


def likely(desk: Desk) -> Locator:
    return desk.pane.locator("section").filter(has_text="同一人物の可能性")


async def claims(customer: Customer, **told: str) -> None:
    async with customer.page.expect_response("**/widget/v1/claims") as answer:
        await customer.page.evaluate(f"sobani('identify', {json.dumps(told)})")
    assert (await answer.value).status == 202


async def shoot(desk: Desk, name: str) -> None:
    folder = os.environ.get("SOBANI_SHOTS")
    if folder:
        page = desk.page
        await page.screenshot(path=Path(folder) / f"{name}.png")
        for label, scheme, width in (("dark", "dark", 1280), ("narrow", "light", 420)):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": 820})
            await page.screenshot(path=Path(folder) / f"{name}-{label}.png")
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size({"width": 1280, "height": 720})


async def test_two_customers_are_compared_joined_and_parted_and_other_desks_follow(
    floor: Floor,
) -> None:
    desk, other = await floor.desk(), await floor.desk("supervisor")
    member, guest = await floor.customer(), await floor.customer()
    await log_in(member, MIDORI)
    await member.says("会員です")
    await guest.says("スマホからです")
    await claims(guest, email=MIDORI.email, name="みどり")
    await desk.read("スマホからです")
    told = {"rank": "一般会員", "city": "札幌", "name": "高橋 翠"}
    floor.site.hand.do("shopfloor.tell", words="スマホからです", values=told)
    await other.read("スマホからです")
    await expect(likely(desk)).to_contain_text(MIDORI.name)
    await expect(likely(desk)).to_contain_text("未確認")
    await shoot(desk, "candidate")
    await likely(desk).get_by_role("button", name="比べて統合").press("Enter")
    dialog = desk.page.get_by_role("dialog", name="同じお客様として統合")
    await expect(dialog.get_by_role("group", name="会員ランク")).to_contain_text("ゴールド会員")
    await expect(dialog.get_by_label("ゴールド会員")).to_be_checked()  # the site knows better
    await dialog.get_by_label("高橋 翠").check()
    await shoot(desk, "merge")
    merge = dialog.get_by_role("button", name="統合する")
    await merge.click()
    await expect(dialog).to_be_visible()  # not without a reason
    await dialog.get_by_label("理由").fill("電話で本人と確認")
    await merge.press("Enter")
    await expect(desk.toast).to_contain_text("お客様を統合しました")
    for each in (desk, other):
        await expect(each.header).to_contain_text("高橋 翠")
        await expect(each.pane).to_contain_text("ゴールド会員")
        await expect(likely(each)).to_have_count(0)
        joined = each.pane.locator("section").filter(has_text="統合の記録")
        await expect(joined).to_contain_text("電話で本人と確認")
        await expect(each.log).to_contain_text("お客様を統合しました")
    await shoot(desk, "joined")
    await desk.pane.get_by_role("button", name="統合を取り消す").click()
    why = desk.page.get_by_role("dialog", name="統合の取り消し")
    await why.get_by_label("理由").fill("ご家族でした")
    await shoot(desk, "reason")
    await why.get_by_role("button", name="取り消す", exact=True).click()
    for each in (desk, other):
        await expect(each.header).to_contain_text("高橋 翠")
        await expect(each.pane).not_to_contain_text("統合の記録")
    await expect(likely(desk)).to_have_count(0)  # somebody has found that they are two


async def test_an_address_that_could_not_be_kept_stands_beside_with_the_reason(
    floor: Floor,
) -> None:
    desk, guest = await floor.desk(), await floor.customer()
    await guest.says("メールを変えました")
    await desk.read("メールを変えました")
    addresses = [f"number{n}@shop.example" for n in range(6)]
    floor.site.hand.do("shopfloor.vouch_for", words="メールを変えました", addresses=addresses)
    await desk.page.reload()
    kept = desk.pane.locator("section").filter(has_text="登録できなかった識別子")
    await expect(kept).to_contain_text("number5@shop.example")
    await expect(kept).to_contain_text("上限に達しています")
    await expect(kept).to_contain_text("CRM の記録で確認")  # who vouched for it
    await shoot(desk, "not-kept")


async def test_escape_leaves_the_comparison_and_nothing_is_changed(floor: Floor) -> None:
    desk, member, guest = await floor.desk(), await floor.customer(), await floor.customer()
    await log_in(member, WATARU)
    await member.says("会員のわたるです")
    await guest.says("別の端末です")
    await claims(guest, email=WATARU.email)
    await desk.read("別の端末です")
    await likely(desk).get_by_role("button", name="比べて統合").click()
    dialog = desk.page.get_by_role("dialog", name="同じお客様として統合")
    await dialog.get_by_label("理由").fill("たぶん")
    await desk.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(likely(desk)).to_contain_text(WATARU.name)


async def test_an_erased_customer_disappears_from_every_desk_and_is_let_go(floor: Floor) -> None:
    desk, other = await floor.desk("admin"), await floor.desk()
    customer = await floor.customer()
    await log_in(customer, HIKARI)
    await customer.says("消してほしい言葉です")
    for each in (desk, other):
        await each.read("消してほしい言葉です")
        await expect(each.header).to_contain_text(HIKARI.name)
        await expect(each.header.get_by_role("button", name="解決する")).to_be_visible()
    await other.pane.get_by_role("button", name="お客様の操作").click()
    await expect(other.pane.get_by_role("button", name="データを消去")).to_have_count(0)
    await other.page.keyboard.press("Escape")
    await desk.pane.get_by_role("button", name="お客様の操作").click()
    await shoot(desk, "menu")
    await desk.pane.get_by_role("button", name="データを消去").click()
    dialog = desk.page.get_by_role("dialog", name="お客様のデータを消去")
    await dialog.get_by_label("理由").fill("本人からの請求")
    await dialog.get_by_role("checkbox").check()
    await shoot(desk, "erase")
    await dialog.get_by_role("button", name="消去する").click()
    await expect(desk.toast).to_contain_text("消去を始めました")
    for each in (desk, other):  # at once, before the words are gone
        await expect(each.page.locator("message-composer")).to_contain_text("書き込めません")
        await expect(each.page.locator("message-composer textarea")).to_have_count(0)
        # What would only be refused is not offered: who looks may open the customer's pane.
        await expect(each.header.locator(".head-acts").get_by_role("button")).to_have_count(1)
    floor.site.hand.do("shopfloor.erase_all")
    for each in (desk, other):
        await expect(each.log).to_contain_text("お客様のデータは消去されました")
        await expect(each.page.locator("body")).not_to_contain_text("消してほしい言葉です")
        await expect(each.header).not_to_contain_text(HIKARI.name)
        await expect(each.pane).not_to_contain_text(HIKARI.email)
    await shoot(desk, "erased")
    floor.forgive()  # the customer's ended token is told to the browser's console


async def test_the_operator_sees_what_the_customer_has_consented_to(floor: Floor) -> None:
    desk, customer = await floor.desk(), await floor.customer()
    await customer.says("計測について教えてください")
    await desk.read("計測について教えてください")
    await desk.pane.get_by_role("button", name="訪問", exact=True).click()
    visits = desk.pane.locator("section").filter(has_text="訪問回数")
    await expect(visits).to_be_visible()
    await expect(visits).not_to_contain_text("計測への同意")
    await customer.page.evaluate("sobani('consent', 'granted')")
    await customer.visit("/demo/faq/")
    await expect(visits).to_contain_text("計測への同意あり")
