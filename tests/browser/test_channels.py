"""A conversation in LINE at the desk: what arrives, what is taken back, what an answer costs."""

from playwright.async_api import expect

from tests.browser.floor import Floor
from tests.browser.test_console import faults


async def test_what_is_said_besides_words_is_seen_as_it_comes_and_goes(floor: Floor) -> None:
    hand = floor.site.hand
    place = hand.do("bubbles.talk", name="花山 薫")
    desk = await floor.desk()
    await desk.read("こんにちは。先日の注文のことで相談です")
    await expect(desk.header).to_contain_text("LINE公式アカウント")
    # A picture is on its way, then here, without a reload.
    picture = hand.do("bubbles.hear", place=place, kind="image", state="coming")
    await expect(desk.log.get_by_text("受け取っています")).to_be_visible()
    await expect(desk.row("写真")).to_be_visible()
    assert hand.do("bubbles.attach", place=place, message=picture["message"])
    await expect(desk.log.locator("a.picture img")).to_be_visible()
    await expect(desk.log.get_by_text("受け取っています")).to_have_count(0)
    # Words that are taken back are gone from the thread and from the list.
    words = "間違えました"
    said = hand.do("bubbles.hear", place=place, body=words)
    await expect(desk.line(words)).to_be_visible()
    assert hand.do("bubbles.take_back", message=said["message"])
    await expect(desk.log.get_by_text("送信が取り消されました")).to_be_visible()
    await expect(desk.row("送信が取り消されました")).to_be_visible()
    await expect(desk.page.get_by_text(words)).to_have_count(0)
    # A sticker says what it stands for; a place leads to a map.
    sticker = {"kind": "sticker", "package_id": "446", "sticker_id": "1988", "text": "Let's go"}
    hand.do("bubbles.hear", place=place, **sticker)
    await expect(desk.log.locator(".sticker")).to_contain_text("Let's go")
    hand.do("bubbles.hear", place=place, kind="location", latitude=35.6591, longitude=139.7035)
    link = desk.log.get_by_role("link", name="地図で開く")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    # What lies with somebody else is a link, and the browser asks nobody for it (check 18).
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    elsewhere = "https://example.com/original.jpg"
    hand.do("bubbles.hear", place=place, kind="image", state="external", url=elsewhere)
    link = desk.log.locator(f"a[href='{elsewhere}']")
    await expect(link).to_be_visible()
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    assert [url for url in asked if "example.com" in url] == []


async def test_an_answer_tells_its_price_and_where_none_can_be_sent(floor: Floor) -> None:
    hand = floor.site.hand
    place = hand.do("bubbles.talk", name="倉田 まり")
    hand.do("bubbles.spend", place=place, used=187, limit=200)
    hand.do("bubbles.stand", place=place, free_seconds=45, is_friend=True)
    question = "在庫はありますか"
    hand.do("bubbles.hear", place=place, body=question)
    failed = {"body": "はい、ございます", "state": "failed", "reason": "quota"}
    hand.do("bubbles.say", place=place, **failed)
    desk = await floor.desk()
    await desk.read(failed["body"])
    await expect(desk.log.get_by_text("今月の送信数の上限に達しました")).to_be_visible()
    pill = desk.composer.locator("channel-pill")
    await expect(pill).to_contain_text("無料返信 あと")
    hand.do("bubbles.stand", place=place, is_friend=True)
    await expect(pill).to_have_text("プッシュ 187/200通")
    hand.do("bubbles.spend", place=place, used=200, limit=200)
    await expect(pill).to_have_text("今月の上限です 200/200通")
    # An answer to one message, counted as the channel counts.
    await desk.line(question).hover()
    await desk.line(question).get_by_role("button", name="引用して返信").click()
    await expect(desk.composer.locator(".quote-draft")).to_contain_text(question)
    await desk.text.fill("🍎" * 2_501)
    await expect(desk.composer.locator(".composer-count")).to_have_text("5,002字・吹き出し2個")
    hand.do("bubbles.stand", place=place, can_send=False, why="blocked", is_friend=False)
    await expect(desk.page.get_by_text("ブロックされているため、送信できません")).to_be_visible()
    await expect(desk.header.locator(".chip-bad")).to_have_text("ブロック中")
    await expect(desk.composer).to_have_count(0)
    # What was begun is still there when they are back.
    hand.do("bubbles.stand", place=place, is_friend=True)
    await expect(desk.text).to_have_value("🍎" * 2_501)


async def test_a_sticker_and_quick_replies_are_put_to_an_answer_by_keyboard(floor: Floor) -> None:
    hand = floor.site.hand
    hand.do("bubbles.talk", name="星野 梓")
    desk = await floor.desk()
    await desk.read("こんにちは。先日の注文のことで相談です")
    keys = desk.page.keyboard
    await desk.composer.get_by_role("button", name="スタンプ", exact=True).press("Enter")
    await expect(desk.page.get_by_role("searchbox", name="意味か番号で探す")).to_be_focused()
    assert await faults(desk.page) == []
    await keys.type("おじぎ")
    await keys.press("Enter")  # to the first that is found; nothing is sent
    await keys.press("Enter")
    await expect(desk.composer.locator(".extra .sticker")).to_contain_text("おじぎ")
    await desk.composer.get_by_role("button", name="クイックリプライ", exact=True).press("Enter")
    sheet = desk.page.get_by_role("dialog", name="クイックリプライ")
    await sheet.get_by_role("button", name="メッセージに付ける").press("Enter")
    label = sheet.get_by_role("textbox", name="表示名")
    await expect(label).to_be_focused()  # as it is empty
    assert await faults(desk.page) == []
    await keys.type("はい")
    await keys.press("Enter")
    await expect(sheet).to_be_hidden()
    await expect(desk.composer.locator(".extra .quick-replies")).to_have_text("はい")
    # What was put to it is still there after a reload, and goes with one Enter.
    await desk.page.reload()
    await expect(desk.composer.locator(".extra .sticker")).to_contain_text("おじぎ")
    await desk.composer.get_by_role("textbox").press("Enter")
    await expect(desk.log.locator(".message-ours .sticker")).to_contain_text("おじぎ")
    await expect(desk.log.locator(".message-ours .quick-replies")).to_have_text("はい")
