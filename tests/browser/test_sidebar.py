"""The laid-out pane: a secret is revealed for a reason, blocks fold for good, fields are found."""

import re

from playwright.async_api import expect

from config.demo.members import MEMBERS
from tests.browser.desk import Desk
from tests.browser.floor import Floor
from tests.browser.test_identify import log_in

HIKARI = MEMBERS[2]


async def test_a_secret_is_revealed_for_a_reason_and_a_folded_block_stays_folded(
    floor: Floor,
) -> None:
    desk = await floor.desk("supervisor")
    customer = await floor.customer()
    await customer.says("合言葉を忘れました")
    await desk.read("合言葉を忘れました")
    await log_in(customer, HIKARI)
    member = desk.pane.locator("section").filter(has_text="会員情報")
    await expect(member).to_contain_text("••••")
    await expect(member).not_to_contain_text(HIKARI.hint)
    await member.get_by_role("button", name="理由を記録して表示").press("Enter")
    await desk.page.get_by_label("表示する理由").fill("本人確認のため")
    await desk.page.get_by_label("表示する理由").press("Enter")
    await expect(member).to_contain_text(HIKARI.hint)
    await member.get_by_role("button", name="隠す").press("Enter")
    await expect(member).not_to_contain_text(HIKARI.hint)
    await expect(member.get_by_role("button", name="理由を記録して表示")).to_be_focused()
    fold = member.get_by_role("button", name="会員情報", exact=True)
    await fold.press("Enter")
    await expect(member).not_to_contain_text(HIKARI.rank)
    await desk.page.reload()
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await desk.pane.get_by_role("button", name="項目を探す").press("Enter")
    await desk.pane.get_by_role("searchbox").fill("会員ランク")
    await expect(member).to_contain_text(HIKARI.rank)
    await expect(member).not_to_contain_text("入会日")


async def test_a_conversation_opens_with_one_request_for_all_that_stands_in_and_beside_it(
    floor: Floor,
) -> None:
    desk = await floor.desk("supervisor")
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url.split("/api/v1/")[-1]))
    customer = await floor.customer()
    await customer.says("在庫はありますか")
    await log_in(customer, HIKARI)
    asked.clear()
    await desk.read("在庫はありますか")
    await expect(desk.pane).to_contain_text(HIKARI.rank)
    opening = [path for path in asked if path.startswith("conversations/")]
    assert [path.split("/")[-1] for path in opening if path.endswith(("/thread", "/sidebar"))] == [
        "thread"
    ]


async def test_another_layout_reaches_an_open_console_and_goes_again(
    floor: Floor,
) -> None:
    desk = await floor.desk("supervisor")
    customer = await floor.customer()
    await customer.says("ポイントを知りたいです")
    await desk.read("ポイントを知りたいです")
    await log_in(customer, HIKARI)
    await expect(desk.pane).to_contain_text(HIKARI.rank)
    await expect(desk.pane).not_to_contain_text("札の名")
    id = floor.site.hand.do("lay_out", label="札の名", key="points")
    try:
        await expect(desk.pane).to_contain_text("札の名")
    finally:
        floor.site.hand.do("take_down", id=id)
    await expect(desk.pane).not_to_contain_text("札の名")


async def profile_of(desk: Desk) -> str:
    id = desk.page.url.split("/c/")[1].split("?")[0]
    asked = await desk.page.request.get(f"{desk.origin}/api/v1/conversations/{id}")
    return str((await asked.json())["profile_id"])


async def test_sources_that_disagree_say_so_and_what_each_says_on_a_click(floor: Floor) -> None:
    desk = await floor.desk("supervisor")
    customer = await floor.customer()
    await customer.says("会員ランクを確認したいです")
    await desk.read("会員ランクを確認したいです")
    await log_in(customer, HIKARI)
    member = desk.pane.locator("section").filter(has_text="会員情報").first
    await expect(member).to_contain_text(HIKARI.rank)
    await expect(member.get_by_text("他1件")).to_have_count(0)
    floor.site.hand.do(
        "tell_trait", profile_id=await profile_of(desk), key="rank", value="プラチナ会員"
    )
    await expect(member).to_contain_text("プラチナ会員")  # the CRM is the stronger source
    chip = member.get_by_text("他1件")
    await expect(member.locator(".others-list")).to_be_hidden()
    await chip.focus()
    await chip.press("Enter")
    await expect(member.locator(".others-list")).to_contain_text(HIKARI.rank)
    await expect(member.locator(".others-list")).to_contain_text("サイト・")
    told = member.locator("dd", has_text="プラチナ会員")
    await expect(told).to_have_attribute("title", re.compile(r"CRM.*\n変更 .*\n取得 ", re.DOTALL))


async def test_the_preview_draws_the_pane_as_another_operator_sees_it(floor: Floor) -> None:
    desk = await floor.desk("supervisor")
    customer = await floor.customer()
    await customer.says("席の下見をしたいです")
    await desk.read("席の下見をしたいです")
    await log_in(customer, HIKARI)
    await expect(desk.pane).to_contain_text(HIKARI.rank)
    admin = await floor.desk("admin")
    id = desk.page.url.split("/c/")[1].split("?")[0]
    await admin.page.goto(
        f"{admin.origin}/admin/talk/sidebarlayout/preview/?operator={desk.id}&conversation={id}"
    )
    pane = admin.page.locator("customer-pane")
    for title in ("会員情報", "お客様メモ", "ラベル"):
        await expect(pane.get_by_role("heading", name=title, exact=True)).to_be_visible()
    await expect(pane).to_contain_text("••••")
    await expect(pane.get_by_role("button", name="お客様メモを書く")).to_be_hidden()
    await pane.get_by_role("button", name="会員情報", exact=True).press("Enter")
    await expect(pane).not_to_contain_text(HIKARI.rank)


async def test_a_block_that_is_folded_at_one_desk_is_folded_at_another(floor: Floor) -> None:
    words = "折りたたみを確かめたいです"
    desk = await floor.desk("operator")
    await (await floor.customer()).says(words)
    await desk.read(words)
    fold = desk.pane.get_by_role("button", name="この会話", exact=True)
    await expect(fold).to_be_visible()
    is_open = await fold.get_attribute("aria-expanded")
    async with desk.page.expect_response("**/me/pane") as told:
        await fold.press("Enter")
    assert (await told.value).status == 200
    turned = "false" if is_open == "true" else "true"
    elsewhere = await floor.desk("operator")  # another browser, with nothing kept in it
    await elsewhere.read(words)
    same = elsewhere.pane.get_by_role("button", name="この会話", exact=True)
    await expect(same).to_have_attribute("aria-expanded", turned)


async def test_what_becomes_secret_leaves_consoles_that_are_open_and_words_stay(
    floor: Floor,
) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("わたしの名前を隠してください")
    await log_in(customer, HIKARI)
    await desk.read("わたしの名前を隠してください")
    await expect(desk.header).to_contain_text(HIKARI.name)
    await desk.text.fill("書きかけです")
    floor.site.hand.do("shopfloor.classify", key="name", visibility="secret")
    try:
        await expect(desk.header).to_contain_text("••••")
        await expect(desk.page.locator("body")).not_to_contain_text(HIKARI.name)
        await expect(desk.connection).to_contain_text("接続中")
        await expect(desk.text).to_have_value("書きかけです")
        await expect(desk.pane.get_by_role("button", name="名前を変更")).to_have_count(0)
    finally:
        floor.site.hand.do("shopfloor.classify", key="name", visibility="")
    await expect(desk.header).to_contain_text(HIKARI.name)
