"""The widget in a real browser, on another site than Sobani's own."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.shoppers import EVIL, SHOP, Shopper, answer
from tests.site.site import Site, create_database, drop_database, migrate, server_url

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # The site is on the internet, Sobani on this machine: here that is not an attack.
    "--disable-features=LocalNetworkAccessChecks",
]
Open = Callable[..., Shopper]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = create_database(server_url(), f"widget_{os.getpid()}")
    migrate(url, os.environ["REDIS_URL"])
    with Site(tmp_path_factory.mktemp("widget"), url, os.environ["REDIS_URL"]) as site:
        yield site
    drop_database(url)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def cast(site: Site) -> str:
    return str(site.hand.do("cast"))


@pytest.fixture
def enter(site: Site, browser: Browser, cast: str) -> Iterator[Open]:
    """Send somebody to the shop; options are those of a browser context."""
    contexts: list[BrowserContext] = []

    def go(path: str = "/", *, origin: str = SHOP, script: str = "", **options: Any) -> Shopper:
        context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", **options)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        guest = site.hand.do("guest", cast=cast)
        shopper = Shopper(site, guest, context, origin)
        shopper.visit(path)
        return shopper

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def oto(site: Site, cast: str) -> dict[str, Any]:
    return dict(site.hand.do("operator", cast=cast, who="oto"))


def test_a_visitor_writes_is_answered_and_nothing_breaks_the_site_s_policy(
    site: Site, enter: Open, oto: dict[str, Any]
) -> None:
    shopper = enter("/items/")
    expect(shopper.launcher).to_be_visible()
    frame = f"/widget/{shopper.guest['inbox']}/"
    assert not any(frame in url for url in shopper.asked), "the frame waits for the first opening"
    shopper.open()
    expect(shopper.text).to_be_focused()
    shopper.write("在庫はありますか？")
    expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert shopper.customer.hears() == ["在庫はありますか？"]
    answer(site, oto, shopper, "はい、ございます。")
    expect(shopper.bubbles().last).to_have_text("はい、ございます。")
    expect(shopper.chat.locator("article .author")).to_have_text("oto")
    assert [each for each in shopper.heard() if each[0] == "csp"] == []
    assert shopper.context.cookies() == []
    token = shopper.token
    assert not any(token in url for url in shopper.asked)


def test_focus_goes_in_and_comes_back_and_escape_closes(enter: Open) -> None:
    shopper = enter()
    expect(shopper.launcher).to_be_visible()
    shopper.page.evaluate(
        "document.querySelector('#help').addEventListener('click', () => sobani('open'))"
    )
    shopper.page.click("#help")
    expect(shopper.text).to_be_focused()
    shopper.text.press("Escape")
    expect(shopper.panel).to_be_hidden()
    expect(shopper.page.locator("#help")).to_be_focused()
    shopper.open()
    shopper.text.press("Escape")
    assert shopper.page.evaluate("document.activeElement.localName") == "sobani-chat"
    assert [name for name, _ in shopper.heard() if name in {"open", "close"}] == [
        "open",
        "close",
        "open",
        "close",
    ]


def test_an_answer_to_a_closed_chat_is_counted_and_stays_counted_over_a_reload(
    site: Site, enter: Open, oto: dict[str, Any]
) -> None:
    shopper = enter()
    shopper.open()
    shopper.write("こんにちは")
    expect(shopper.chat.locator(".tick")).to_be_visible()
    shopper.text.press("Escape")
    answer(site, oto, shopper, "お待たせしました")
    expect(shopper.badge).to_have_text("1")
    assert ["unread", 1] in shopper.heard()
    [message] = [value for name, value in shopper.heard() if name == "message"]
    assert (message["author"], message["preview"]) == ("oto", "お待たせしました")
    shopper.page.reload()
    expect(shopper.badge).to_have_text("1")
    shopper.open()
    expect(shopper.bubbles()).to_have_text(["こんにちは", "お待たせしました"])
    expect(shopper.badge).to_be_hidden()
    shopper.page.reload()
    expect(shopper.launcher).to_be_visible()
    expect(shopper.badge).to_be_hidden()


def test_i_10_unsent_words_survive_being_offline_and_a_reload(enter: Open) -> None:
    shopper = enter()
    shopper.open()
    shopper.write("一通目")
    expect(shopper.chat.locator(".tick")).to_be_visible()
    shopper.context.set_offline(True)
    expect(shopper.chat.locator(".status")).to_contain_text("オフライン")
    shopper.write("圏外で書いた")
    expect(shopper.chat.locator(".queued footer")).to_contain_text("未送信")
    shopper.text.fill("書きかけ")
    shopper.page.wait_for_timeout(400)  # the draft is kept a moment after the last key
    shopper.context.set_offline(False)
    expect(shopper.chat.locator(".queued")).to_have_count(0, timeout=15_000)
    assert shopper.customer.hears() == ["一通目", "圏外で書いた"]
    shopper.page.reload()
    expect(shopper.text).to_have_value("書きかけ")  # the panel was open, so it still is
    expect(shopper.bubbles()).to_have_text(["一通目", "圏外で書いた"])


def test_i_10_what_was_not_sent_when_the_page_went_is_sent_by_the_next_one(enter: Open) -> None:
    shopper = enter()
    shopper.open()
    shopper.context.set_offline(True)
    shopper.write("閉じる前の一言")
    expect(shopper.chat.locator(".queued")).to_be_visible()
    shopper.page.close()
    shopper.context.set_offline(False)
    shopper.page = shopper.context.new_page()
    shopper.visit("/later/")
    shopper.open()
    expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert shopper.customer.hears() == ["閉じる前の一言"]


def test_page_views_include_single_page_navigation_and_lose_private_parts(enter: Open) -> None:
    shopper = enter("/items/?utm_source=line&email=a@b.example#secret")
    expect(shopper.launcher).to_be_visible()
    shopper.page.evaluate(
        "history.pushState(null, '', '/cart/'); document.title = 'カート';"
        "sobani('track', 'cart', {total: 1620}); sobani('track', 'Not a name', {})"
    )
    shopper.page.wait_for_function("() => new Promise((done) => setTimeout(done, 2600, true))")
    views = [(each["url"], each["title"]) for each in shopper.told if each["kind"] == "page"]
    assert views == [
        (f"{SHOP}/items/?utm_source=line", f"{SHOP}/items/?utm_source=line&email=a@b.example"),
        (f"{SHOP}/cart/", "カート"),
    ]
    assert [each["props"] for each in shopper.told if each["kind"] == "cart"] == [{"total": 1620}]
    assert "Not a name" not in shopper.kinds()


def test_global_privacy_control_is_heeded_and_chatting_still_works(enter: Open) -> None:
    script = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    shopper = enter(script=script)
    expect(shopper.launcher).to_be_visible()
    shopper.page.evaluate("sobani('track', 'cart', {total: 1}); history.pushState(null, '', '/b/')")
    shopper.page.wait_for_timeout(2500)
    assert shopper.told == []
    assert shopper.page.evaluate("Object.keys(localStorage)") == []
    shopper.open()
    shopper.write("それでも相談したい")
    expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert shopper.told == []


def test_s_6_a_site_that_is_not_on_the_list_gets_no_chat(enter: Open) -> None:
    shopper = enter(origin=EVIL)
    shopper.page.wait_for_timeout(1500)
    assert any(url.endswith("/widget/v1/session") for url in shopper.asked)
    expect(shopper.page.locator("sobani-chat")).to_have_count(0)
    assert shopper.page.evaluate("Object.keys(localStorage)") == []


def test_s_15_a_site_that_is_not_on_the_list_cannot_frame_the_chat(enter: Open) -> None:
    def framed(shopper: Shopper) -> bool:
        url = f"{shopper.site.place.origin}/widget/{shopper.guest['inbox']}/"
        shopper.page.evaluate(
            "(url) => { const frame = document.createElement('iframe'); frame.src = url;"
            " document.body.append(frame); return new Promise((done) => { frame.onload = done; })"
            ".then(() => 1); }",
            url,
        )
        return any(frame.url == url for frame in shopper.page.frames)

    assert framed(enter())
    assert not framed(enter(origin=EVIL))


def test_s_13_words_of_another_window_are_ignored(enter: Open) -> None:
    shopper = enter()
    shopper.open()
    token = shopper.token
    forged = [{"sobani": 1, "type": "close"}, {"sobani": 1, "type": "expired"}]
    for words in forged:
        shopper.page.evaluate("(words) => postMessage(words, '*')", words)
    shopper.page.evaluate(
        "(url) => new Promise((done) => { const frame = document.createElement('iframe');"
        " frame.src = url; frame.onload = () => done(1); document.body.append(frame); })",
        f"{EVIL}/",
    )
    evil = next(frame for frame in shopper.page.frames if frame.url.startswith(EVIL))
    for words in forged:
        evil.evaluate("(words) => parent.postMessage(words, '*')", words)
    shopper.page.wait_for_timeout(300)
    expect(shopper.panel).to_be_visible()
    assert shopper.token == token


def test_reset_makes_the_next_person_another_visitor(enter: Open) -> None:
    shopper = enter()
    shopper.open()
    shopper.write("前の人の言葉")
    expect(shopper.chat.locator(".tick")).to_be_visible()
    shopper.text.fill("前の人の書きかけ")
    before = shopper.token
    shopper.page.evaluate("sobani('reset')")
    expect(shopper.panel).to_be_hidden()
    shopper.page.wait_for_function("(key) => localStorage.getItem(key)", arg=key_of(shopper))
    assert shopper.token != before
    shopper.open()
    expect(shopper.text).to_have_value("")
    expect(shopper.bubbles()).to_have_count(0)


def test_two_tags_make_one_chat(enter: Open) -> None:
    shopper = enter("/twice/")
    expect(shopper.launcher).to_be_visible()
    shopper.page.wait_for_timeout(500)
    expect(shopper.page.locator("script[data-inbox]")).to_have_count(2)
    expect(shopper.page.locator("sobani-chat")).to_have_count(1)
    assert len([url for url in shopper.asked if url.endswith("/session")]) == 1


def test_files_are_attached_shown_and_their_limits_said_before(enter: Open) -> None:
    shopper = enter()
    shopper.open()
    expect(shopper.chat.locator(".limits")).to_have_text(re.compile("10 MBまで・5件まで"))
    picture = (Path(__file__).parent / "leaf.png").read_bytes()
    bad = {"name": "x.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\0" + b"\0" * 99}
    good = {"name": "葉.png", "mimeType": "image/png", "buffer": picture}
    shopper.chat.locator("input[type=file]").set_input_files([good, bad])  # type: ignore[list-item]
    expect(shopper.chat.locator(".uploads .bad")).to_contain_text("この種類のファイルは送れません")
    shopper.chat.get_by_role("button", name="x.exe を外す").click()
    shopper.chat.get_by_role("button", name="送信", exact=True).click()
    image = shopper.chat.locator("article .picture img")
    expect(image).to_have_attribute("src", re.compile("^blob:"))
    expect(image).to_have_attribute("alt", "画像: 葉.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_chat_has_no_accessibility_fault(
    site: Site, enter: Open, oto: dict[str, Any], scheme: str, locale: str
) -> None:
    shopper = enter(color_scheme=scheme)
    expect(shopper.launcher).to_be_visible()
    shopper.page.evaluate("(to) => sobani('locale', to)", locale)
    shopper.open()
    shopper.write("見えますか https://example.com/")
    expect(shopper.chat.locator(".tick")).to_be_visible()
    answer(site, oto, shopper, "はい https://example.com/")
    expect(shopper.bubbles()).to_have_count(2)
    frame = next(each for each in shopper.page.frames if "/widget/" in each.url)
    frame.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found = json.loads(frame.evaluate("axe.run().then((result) => JSON.stringify(result))"))
    faults = {
        fault["id"]: [node["html"] for node in fault["nodes"]] for fault in found["violations"]
    }
    assert faults == {}
    assert len(found["passes"]) > 15


def key_of(shopper: Shopper) -> str:
    return f"sobani:{shopper.guest['inbox']}:token"
