"""The widget in a real browser, on another site than Sobani's own."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Frame,
    Route,
    async_playwright,
    expect,
)

from tests.browser.files import picture, text
from tests.browser.launching import JAPANESE, launch, without
from tests.browser.shoppers import EVIL, SHOP, Shopper, answer
from tests.site.site import Site

# The last word on features: Playwright's own would take partitioned storage from frames, which
# browsers give them, and the site on the internet may use Sobani on this machine.
FEATURES = without("LocalNetworkAccessChecks")
AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
Open = Callable[..., Awaitable[Shopper]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright, chromium, FEATURES)
        yield browser
        await browser.close()


@pytest.fixture
def cast(site: Site) -> str:
    return str(site.hand.do("cast"))


@pytest_asyncio.fixture(loop_scope="session")
async def enter(site: Site, browser: Browser, cast: str) -> AsyncIterator[Open]:
    """Send somebody to the shop; options are those of a browser context."""
    contexts: list[BrowserContext] = []

    async def go(
        path: str = "/", *, origin: str = SHOP, script: str = "", **options: Any
    ) -> Shopper:
        context = await browser.new_context(**{**JAPANESE, **options})
        contexts.append(context)
        if script:
            await context.add_init_script(script)
        shopper = Shopper(site, site.hand.do("guest", cast=cast), context, origin)
        await shopper.enter(path)
        return shopper

    yield go
    for context in contexts:
        await context.close()


@pytest.fixture
def oto(site: Site, cast: str) -> dict[str, Any]:
    return dict(site.hand.do("operator", cast=cast, who="oto"))


async def test_a_visitor_writes_is_answered_and_nothing_breaks_the_site_s_policy(
    enter: Open, oto: dict[str, Any]
) -> None:
    shopper = await enter("/items/")
    await expect(shopper.launcher).to_be_visible()
    frame = f"/widget/{shopper.guest['inbox']}/"
    assert not any(frame in url for url in shopper.asked), "the frame waits for the first opening"
    await shopper.open()
    await expect(shopper.text).to_be_focused()
    await shopper.write("在庫はありますか？")
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert await shopper.bodies() == ["在庫はありますか？"]
    await answer(shopper, oto, "はい、ございます。")
    await expect(shopper.bubbles().last).to_have_text("はい、ございます。")
    await expect(shopper.chat.locator("article .author")).to_have_text("oto")
    assert [each for each in await shopper.heard() if each[0] == "csp"] == []
    assert await shopper.context.cookies() == []
    token = await shopper.token()
    assert not any(token in url for url in shopper.asked)


async def test_focus_goes_in_and_comes_back_and_escape_closes(enter: Open) -> None:
    shopper = await enter()
    await expect(shopper.launcher).to_be_visible()
    await shopper.page.evaluate(
        "document.querySelector('#help').addEventListener('click', () => sobani('open'))"
    )
    await shopper.page.click("#help")
    await expect(shopper.text).to_be_focused()
    await shopper.text.press("Escape")
    await expect(shopper.panel).to_be_hidden()
    await expect(shopper.page.locator("#help")).to_be_focused()
    await shopper.open()
    await shopper.text.press("Escape")
    assert await shopper.page.evaluate("document.activeElement.localName") == "sobani-chat"
    assert [name for name, _ in await shopper.heard() if name in {"open", "close"}] == [
        "open",
        "close",
        "open",
        "close",
    ]


async def test_an_answer_to_a_closed_chat_is_counted_and_stays_counted_over_a_reload(
    enter: Open, oto: dict[str, Any]
) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.write("こんにちは")
    await expect(shopper.chat.locator(".tick")).to_be_visible()
    await shopper.text.press("Escape")
    await answer(shopper, oto, "お待たせしました")
    await expect(shopper.badge).to_have_text("1")
    assert ["unread", 1] in await shopper.heard()
    [message] = [value for name, value in await shopper.heard() if name == "message"]
    assert (message["author"], message["preview"]) == ("oto", "お待たせしました")
    await shopper.page.reload()
    await expect(shopper.badge).to_have_text("1")
    await shopper.open()
    await expect(shopper.bubbles()).to_have_text(["こんにちは", "お待たせしました"])
    await expect(shopper.badge).to_be_hidden()
    await shopper.page.reload()
    await expect(shopper.launcher).to_be_visible()
    await expect(shopper.badge).to_be_hidden()


async def test_i_10_unsent_words_survive_being_offline_and_a_reload(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.write("一通目")
    await expect(shopper.chat.locator(".tick")).to_be_visible()
    await shopper.context.set_offline(True)
    await expect(shopper.chat.locator(".status")).to_contain_text("オフライン")
    await shopper.write("圏外で書いた")
    await expect(shopper.chat.locator(".queued footer")).to_contain_text("未送信")
    await shopper.text.fill("書きかけ")
    await shopper.page.wait_for_timeout(400)  # the draft is kept a moment after the last key
    await shopper.context.set_offline(False)
    await expect(shopper.chat.locator(".queued")).to_have_count(0, timeout=15_000)
    assert await shopper.bodies() == ["一通目", "圏外で書いた"]
    await shopper.page.reload()
    await expect(shopper.text).to_have_value("書きかけ")  # the panel was open, so it still is
    await expect(shopper.bubbles()).to_have_text(["一通目", "圏外で書いた"])


async def test_i_10_what_was_not_sent_when_the_page_went_is_sent_by_the_next_one(
    enter: Open,
) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.context.set_offline(True)
    await shopper.write("閉じる前の一言")
    await expect(shopper.chat.locator(".queued")).to_be_visible()
    await shopper.page.close()
    await shopper.context.set_offline(False)
    shopper.page = await shopper.context.new_page()
    await shopper.visit("/later/")
    await shopper.open()
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert await shopper.bodies() == ["閉じる前の一言"]


GROW_AFTER_A_SCROLL = """(log) => new Promise((done) => {
  log.scrollTop = log.scrollHeight - log.clientHeight - 40;
  setTimeout(() => {
    log.scrollTop = log.scrollHeight;
    log.querySelector(".lines").append(Object.assign(document.createElement("p"),
      { textContent: "\\n".repeat(40), style: "white-space: pre" }));
    setTimeout(done, 200);
  }, 200);
})"""
FROM_THE_END = "(log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight)"


async def test_what_grows_while_the_end_is_read_does_not_move_the_reader_from_it(
    enter: Open,
) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.write("一行\n" * 40)
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    log = shopper.chat.locator(".log")
    await log.evaluate(GROW_AFTER_A_SCROLL)
    assert await log.evaluate(FROM_THE_END) == 0
    await log.evaluate("(log) => { log.scrollTop = 10; }")
    await shopper.page.wait_for_timeout(200)
    assert await log.evaluate(FROM_THE_END) > 80


async def test_page_views_include_single_page_navigation_and_lose_private_parts(
    enter: Open,
) -> None:
    shopper = await enter("/items/?utm_source=line&email=a@b.example#secret")
    await expect(shopper.launcher).to_be_visible()
    await shopper.page.evaluate(
        "history.pushState(null, '', '/cart/'); document.title = 'カート';"
        "sobani('track', 'cart', {total: 1620}); sobani('track', 'Not a name', {})"
    )
    await shopper.page.wait_for_function(
        "() => new Promise((done) => setTimeout(done, 2600, true))"
    )
    views = [(each["url"], each["title"]) for each in shopper.told if each["kind"] == "page"]
    assert views == [
        (f"{SHOP}/items/?utm_source=line", f"{SHOP}/items/?utm_source=line&email=a@b.example"),
        (f"{SHOP}/cart/", "カート"),
    ]
    assert [each["props"] for each in shopper.told if each["kind"] == "cart"] == [{"total": 1620}]
    assert "Not a name" not in shopper.kinds()


async def test_global_privacy_control_is_heeded_and_chatting_still_works(enter: Open) -> None:
    script = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    shopper = await enter(script=script)
    await expect(shopper.launcher).to_be_visible()
    await shopper.page.evaluate(
        "sobani('track', 'cart', {total: 1}); history.pushState(null, '', '/b/')"
    )
    await shopper.page.wait_for_timeout(2500)
    assert shopper.told == []
    assert await shopper.keys() == []
    await shopper.open()
    await shopper.write("それでも相談したい")
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert shopper.told == []


async def test_s_6_a_site_that_is_not_on_the_list_gets_no_chat(enter: Open) -> None:
    shopper = await enter(origin=EVIL)
    await shopper.page.wait_for_timeout(1500)
    assert any(url.endswith("/widget/v1/session") for url in shopper.asked)
    await expect(shopper.page.locator("sobani-chat")).to_have_count(0)
    assert await shopper.keys() == []


async def test_s_15_a_site_that_is_not_on_the_list_cannot_frame_the_chat(enter: Open) -> None:
    async def framed(shopper: Shopper) -> bool:
        url = f"{shopper.site.place.origin}/widget/{shopper.guest['inbox']}/"
        await shopper.page.evaluate(
            "(url) => { const frame = document.createElement('iframe'); frame.src = url;"
            " document.body.append(frame); return new Promise((done) => { frame.onload = done; })"
            ".then(() => 1); }",
            url,
        )
        return any(frame.url == url for frame in shopper.page.frames)

    assert await framed(await enter())
    assert not await framed(await enter(origin=EVIL))


async def test_s_13_words_of_another_window_are_ignored(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    token = await shopper.token()
    forged = [{"sobani": 1, "type": "close"}, {"sobani": 1, "type": "expired"}]
    for words in forged:
        await shopper.page.evaluate("(words) => postMessage(words, '*')", words)
    await shopper.page.evaluate(
        "(url) => new Promise((done) => { const frame = document.createElement('iframe');"
        " frame.src = url; frame.onload = () => done(1); document.body.append(frame); })",
        f"{EVIL}/",
    )
    evil = next(frame for frame in shopper.page.frames if frame.url.startswith(EVIL))
    for words in forged:
        await evil.evaluate("(words) => parent.postMessage(words, '*')", words)
    await shopper.page.wait_for_timeout(300)
    await expect(shopper.panel).to_be_visible()
    assert await shopper.token() == token


async def test_reset_makes_the_next_person_another_visitor(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.write("前の人の言葉")
    await expect(shopper.chat.locator(".tick")).to_be_visible()
    await shopper.text.fill("前の人の書きかけ")
    before = await shopper.token()
    await shopper.page.evaluate("sobani('reset')")
    await expect(shopper.panel).to_be_hidden()
    await shopper.page.wait_for_function("(key) => localStorage.getItem(key)", arg=shopper.key)
    assert await shopper.token() != before
    # Nothing on the page waits for the server's answer to that the token has ended.
    for _ in range(50):
        if shopper.ask_as(before).status_code == 401:
            break
        await shopper.page.wait_for_timeout(200)
    assert shopper.ask_as(before).status_code == 401
    await shopper.open()
    await expect(shopper.text).to_have_value("")
    await expect(shopper.bubbles()).to_have_count(0)


KEPT = """(inbox) => Object.keys(localStorage)
  .filter((key) => key.startsWith(`sobani-chat:${inbox}:`) && localStorage.getItem(key))"""


async def kept(shopper: Shopper) -> list[str]:
    """Return what lies in the storage of the chat's frame, as another frame of it sees it."""
    url = f"{shopper.site.place.origin}/widget/{shopper.guest['inbox']}/?look"
    await shopper.page.evaluate(
        "(url) => new Promise((done) => { const frame = document.createElement('iframe');"
        " frame.src = url; frame.onload = () => done(1); document.body.append(frame); })",
        url,
    )
    frame = next(each for each in shopper.page.frames if each.url == url)
    keys = list(await frame.evaluate(KEPT, shopper.guest["inbox"]))
    await shopper.page.evaluate("document.querySelector('body > iframe').remove()")
    return keys


async def write_and_leave_words(shopper: Shopper) -> None:
    await shopper.open()
    await shopper.context.set_offline(True)
    await shopper.write("届いていない言葉")
    await expect(shopper.chat.locator(".queued")).to_be_visible()
    await shopper.text.fill("前の人の書きかけ")
    await shopper.page.wait_for_timeout(400)
    await shopper.context.set_offline(False)


async def test_reset_leaves_no_unsent_words_behind_even_if_nobody_opens_the_chat_again(
    enter: Open,
) -> None:
    shopper = await enter()
    await write_and_leave_words(shopper)
    assert any(key.endswith(":draft") for key in await kept(shopper))
    await shopper.page.evaluate("sobani('reset')")
    await expect(shopper.chat.locator("body")).to_have_count(0)
    assert await kept(shopper) == []
    assert f"sobani:{shopper.guest['inbox']}:kept" not in await shopper.keys()


async def test_a_reset_whose_page_goes_at_once_is_carried_out_by_the_next_page(
    enter: Open,
) -> None:
    shopper = await enter()
    await write_and_leave_words(shopper)
    await shopper.visit("/logout/")
    await shopper.page.evaluate("sessionStorage.clear()")  # another tab than the one that chatted
    await shopper.page.reload()
    await expect(shopper.launcher).to_be_visible()
    assert any(key.endswith(":draft") for key in await kept(shopper))
    await shopper.page.evaluate("sobani('reset'); location.href = '/bye/'")
    await shopper.page.wait_for_url("**/bye/")
    await expect(shopper.launcher).to_be_visible()
    flag = f"sobani:{shopper.guest['inbox']}:kept"
    await shopper.page.wait_for_function("(flag) => localStorage.getItem(flag) === null", arg=flag)
    assert await kept(shopper) == []


async def test_a_no_after_the_chat_has_gone_from_the_page_empties_its_storage_too(
    enter: Open,
) -> None:
    shopper = await enter()
    await write_and_leave_words(shopper)
    await shopper.page.evaluate("sessionStorage.clear()")
    await shopper.visit("/later/")
    await expect(shopper.launcher).to_be_visible()
    assert any(key.endswith(":draft") for key in await kept(shopper))
    await shopper.page.evaluate("sobani('consent', 'denied')")
    await shopper.page.wait_for_function("() => localStorage.length === 0")
    async with asyncio.timeout(5):
        while await kept(shopper):
            await shopper.page.wait_for_timeout(100)
    await shopper.open()
    await expect(shopper.text).to_have_value("前の人の書きかけ")


INIT = """(init) => document.querySelector("sobani-chat").shadowRoot.querySelector("iframe")
  .contentWindow.postMessage({ sobani: 1, type: "init", locale: "ja", ...init }, "*")"""
LOOK = {"name": "店", "color": "#1f2937", "ink": "#ffffff", "greeting": ""}
LIMITS = {"attachment_max_bytes": 1000, "attachments_per_message": 2}


async def test_who_is_writing_is_not_disturbed_when_their_token_changes(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.write("一通目")
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    await shopper.text.fill("書きかけ")
    mark = "(field) => { field.dataset.mark = 'same'; field.setSelectionRange(1, 2); }"
    await shopper.text.evaluate(mark)
    profile = await profile_of(shopper)
    inbox = shopper.guest["inbox"]
    init = {"token": "x" * 40, "profile": profile, "inbox": inbox, "look": {**LOOK, **LIMITS}}
    async with shopper.page.expect_response(
        lambda response: response.url.endswith("/session") and response.ok
    ):  # the other one is no good: the page is asked for another, and gives the one it has
        await shopper.page.evaluate(INIT, init)
    await expect(shopper.text).to_have_attribute("data-mark", "same")
    await expect(shopper.text).to_be_focused()
    assert await shopper.text.evaluate("(field) => [field.value, field.selectionStart]") == [
        "書きかけ",
        1,
    ]
    await shopper.text.press("Enter")
    await expect(shopper.bubbles()).to_have_text(["一通目", "書きかけ"])
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert await shopper.bodies() == ["一通目", "書きかけ"]


async def profile_of(shopper: Shopper) -> str:
    """Return the visitor's profile as the frame's own keys name it."""
    frame = next(each for each in shopper.page.frames if "/widget/" in each.url)
    key = "Object.keys(localStorage).find((key) => key.startsWith('sobani-chat:'))"
    await shopper.page.wait_for_timeout(400)  # the draft is kept a moment after the last key
    return str(await frame.evaluate(key)).split(":")[2]


async def test_a_frame_that_nobody_sees_fetches_no_older_messages(
    enter: Open, oto: dict[str, Any]
) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.write("こんにちは")
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    for number in range(55):
        await answer(shopper, oto, f"{number}")
    await shopper.text.press("Escape")
    shopper.asked.clear()
    await shopper.page.reload()
    await expect(shopper.launcher).to_be_visible()
    await shopper.page.wait_for_timeout(2500)  # a used chat is loaded 1.5 s after the page
    await answer(shopper, oto, "もう一つ")
    await expect(shopper.badge).to_have_text("1")
    await shopper.page.wait_for_timeout(500)
    assert [url for url in shopper.asked if "/messages" in url] == []
    await shopper.open()
    await shopper.chat.locator(".log").evaluate("(log) => { log.scrollTop = 0; }")
    await expect(shopper.bubbles()).to_have_count(57)


async def test_two_tags_make_one_chat(enter: Open) -> None:
    shopper = await enter("/twice/")
    await expect(shopper.launcher).to_be_visible()
    await shopper.page.wait_for_timeout(500)
    await expect(shopper.page.locator("script[data-inbox]")).to_have_count(2)
    await expect(shopper.page.locator("sobani-chat")).to_have_count(1)
    assert len([url for url in shopper.asked if url.endswith("/session")]) == 1


async def test_files_are_attached_shown_and_their_limits_said_before(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    await expect(shopper.chat.locator(".limits")).to_have_text(re.compile("10 MBまで・5件まで"))
    bad: FilePayload = {
        "name": "x.exe",
        "mimeType": "application/pdf",
        "buffer": b"MZ\x90\0" + b"\0" * 99,
    }
    picker = shopper.chat.locator("input[type=file]")
    await picker.set_input_files([picture("葉.png"), bad])
    await expect(shopper.chat.locator(".uploads .bad")).to_contain_text(
        "この種類のファイルは送れません"
    )
    await shopper.chat.get_by_role("button", name="x.exe を外す").click()
    await shopper.chat.get_by_role("button", name="送信", exact=True).click()
    image = shopper.chat.locator("article .picture img")
    await expect(image).to_have_attribute("src", re.compile("^blob:"))
    await expect(image).to_have_attribute("alt", "画像: 葉.png")


HOLD = """
XMLHttpRequest.prototype.send = function () { window.held = this; };
"""


def frame_of(shopper: Shopper) -> Frame:
    return next(each for each in shopper.page.frames if "/widget/" in each.url)


async def test_a_running_upload_is_cancelled_by_one_click_whatever_it_tells_meanwhile(
    enter: Open,
) -> None:
    shopper = await enter(script=HOLD)
    await shopper.open()
    await shopper.chat.locator("input[type=file]").set_input_files(picture("葉.png"))
    cancel = shopper.chat.get_by_role("button", name="葉.png を外す")
    await cancel.hover()
    await shopper.page.mouse.down()
    await frame_of(shopper).evaluate("held.upload.onprogress({ loaded: 1, total: 2 })")
    await expect(shopper.chat.locator("progress")).to_have_js_property("value", 0.5)
    await expect(cancel).to_be_focused()
    await shopper.page.mouse.up()
    await expect(shopper.chat.locator(".uploads li")).to_have_count(0)
    await expect(shopper.chat.get_by_role("button", name="ファイルを添付")).to_be_focused()


async def test_a_message_waits_for_its_file_and_a_file_taken_out_is_given_up(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.page.route("**/widget/v1/attachments", lambda route: route.abort())
    await shopper.chat.locator("input[type=file]").set_input_files(picture("葉.png"))
    bad = shopper.chat.locator(".uploads .bad")
    await expect(bad).to_contain_text("アップロードできませんでした")
    await shopper.write("写真です")
    await expect(shopper.chat.get_by_role("alert")).to_contain_text("添付できていないファイル")
    await expect(shopper.text).to_have_value("写真です")
    await expect(shopper.bubbles()).to_have_count(0)
    await shopper.page.unroute("**/widget/v1/attachments")
    await bad.get_by_role("button", name="やり直す").click()
    await expect(shopper.chat.get_by_role("button", name="葉.png を外す")).to_be_focused()
    await expect(shopper.chat.locator(".uploads .bad")).to_have_count(0)
    await shopper.chat.locator("input[type=file]").set_input_files(picture("茎.png"))
    await expect(shopper.chat.locator("progress:visible")).to_have_count(0)
    async with shopper.page.expect_response(
        lambda response: response.request.method == "DELETE"
    ) as gone:
        await shopper.chat.get_by_role("button", name="茎.png を外す").click()
    assert (await gone.value).status == 204
    await shopper.text.press("Enter")
    image = shopper.chat.locator("article .picture img")
    await expect(image).to_have_attribute("alt", "画像: 葉.png")
    await expect(shopper.bubbles()).to_have_text(["写真です"])


ARRIVALS = """() => {
  window.arrived = [];
  const note = (records) => records.forEach(({ addedNodes }) => addedNodes.forEach((node) =>
    node.nodeName === "ARTICLE" && arrived.push(node.textContent)));
  new MutationObserver(note).observe(document.querySelector(".lines"), { childList: true });
}"""


async def test_what_was_said_is_read_out_once_whatever_becomes_of_it(
    enter: Open, oto: dict[str, Any]
) -> None:
    shopper = await enter()
    await shopper.open()
    await frame_of(shopper).evaluate(ARRIVALS)
    await shopper.write("読まれますか")
    tick = shopper.chat.locator(".tick")
    await expect(tick).to_have_text("送信済み")
    await answer(shopper, oto, "はい")
    await answer(shopper, oto, "続きです")  # the one before is not the last of its speaker any more
    await expect(shopper.bubbles()).to_have_count(3)
    arrived = await frame_of(shopper).evaluate("arrived")
    assert [re.sub("未送信.*|送信中.*", "", text) for text in arrived] == [
        "あなた: 読まれますか",
        next(text for text in arrived if "はい" in text),
        next(text for text in arrived if "続きです" in text),
    ]
    await expect(shopper.chat.locator("article footer").first).to_have_attribute("aria-live", "off")


ASK = """([inbox, profile]) => localStorage.setItem(`sobani-chat:${inbox}:${profile}:out:a`,
  JSON.stringify({ client_id: "a3bb189e-8bf9-4c4f-9d6c-1f0a7b6a2f11", body: "おととい書いた",
    attachments: [], at: Date.now() - 2 * 86400000, progress: "queued", reason: "" }))"""


async def test_who_sends_again_by_keyboard_does_not_lose_their_place(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.text.fill("書きかけ")
    profile = await profile_of(shopper)
    await frame_of(shopper).evaluate(ASK, [shopper.guest["inbox"], profile])
    await shopper.page.reload()
    again = shopper.chat.get_by_role("button", name="送信する")
    await again.focus()
    await again.press("Enter")
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    await expect(shopper.chat.locator("article")).to_be_focused()


REFUSE = "Storage.prototype.setItem = () => { throw new DOMException('full'); };"


async def test_a_browser_that_stores_nothing_is_told_of_and_loses_nothing_while_it_is_open(
    enter: Open,
) -> None:
    shopper = await enter(script=REFUSE)
    await shopper.open()
    await expect(shopper.chat.locator(".limits")).to_contain_text("10 MBまで")
    await shopper.text.fill("書きかけ")
    await expect(shopper.chat.locator(".limits")).to_contain_text("書きかけの内容は失われます")
    await shopper.context.set_offline(True)
    await expect(shopper.chat.locator(".status")).to_contain_text("開いたままに")
    await shopper.text.press("Enter")
    await expect(shopper.chat.locator(".queued")).to_be_visible()
    await shopper.context.set_offline(False)
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ja", "en"])
async def test_the_chat_has_no_accessibility_fault(
    enter: Open, oto: dict[str, Any], scheme: str, locale: str
) -> None:
    shopper = await enter(color_scheme=scheme)
    await expect(shopper.launcher).to_be_visible()
    await shopper.page.evaluate("(to) => sobani('locale', to)", locale)
    await shopper.open()
    await shopper.write("見えますか https://example.com/")
    await expect(shopper.chat.locator(".tick")).to_be_visible()
    await answer(shopper, oto, "はい https://example.com/")
    await expect(shopper.bubbles()).to_have_count(2)
    frame = next(each for each in shopper.page.frames if "/widget/" in each.url)
    await frame.evaluate(AXE)
    found = json.loads(await frame.evaluate("axe.run().then((result) => JSON.stringify(result))"))
    faults = {
        fault["id"]: [node["html"] for node in fault["nodes"]] for fault in found["violations"]
    }
    assert faults == {}
    assert len(found["passes"]) > 15


async def test_while_the_chat_is_on_its_way_nobody_is_told_to_load_it_again(enter: Open) -> None:
    shopper = await enter()
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await shopper.context.route("**/widget/*/", hold)
    await shopper.launcher.click()
    await expect(shopper.panel.locator(".dots")).to_be_visible()
    await expect(shopper.panel.locator(".again")).to_be_hidden()
    for route in held:
        await route.continue_()
    await expect(shopper.text).to_be_visible()
    await expect(shopper.panel.locator(".dots")).to_be_hidden()


async def test_a_picture_that_is_going_to_be_sent_is_shown(enter: Open) -> None:
    shopper = await enter()
    await shopper.open()
    picker = shopper.chat.locator("input[type=file]")
    await picker.set_input_files([picture("図.png"), text("説明.txt")])
    lines = shopper.chat.locator(".uploads li")
    await expect(lines).to_have_count(2)
    await expect(lines.nth(0).locator(".mark img")).to_be_visible()
    assert await lines.nth(0).locator("img").evaluate("image => image.naturalWidth") > 0
    await expect(lines.nth(1).locator(".mark svg")).to_be_visible()
