"""Labels and notes at two desks: put by keyboard, told at once, never shown to the customer."""

import asyncio
from collections.abc import Sequence

from playwright.async_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.floor import Floor


def block(desk: Desk, title: str) -> Locator:
    heading = desk.page.get_by_role("heading", name=title, exact=True)
    return desk.pane.locator("section.block").filter(has=heading)


async def both_read(floor: Floor, words: str) -> tuple[Desk, Desk]:
    desks = await asyncio.gather(floor.desk("operator"), floor.desk("supervisor"))
    customer = await floor.customer()
    await customer.says(words)
    for desk in desks:
        await desk.read(words)
    return desks


async def pick(desk: Desk, button: str, needles: Sequence[str]) -> None:
    """By keyboard alone: open, look for each, take the first that is found, leave."""
    await desk.pane.get_by_role("button", name=button).press("Enter")
    search = desk.page.get_by_role("searchbox", name="ラベルを探す")
    await expect(search).to_be_focused()
    for needle in needles:
        await search.fill(needle)
        await search.press("Enter")
    await search.press("Escape")


async def test_labels_are_put_by_keyboard_and_told_to_the_other_desk(floor: Floor) -> None:
    words = "箱が開きません"
    one, other = await both_read(floor, words)
    await pick(one, "会話のラベルを選ぶ", ["返品", "不良"])
    await pick(one, "お客様のラベルを選ぶ", ["常連"])
    for desk in (one, other):
        labels = block(desk, "ラベル")
        await expect(labels.locator(".chip")).to_have_text(["返品・交換", "不良品", "常連のお客様"])
        await expect(desk.header.locator(".chip")).to_have_text(["返品・交換", "不良品"])
        await expect(desk.row(words).locator(".row-labels")).to_contain_text("返品・交換")
        line = desk.log.get_by_text("ラベル「不良品」「返品・交換」を付けました")
        await expect(line).to_have_count(1)
    # L opens it, arrows lead from the search to the labels, Space takes one off again.
    await other.row(words).press("l")
    search = other.page.get_by_role("searchbox", name="ラベルを探す")
    await search.fill("返品")
    await search.press("ArrowDown")
    await expect(other.page.get_by_role("button", name="返品・交換", pressed=True)).to_be_focused()
    await other.page.keyboard.press("Space")
    await other.page.keyboard.press("Escape")
    await expect(one.header.locator(".chip")).to_have_text(["不良品"])
    await expect(other.log.get_by_text("ラベル「返品・交換」を外しました")).to_have_count(1)


async def test_the_list_is_narrowed_to_a_label_and_follows_it(floor: Floor) -> None:
    words, others = "包装の相談です", "営業時間を教えてください"
    one, other = await both_read(floor, words)
    await (await floor.customer()).says(others)
    await expect(one.row(others)).to_be_visible()
    await pick(one, "会話のラベルを選ぶ", ["ギフト"])
    await one.list.get_by_role("button", name="ラベルで絞り込む").press("Enter")
    search = one.page.get_by_role("searchbox", name="ラベルを探す")
    await search.fill("ギフト")
    await search.press("Enter")
    await expect(search).to_be_hidden()
    await expect(one.row(words)).to_be_visible()
    await expect(one.row(others)).to_have_count(0)
    await expect(one.line(words)).to_be_visible()  # what was read stays open
    await pick(other, "会話のラベルを選ぶ", ["ギフト"])  # takes it off again
    await expect(one.row(words)).to_have_count(0)
    await one.page.reload()
    await expect(one.connection).to_contain_text("接続中")
    await expect(one.row(others)).to_have_count(0)
    await one.list.get_by_role("link", name="の絞り込みを解除").press("Enter")
    await expect(one.row(others)).to_be_visible()


async def test_a_note_about_a_customer_is_written_changed_and_deleted_before_all(
    floor: Floor,
) -> None:
    one, other = await both_read(floor, "領収書をください")
    kept, seen = block(one, "お客様メモ"), block(other, "お客様メモ")
    await kept.get_by_role("button", name="お客様メモを書く").press("Enter")
    text = kept.get_by_role("textbox")
    await text.fill("宛名なし\n手順は https://wiki.example/receipt <b>太字</b>")
    await text.press("Control+Enter")
    for notes in (kept, seen):
        await expect(notes).to_contain_text("<b>太字</b>")
        link = notes.get_by_role("link", name="https://wiki.example/receipt")
        await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
        await expect(notes).to_contain_text(one.name)
    # Who supervises may change it; what was not saved is kept until it is thought better of.
    await seen.get_by_role("button", name="お客様メモを編集").press("Enter")
    draft = seen.get_by_role("textbox")
    await draft.fill("宛名は会社名で")
    await other.page.reload()
    await seen.get_by_role("button", name="お客様メモを編集").press("Enter")
    await expect(draft).to_have_value("宛名は会社名で")
    await draft.press("Control+Enter")
    await expect(kept).to_contain_text("宛名は会社名で")
    await expect(kept).to_contain_text("編集済み")
    await kept.get_by_role("button", name="削除する").press("Enter")
    await expect(kept.get_by_role("button", name="キャンセル")).to_be_focused()
    await kept.get_by_role("group").get_by_role("button", name="削除する").press("Enter")
    for notes in (kept, seen):
        await expect(notes).not_to_contain_text("宛名は会社名で")
