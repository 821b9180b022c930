"""What was told of a customer stands beside the conversation, with who says so."""

from playwright.async_api import expect

from config.demo.members import MEMBERS
from tests.browser.floor import Floor
from tests.browser.test_identify import log_in

HIKARI = MEMBERS[2]


async def test_member_data_and_identifiers_are_shown_with_their_source(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("会員かどうか分かりますか")
    await desk.read("会員かどうか分かりますか")
    await expect(desk.pane).not_to_contain_text("会員ランク")
    await log_in(customer, HIKARI)
    known = desk.pane.locator("section").filter(has_text="会員情報")
    await expect(known).to_contain_text(HIKARI.rank)
    await expect(known).to_contain_text("サイト・")
    reached = desk.pane.locator("section").filter(has_text="連絡先と会員番号")
    mail = reached.locator(".fact").filter(has_text="メール")
    await expect(mail).to_contain_text(HIKARI.email)
    await expect(mail).to_contain_text("確認済み")
    await customer.page.evaluate("sobani('identify', { phone: '090-1234-5678' })")
    await desk.page.reload()
    phone = reached.locator(".fact").filter(has_text="電話")
    await expect(phone).to_contain_text("未確認")


async def test_cart_and_errors_are_shown_as_they_happen(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer("/demo/items/iron-kettle/")
    await customer.says("これはいくらですか")
    await desk.read("これはいくらですか")
    await customer.page.get_by_role("button", name="カートに入れる").press("Enter")
    cart = desk.pane.locator("section").filter(has=desk.page.get_by_text("カート", exact=True))
    await expect(cart).to_contain_text("鉄の急須")
    await expect(cart).to_contain_text("×1")
    await customer.visit("/demo/login/")
    await customer.page.get_by_label("メールアドレス").fill("nobody@shop.example")
    await customer.page.get_by_label("パスワード", exact=True).fill("wrong")
    await customer.page.locator("main").get_by_role("button", name="ログイン").press("Enter")
    errors = desk.pane.locator("section").filter(has_text="表示されたエラー")
    await expect(errors).to_contain_text("メールアドレスまたはパスワードが正しくありません")
    floor.forgive()  # the shop answered 422, which the browser's console tells


async def test_an_operator_names_a_customer_and_takes_it_back_and_every_desk_follows(
    floor: Floor,
) -> None:
    desk, other = await floor.desk(), await floor.desk("supervisor")
    customer = await floor.customer()
    await log_in(customer, HIKARI)
    await customer.says("名前を呼んでください")
    for each in (desk, other):
        await each.read("名前を呼んでください")
        await expect(each.header).to_contain_text(HIKARI.name)
    await desk.pane.get_by_role("button", name="名前を変更").press("Enter")
    name = desk.pane.get_by_label("お客様の名前")
    await expect(name).to_be_focused()
    await expect(name).to_have_value(HIKARI.name)
    await name.press("Escape")
    await expect(desk.pane.get_by_role("button", name="名前を変更")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await name.fill("ひかりさん")
    await name.press("Enter")
    for each in (desk, other):
        await expect(each.header).to_contain_text("ひかりさん")
        await expect(each.pane.locator(".person-name")).to_have_text("ひかりさん")
        await expect(each.row("名前を呼んでください")).to_contain_text("ひかりさん")
    await other.pane.get_by_role("button", name="名前を変更").press("Enter")
    back = other.pane.get_by_role("button", name=f"「{HIKARI.name}」に戻す（サイト）")
    await back.press("Enter")
    for each in (desk, other):
        await expect(each.header).to_contain_text(HIKARI.name)
        await expect(each.pane.locator(".person-name")).to_have_text(HIKARI.name)
    for each in (desk, other):
        await each.pane.get_by_role("button", name="名前を変更").press("Enter")
        await expect(each.pane.get_by_label("お客様の名前")).to_be_focused()
    await expect(other.pane.locator(".name-back")).to_have_count(0)
    await other.pane.get_by_label("お客様の名前").fill("さとう様")
    await other.page.keyboard.press("Enter")
    await expect(desk.header).to_contain_text("さとう様")
    await name.fill("ひかり様")
    await name.press("Enter")
    await expect(desk.toast).to_contain_text("先に名前を変更しました")
    await expect(name).to_have_value("ひかり様")  # nobody's words are lost
    await name.press("Enter")
    await expect(other.header).to_contain_text("ひかり様")
    # What a whole floor knows of a member is left as it was found.
    await other.pane.get_by_role("button", name="名前を変更").press("Enter")
    await back.press("Enter")
    await expect(desk.header).to_contain_text(HIKARI.name)
    floor.forgive()  # the refusal stands in the browser's console
