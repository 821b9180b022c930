"""Make the picture of the simulated phone anew: `python -m docs.images.phone`."""

import asyncio
import os
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

from config.demo.menu_picture import HEIGHT, WIDTH, draw_menu
from tests.browser.launching import JAPANESE, launch
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.platform import Platform

FILE = Path(__file__).with_name("line-phone.png")
SIZE = {"width": 1280, "height": 840}
THANKS = {"package_id": "11537", "sticker_id": "52002735"}
SIZES = {
    "type": "buttons",
    "title": "サイズの変更",
    "text": "ご希望のサイズを選んでください",
    "actions": [
        {"type": "postback", "label": label, "data": label, "displayText": label}
        for label in ("24.5 cm", "25.0 cm")
    ],
}


def main() -> None:
    with Platform() as platform:
        shop = platform.account("ソバニ商店（デモ）", quota={"limit": 200, "used": 186})
        aoi = shop.phone("葵", key="aoi")
        for key, name in (("ren", "蓮"), ("hina", "陽菜")):
            shop.phone(name, key=key)
        _talk(shop, aoi)
        asyncio.run(_draw(f"{platform.base}/line-simulator/?person=aoi"))


def _talk(shop: OfficialAccount, aoi: Phone) -> None:
    _show_menu(shop)
    aoi.follow()
    aoi.say("こんにちは。先日注文したスニーカーのサイズを変更できますか？")
    sender = {"name": "浜田"}
    text = "はい、発送前でしたら変更できます。"
    message: dict[str, Any] = {"type": "text", "text": text, "sender": sender}
    template = {"type": "template", "altText": "サイズの変更", "template": SIZES, "sender": sender}
    shop.api("POST", "/v2/bot/message/push", {"to": aoi.user_id, "messages": [message, template]})
    said = aoi.sticker(**THANKS)
    token = next(b["read_token"] for b in aoi.look()["bubbles"] if b["id"] == said.message_id)
    shop.api("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token})
    shop.api("POST", "/v2/bot/chat/loading/start", {"chatId": aoi.user_id, "loadingSeconds": 60})


def _show_menu(shop: OfficialAccount) -> None:
    size = {"width": WIDTH, "height": HEIGHT}
    menu = {"size": size, "selected": True, "name": "m", "chatBarText": "メニュー", "areas": []}
    made = shop.api("POST", "/v2/bot/richmenu", menu).json()["richMenuId"]
    headers = {"authorization": f"Bearer {shop.token()}", "content-type": "image/png"}
    shop.http.post(f"/v2/bot/richmenu/{made}/content", content=draw_menu(), headers=headers)
    shop.api("POST", f"/v2/bot/user/all/richmenu/{made}")


async def _draw(address: str) -> None:
    program = Path(os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium")
    async with async_playwright() as playwright:
        browser = await launch(playwright, program)
        context = await browser.new_context(viewport=SIZE, **JAPANESE)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(address)
        await page.locator(".chat-line").first.click()
        await page.get_by_title("プラットフォームの設定と記録").click()
        await page.get_by_role("status", name="入力中").wait_for()
        await page.wait_for_timeout(500)
        shown = await page.screenshot()
        await browser.close()
    Image.open(BytesIO(shown)).convert("RGB").save(FILE, optimize=True)


if __name__ == "__main__":
    main()
