"""Where the focus goes, and the words, when what held them goes."""

import pytest
from playwright.async_api import expect

from tests.browser.floor import Floor
from tests.browser.test_console import Room

WRITTEN = """() => Object.keys(localStorage)
    .filter((name) => /^sobani[.](draft|outbox)/.test(name)).length"""
FOCUSED = """() => {
    const { dataset } = document.activeElement;
    const list = document.querySelector(".list-scroller").getBoundingClientRect();
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return { id: dataset.id ?? "", isSeen: top >= list.top && bottom <= list.bottom };
}"""


@pytest.fixture
def room(floor: Floor) -> Room:
    return Room(floor, floor.site.hand.do("cast"))


async def test_who_logs_out_is_asked_about_words_that_are_not_sent_and_takes_them_along(
    room: Room,
) -> None:
    conversation = room.customer().writes("ログアウトの前に")
    desk = await room.desk(f"/c/{conversation}")
    await desk.text.fill("書きかけです")
    assert await desk.page.evaluate(WRITTEN) == 1
    question = desk.page.get_by_role("dialog", name="送信していない内容があります")

    async def ask_to_leave() -> None:
        await desk.page.get_by_role("button", name=f"{desk.name}さんのメニュー").click()
        await desk.page.get_by_role("button", name="ログアウト", exact=True).click()
        await expect(question).to_contain_text("1件あります")

    await ask_to_leave()
    await expect(question.get_by_role("button", name="キャンセル")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await expect(question).to_be_hidden()
    await expect(desk.text).to_have_value("書きかけです")
    assert await desk.page.evaluate(WRITTEN) == 1

    await ask_to_leave()
    await question.get_by_role("button", name="削除してログアウト").click()
    await expect(desk.page).not_to_have_url(f"{desk.origin}/c/{conversation}")
    await expect(desk.page.get_by_role("button", name="ログイン")).to_be_visible()
    assert await desk.page.evaluate(WRITTEN) == 0


@pytest.mark.parametrize("path", ["/account/", "/admin/"])
async def test_a_log_out_outside_of_the_console_asks_and_takes_the_words_along_as_well(
    room: Room, path: str
) -> None:
    conversation = room.customer().writes("ほかのページからログアウト")
    desk = await room.desk(f"/c/{conversation}", who="aoi")
    await desk.text.fill("書きかけです")
    page = await desk.page.context.new_page()
    await page.goto(f"{desk.origin}{path}")
    log_out = page.get_by_role("button", name="ログアウト", exact=True)
    await log_out.click()
    assert [await page.evaluate(WRITTEN), page.url] == [1, f"{desk.origin}{path}"]
    [asked] = room.floor.watch.runs  # every dialog is dismissed
    assert asked.startswith("dialog: 書きかけの返信やメモ、未送信のメッセージが1件あります。")
    room.floor.watch.forget()
    await page.evaluate("window.confirm = () => true")
    await log_out.click()
    await page.wait_for_url(f"{desk.origin}/login/**")
    assert await page.evaluate(WRITTEN) == 0


async def test_the_focus_stays_at_the_composer_when_it_closes_and_opens(room: Room) -> None:
    conversation = room.customer().writes("解決してください")
    desk = await room.desk(f"/c/{conversation}")
    await desk.text.click()
    await desk.take_in()
    await desk.page.evaluate(
        """id => {
            const { desk } = document.querySelector("console-app");
            return desk.actions.setStatus(desk.state.conversations.get(id), "resolved");
        }""",
        conversation,
    )
    closed = desk.page.get_by_role("group", name="この会話は解決済みです")
    await expect(closed).to_be_focused()
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.press("Tab")
    await expect(closed.get_by_role("button", name="再開する")).to_be_focused()
    await desk.take_in()
    await desk.page.keyboard.press("Enter")
    await expect(desk.text).to_be_focused()


async def test_the_tab_key_finds_a_row_wherever_the_list_was_scrolled_to(room: Room) -> None:
    for number in range(40):
        room.customer().writes(f"{number}人目です")
    desk = await room.desk(viewport={"width": 1280, "height": 600})
    await expect(desk.row("39人目です")).to_be_visible()
    await desk.list.locator(".list-scroller").hover()
    await desk.page.mouse.wheel(0, 1800)
    await expect(desk.row("15人目です")).to_be_visible()
    await expect(desk.row("39人目です")).to_have_count(0)
    await desk.list.locator(".list-scroller").focus()
    await desk.page.keyboard.press("Tab")
    focused = await desk.page.evaluate(FOCUSED)
    assert focused["id"] != ""
    assert focused["isSeen"]
