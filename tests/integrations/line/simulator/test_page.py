"""The phone's page in a browser: what a person does there, the platform has done."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.browser.launching import JAPANESE, launch
from tests.browser.test_accessibility import faults
from tests.browser.watch import Watch
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.platform import Platform
from tests.integrations.line.simulator.hook import Hook
from tests.integrations.line.simulator.test_contents import jpeg

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(chromium: Path, platform: Platform, aoi: Phone) -> AsyncIterator[Page]:
    """The phone of 葵; nothing may have gone wrong in the browser at the end."""
    async with async_playwright() as playwright:
        browser = await launch(playwright, chromium)
        context = await browser.new_context(**JAPANESE)
        watch = Watch()
        await watch.over(context)
        page = await context.new_page()
        await page.goto(f"{platform.base}/line-simulator/?person={aoi.key}")
        yield page
        await browser.close()
    assert watch.complaints() == []


async def test_what_a_person_does_arrives_and_what_is_sent_is_seen(
    page: Page, shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    await page.get_by_role("button", name="ショップ").last.click()
    await page.get_by_role("button", name="友だちに追加").click()
    await expect(page.get_by_text("友だちに追加されていません")).to_have_count(0)
    await page.get_by_placeholder("メッセージを入力").fill("こんにちは")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .words")).to_have_text("こんにちは")
    await page.get_by_role("button", name="スタンプ").click()
    await page.get_by_role("button", name="ありがとう").click()
    await page.get_by_role("button", name="写真や位置情報を送る").click()
    photos = [{"name": f"{at}.jpg", "mimeType": "image/jpeg", "buffer": jpeg()} for at in (1, 2)]
    await page.get_by_label("写真", exact=True).set_input_files(photos)
    await expect(page.locator(".album img")).to_have_count(2)
    told = [(event["type"], event.get("message", {}).get("type")) for event in hook.events]
    assert told == [
        ("follow", None), ("message", "text"), ("message", "sticker"), ("message", "image"),
        ("message", "image"),
    ]  # fmt: skip

    quick = {"type": "message", "label": "はい", "text": "はい"}
    items = {"items": [{"type": "action", "action": quick}]}
    asked = {"type": "text", "text": "よろしいですか？", "quickReply": items}
    body = {"to": aoi.user_id, "messages": [asked]}
    shop.api("POST", "/v2/bot/chat/loading/start", {"chatId": aoi.user_id})
    await expect(page.get_by_role("status", name="入力中")).to_be_visible()
    shop.api("POST", "/v2/bot/message/push", body)
    await expect(page.get_by_text("よろしいですか？")).to_be_visible()
    await expect(page.get_by_role("status", name="入力中")).to_have_count(0)
    await page.get_by_role("button", name="はい").click()
    await expect(page.locator(".mine .words").last).to_have_text("はい")
    assert await faults(page) == []
    big = {"name": "big.bin", "mimeType": "application/zip", "buffer": bytes(20 * 2**20 + 1)}
    await page.get_by_role("button", name="写真や位置情報を送る").click()
    await page.get_by_label("ファイル", exact=True).set_input_files(big)
    await expect(page.get_by_text("送れるのは20MBまでです")).to_be_visible()

    token = hook.events[1]["message"]["markAsReadToken"]
    shop.api("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token})
    await expect(page.get_by_text("既読")).to_have_count(1)
    await page.locator(".mine .words").first.click(button="right")
    await page.get_by_role("menuitem", name="送信取消").click()
    await expect(page.get_by_text("メッセージの送信を取り消しました")).to_be_visible()
    await page.get_by_role("button", name="トークのメニュー").click()
    await page.get_by_role("menuitem", name="ブロック").click()
    await expect(page.get_by_text("ブロック中です")).to_be_visible()
    assert [event["type"] for event in hook.events[-2:]] == ["unsend", "unfollow"]
