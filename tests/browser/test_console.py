"""The console for itself: long lists and threads, drafts, keys, what it says of its
connection, and whether everybody can use it."""

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.correspondent import Correspondent
from tests.browser.desk import Desk
from tests.browser.files import paste, text
from tests.browser.floor import Floor


@dataclass
class Room:
    """A cast of its own on the floor, so that its lists hold nothing else."""

    floor: Floor
    cast: str

    def customer(self) -> Correspondent:
        return Correspondent.of(self.floor.site, self.cast)

    async def desk(self, path: str = "/?view=all", **options: Any) -> Desk:
        """Return oto's desk, opened, or that of `who`."""
        desk = await self.closed_desk(**options)
        await self.open(desk, path)
        return desk

    async def closed_desk(self, who: str = "oto", **options: Any) -> Desk:
        operator = self.floor.site.hand.do("operator", cast=self.cast, who=who)
        context = await self.floor.context(**options)
        cookie = {"name": "sobani_session", "value": operator["session"], "url": self.floor.origin}
        await context.add_cookies([cookie])  # type: ignore[list-item]  # a typed dict by shape
        return Desk(await context.new_page(), self.floor.origin, operator["name"], operator["id"])

    async def open(self, desk: Desk, path: str) -> None:
        await desk.page.goto(f"{self.floor.origin}{path}")
        # On a telephone the words of a good state are in the menu, its sign is in the list.
        await desk.page.wait_for_selector("link-state .link-good", state="attached")


@pytest.fixture
def room(floor: Floor) -> Room:
    return Room(floor, floor.site.hand.do("cast"))


async def test_the_title_counts_what_nobody_has_read(room: Room) -> None:
    desk = await room.desk()
    room.customer().writes("一人目です")
    room.customer().writes("二人目です")
    await expect(desk.page).to_have_title("(2) Sobani")
    await desk.read("一人目です")
    await expect(desk.page).to_have_title("(1) Sobani")


async def test_the_mark_of_the_unread_stands_above_unseen_words_alone(room: Room) -> None:
    customer = room.customer()
    desk = await room.desk(f"/c/{customer.writes('開く前の言葉')}")
    mark = desk.log.get_by_text("ここから未読")
    await expect(mark).to_be_visible()
    await desk.answers("お返事です")
    await expect(mark).to_have_count(0)
    customer.writes("目の前で届いた言葉")
    await expect(desk.line("目の前で届いた言葉")).to_be_visible()
    await expect(mark).to_have_count(0)


async def test_what_is_older_than_a_day_waits_for_the_operator(room: Room) -> None:
    customer = room.customer()
    path = f"/c/{customer.writes('お返事をください')}"
    desk = await room.desk(path)
    await desk.page.evaluate(KEEP, [desk.id, unsent_entry(path.removeprefix("/c/"), hours=25)])
    await room.open(desk, path)
    await expect(desk.line("昨日書いた返信")).to_contain_text("1日以上前")
    await desk.answers("今日の返信")
    await expect(sent(desk, "今日の返信")).to_be_visible()
    assert customer.reads() == ["お返事をください", "今日の返信"]
    await desk.line("昨日書いた返信").get_by_role("button", name="再送信").click()
    await expect(sent(desk, "昨日書いた返信")).to_be_visible()
    assert customer.reads() == ["お返事をください", "今日の返信", "昨日書いた返信"]


KEEP = """([operator, entry]) => {
  const name = `sobani.outbox.${operator}.${entry.client_id}`;
  localStorage.setItem(name, JSON.stringify(entry));
}"""


def unsent_entry(conversation_id: str, *, hours: float) -> dict[str, Any]:
    return {
        "client_id": "0190a000-0000-4000-8000-000000000009",
        "conversation_id": conversation_id,
        "mode": "reply",
        "body": "昨日書いた返信",
        "attachments": [],
        "created_at": int((time.time() - hours * 3600) * 1000),
        "state": "waiting",
        "reason": "",
    }


async def test_a_draft_stays_with_its_conversation_over_a_reload(room: Room) -> None:
    first, second = room.customer().writes("一人目です"), room.customer().writes("二人目です")
    desk = await room.desk(f"/c/{first}")
    await desk.text.fill("書きかけの返信")
    await room.open(desk, f"/c/{second}")
    await expect(desk.text).to_have_value("")
    await room.open(desk, f"/c/{first}")
    await expect(desk.text).to_have_value("書きかけの返信")


async def test_only_visible_rows_are_drawn_and_only_touched_ones_again(room: Room) -> None:
    customer = room.customer()
    customer.writes("最初の言葉")
    desk = await room.closed_desk()
    await desk.page.route("**/api/v1/conversations?view=all*", many_conversations)
    await room.open(desk, "/?view=all")
    rows, scroller = desk.page.locator("conversation-row"), desk.page.locator(".list-scroller")
    await expect(rows.first).to_be_visible()
    row_px = await rows.first.evaluate("(row) => row.getBoundingClientRect().height")
    canvas_px = await desk.page.locator(".list-canvas").evaluate("(canvas) => canvas.scrollHeight")
    assert canvas_px == pytest.approx(10_000 * row_px, rel=0.01)
    assert await rows.count() < 40
    await desk.page.evaluate(COUNT_DRAWINGS)
    customer.writes("新しい言葉")
    await expect(rows.first).to_contain_text("新しい言葉")
    assert 1 <= await desk.page.evaluate("window.drawings") <= 3
    await scroller.evaluate("(list) => { list.scrollTop = 400_000; }")
    place = round(400_000 / row_px) + 3
    await expect(desk.page.locator(f"[aria-posinset='{place}']")).to_be_visible()
    assert await rows.count() < 40


COUNT_DRAWINGS = """() => {
  const { prototype } = customElements.get("conversation-row");
  const { render } = prototype;
  window.drawings = 0;
  prototype.render = function () {
    window.drawings += 1;
    return render.call(this);
  };
}"""


async def many_conversations(route: Route) -> None:
    """Answer with the real conversation and 9,999 that look like it."""
    real = (await (await route.fetch()).json())["results"][0]
    older = [
        {**real, "id": f"0190a000-0000-7000-8000-{number:012x}", "last_at": f"2020-01-01T{clock}"}
        for number in range(9_999)
        for clock in [f"{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}+00:00"]
    ]
    await route.fulfill(json={"results": [real, *reversed(older)], "next": None})


async def test_older_messages_come_above_without_a_jump(room: Room) -> None:
    customer = room.customer()
    conversation_id = customer.writes("はじめの言葉")
    desk = await room.desk(f"/c/{conversation_id}")
    await desk.page.evaluate(SAY_MUCH, [conversation_id, 80])
    await room.open(desk, f"/c/{conversation_id}")
    await expect(desk.line("80番目の言葉")).to_be_in_viewport()
    await expect(desk.line("はじめの言葉")).to_have_count(0)
    await desk.log.evaluate("(log) => { log.scrollTop = 250; }")
    before = await top_of(desk, "34番目の言葉")
    await expect(desk.line("はじめの言葉")).to_be_attached()
    assert abs(await top_of(desk, "34番目の言葉") - before) < 2
    customer.writes("お返事です")
    pill = desk.page.get_by_role("button", name="新しいメッセージ")
    await pill.click()
    await expect(desk.line("お返事です")).to_be_in_viewport()
    await expect(pill).to_have_count(0)


SAY_MUCH = """async ([id, count]) => {
  const { desk } = document.querySelector("console-app");
  for (let number = 1; number <= count; number += 1) {
    const said = { client_id: crypto.randomUUID(), body: `${number}番目の言葉` };
    await desk.connection.command("message.send", { conversation_id: id, ...said });
  }
}"""


async def test_the_inbox_decides_how_many_files_and_how_large_before_any_is_sent(
    room: Room,
) -> None:
    customer = room.customer()
    inbox_id = customer.guest["inbox_id"]
    room.floor.site.hand.do("limit_files", inbox_id=inbox_id, most=2, most_bytes=1000)
    desk = await room.desk(f"/c/{customer.writes('説明書をください')}")
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    await paste(desk.text, text("大きすぎる.txt", "あ" * 400))
    refused = desk.composer.get_by_role("alert")
    await expect(refused).to_have_text("ファイルが大きすぎます（上限 1 KB）")
    await desk.composer.get_by_role("button", name="大きすぎる.txtを取り消す").click()
    await expect(refused).to_have_count(0)
    assert [url for url in asked if url.endswith("/attachments")] == []
    for name in ("一.txt", "二.txt", "三.txt"):
        await paste(desk.text, text(name))
    await expect(desk.toast).to_contain_text("添付は2個までです")
    await expect(desk.composer.get_by_role("progressbar")).to_have_count(0)
    assert len([url for url in asked if url.endswith("/attachments")]) == 2
    async with desk.page.expect_response(
        lambda response: response.request.method == "DELETE"
    ) as given_up:
        await desk.composer.get_by_role("button", name="二.txtを取り消す").click()
    assert (await given_up.value).status == 204
    await paste(desk.text, text("四.txt"))
    await expect(desk.composer.get_by_text("四.txt")).to_be_visible()
    await expect(desk.composer.get_by_role("button", name="送信", exact=True)).to_be_enabled()
    await desk.answers("こちらです")
    files = sent(desk, "こちらです").get_by_role("link", name="をダウンロード")
    await expect(files).to_have_count(2)


async def test_only_words_on_the_screen_are_marked_as_read(room: Room) -> None:
    customer = room.customer()
    conversation_id = customer.writes("はじめの言葉")
    desk = await room.desk(f"/c/{conversation_id}")
    await desk.page.evaluate(SAY_MUCH, [conversation_id, 40])
    await expect(desk.line("40番目の言葉")).to_be_in_viewport()
    await desk.log.evaluate("(log) => { log.scrollTop = 0; }")
    customer.writes("画面の外の言葉")
    pill = desk.page.get_by_role("button", name="新しいメッセージ")
    await expect(pill).to_be_visible()
    await desk.line("はじめの言葉").click()
    await desk.page.wait_for_timeout(500)
    assert await desk.page.evaluate(IS_READ, conversation_id) is False
    await pill.click()
    await desk.page.wait_for_function(IS_READ, arg=conversation_id)


IS_READ = """(id) => {
  const row = document.querySelector("console-app").desk.state.conversations.get(id);
  return row.operator_read_seq >= row.customer_seq;
}"""


async def top_of(desk: Desk, body: str) -> float:
    box = await desk.line(body).bounding_box()
    assert box is not None
    return box["y"]


async def test_i_39_a_deactivated_operator_is_told_and_keeps_their_words(room: Room) -> None:
    desk = await room.desk(f"/c/{room.customer().writes('こんにちは')}")
    await desk.text.fill("書きかけ")
    room.floor.site.hand.do("change_operator", operator_id=desk.id, is_active=False)
    await expect(desk.banner).to_contain_text("ログアウトしました", timeout=6000)
    await expect(desk.banner.get_by_role("button", name="ログインする")).to_be_visible()
    await expect(desk.text).to_have_value("書きかけ")


async def test_what_becomes_of_the_connection_is_told_in_a_place_that_was_there(room: Room) -> None:
    desk = await room.desk(f"/c/{room.customer().writes('こんにちは')}")
    place = await desk.banner.get_by_role("status").element_handle()
    assert place is not None
    assert await place.text_content() == ""
    await desk.context.set_offline(True)
    await expect(desk.banner.get_by_role("button", name="今すぐ再接続")).to_be_visible()
    told = "オフラインです 書いたものは、この端末に保存されています。"
    assert await place.text_content() == told
    await desk.context.set_offline(False)
    await expect(desk.banner).to_be_empty()
    assert await place.evaluate("(place) => place.isConnected") is True
    errors = room.floor.watch.errors
    room.floor.watch.errors = [line for line in errors if "ERR_INTERNET" not in line]


async def test_servers_that_die_are_announced_and_nothing_is_lost(room: Room) -> None:
    customer = room.customer()
    desk = await room.desk(f"/c/{customer.writes('こんにちは')}")
    unsent = desk.page.locator(".message-unsent")
    room.floor.site.webs.stop()
    try:
        await expect(desk.banner).to_contain_text("再接続")
        await desk.answers("サーバーのない間の返信")
        # The dead servers' port still takes connections: only the console's own clock helps.
        await expect(unsent).to_contain_text("送信を確認できません")
    finally:
        room.floor.site.webs.start()
    await expect(sent(desk, "サーバーのない間の返信")).to_be_visible(timeout=60_000)
    await expect(desk.banner).to_be_empty()
    assert customer.reads() == ["こんにちは", "サーバーのない間の返信"]


def sent(desk: Desk, body: str) -> Locator:
    """Return the line once the server has it."""
    return desk.page.locator("article[data-seq]").filter(has_text=body)


async def test_the_keyboard_alone_is_enough(room: Room) -> None:
    room.customer().writes("一人目です")
    room.customer().writes("二人目です")
    desk = await room.desk()
    await expect(desk.row("一人目です")).to_be_visible()
    for press in ("j", "ArrowDown", "k", "j", "Enter"):
        await desk.page.keyboard.press(press)
    await expect(desk.line("一人目です")).to_be_visible()
    await desk.page.keyboard.press("r")
    await expect(desk.text).to_be_focused()
    await desk.page.keyboard.type("jk ni henji")
    await expect(desk.text).to_have_value("jk ni henji")
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("a")
    menu = desk.header.get_by_role("dialog", name="担当")
    await expect(menu).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await desk.take_in()
    await desk.page.keyboard.press("e")
    await expect(desk.status).to_contain_text("解決済み")


@pytest.mark.parametrize("width", [1440, 1024, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(room: Room, width: int, scheme: str) -> None:
    customer = room.customer()
    customer.looks_at("https://shop.example/", "ホーム")
    path = f"/c/{customer.writes('こんにちは')}"
    size = {"width": width, "height": 800}
    desk = await room.desk(viewport=size, color_scheme=scheme, bypass_csp=True)
    await expect(desk.row("こんにちは")).to_be_visible()
    assert await faults(desk.page) == []
    await room.open(desk, path)
    await desk.composer.get_by_role("button", name="社内メモ").click()
    await desk.answers("メモです")
    await expect(desk.line("メモです")).to_be_visible()
    assert await faults(desk.page) == []
    assert await desk.page.evaluate("document.documentElement.scrollWidth") == width


async def faults(page: Page) -> list[str]:
    """Return what axe finds: the rule, and the first element that breaks it."""
    found = (await Axe().run(page)).response["violations"]
    return [json.dumps([rule["id"], rule["nodes"][0]["html"]]) for rule in found]
