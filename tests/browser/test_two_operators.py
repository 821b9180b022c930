"""Two operators want the same conversation (I-12, I-13)."""

import asyncio

from playwright.async_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.floor import Floor
from tests.browser.stale import Stale

TAKEN = "担当になりました"


async def read_by(desks: tuple[Desk, Desk], floor: Floor, words: str) -> None:
    customer = await floor.customer()
    await customer.says(words)
    for desk in desks:
        await desk.read(words)


def take(desk: Desk) -> Locator:
    return desk.page.get_by_role("button", name="自分が担当する")


async def test_i_12_of_two_who_take_a_conversation_one_wins(floor: Floor) -> None:
    desks = await asyncio.gather(floor.desk("operator"), floor.desk("supervisor"))
    await read_by(desks, floor, "どなたが担当ですか")
    for desk in desks:
        await desk.assignee.click()
        await expect(take(desk)).to_be_visible()
    await asyncio.gather(*(take(desk).click() for desk in desks))
    for desk in desks:
        await expect(desk.log).to_contain_text(TAKEN)
    [winner] = [desk for desk in desks if desk.name in await desk.assignee.inner_text()]
    for desk in desks:
        await expect(desk.assignee).to_contain_text(winner.name)
        await expect(desk.log.get_by_text(TAKEN)).to_have_count(1)
        await expect(desk.row("どなたが担当ですか")).to_contain_text(f"担当: {winner.name}")


async def test_enter_takes_the_first_that_was_found_and_nobody_when_nothing_was(
    floor: Floor,
) -> None:
    desk = await floor.desk("supervisor")
    await read_by((desk,), floor, "担当をお願いします")
    await desk.assignee.click()
    search = desk.header.get_by_role("searchbox")
    await search.press_sequentially(desk.name)
    await expect(desk.header.locator(".menu-none")).to_have_count(0)
    await search.press("Enter")
    await expect(desk.assignee).to_contain_text(desk.name)
    await desk.assignee.click()
    await search.press_sequentially("そのような人はいません")
    await expect(desk.header.locator(".menu-none")).to_be_visible()
    await search.press("Enter")
    await expect(search).to_be_visible()
    await expect(desk.log.get_by_text(TAKEN)).to_have_count(1)


async def stale_pair(floor: Floor) -> tuple[Desk, Desk, Stale]:
    """Return two desks, and what keeps the news from the second."""
    late = await floor.closed_desk("supervisor")
    stale = await Stale.at(late)
    await late.open()
    return await floor.desk("operator"), late, stale


async def test_i_12_who_takes_it_too_late_is_told_who_won(floor: Floor) -> None:
    first, late, stale = await stale_pair(floor)
    await read_by((first, late), floor, "少し遅れます")
    stale.behind = True
    for desk in (first, late):
        await desk.assignee.click()
        await take(desk).click()
        await expect(first.assignee).to_contain_text(first.name)
    await expect(late.toast).to_contain_text(f"{first.name}さんが先に担当になりました")
    await expect(late.assignee).to_contain_text(first.name)


async def test_i_13_a_stale_resolve_changes_nothing_and_says_so(floor: Floor) -> None:
    first, late, stale = await stale_pair(floor)
    await read_by((first, late), floor, "まだ終わっていません")
    stale.behind = True
    await first.take_in()
    await first.status_menu.click()
    await first.page.get_by_role("button", name="返信待ちにする").click()
    await expect(first.status).to_have_text("返信待ち")
    await expect(late.status).to_have_text("対応中")
    await late.resolve()
    await expect(late.toast).to_contain_text("現在は「返信待ち」です")
    await expect(late.status).to_have_text("返信待ち")
    await first.page.reload()
    await expect(first.status).to_have_text("返信待ち")


async def test_i_13_words_that_race_with_a_resolve_leave_the_conversation_open(
    floor: Floor,
) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("解決する前に")
    await desk.read("解決する前に")
    await customer.text.fill("もう一つあります")
    await asyncio.gather(desk.press_resolve(), customer.text.press("Enter"))
    await expect(desk.line("もう一つあります")).to_be_visible()
    await expect(desk.status).to_have_text("対応中")
    await desk.page.reload()
    await expect(desk.status).to_have_text("対応中")


async def test_i_13_words_that_a_resolve_knew_nothing_of_are_pointed_out(floor: Floor) -> None:
    late = await floor.closed_desk("supervisor")
    stale = await Stale.at(late)
    await late.open()
    customer = await floor.customer()
    await customer.says("返品できますか")
    await late.read("返品できますか")
    stale.behind = True
    await customer.says("サイズ交換でもかまいません")
    await late.resolve()
    await expect(late.toast).to_contain_text("お客様から新しいメッセージが届いたため")
    await expect(late.status).to_have_text("対応中")
    await late.page.reload()
    await expect(late.line("サイズ交換でもかまいません")).to_be_visible()
    await expect(late.status).to_have_text("対応中")
