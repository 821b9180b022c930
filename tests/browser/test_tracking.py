"""What is tracked in a real browser: consent, dwell, other products' tags, errors on the page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from tests.browser.launching import JAPANESE, launch
from tests.browser.shoppers import SHOP, STUB, Shopper
from tests.browser.test_widget import FEATURES
from tests.site.site import Site

Enter = Callable[..., Awaitable[Shopper]]
BATCH_MS = 2600  # longer than a batch waits
STORED = """() => [localStorage, sessionStorage].flatMap((area) => Object.keys(area))"""
KARTE_STUB = "window.krt = function () { krt.q.push([].slice.call(arguments)); }; krt.q = [];"
CUP = {"item_id": "cup", "name": "湯のみ", "price": 1200, "quantity": 2, "brand_name": "雪"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright, chromium, FEATURES)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def enter(site: Site, browser: Browser) -> AsyncIterator[Enter]:
    """Send somebody to the shop, whose inbox has these terms."""
    contexts: list[BrowserContext] = []

    async def go(path: str = "/", *, script: str = "", **terms: Any) -> Shopper:
        context = await browser.new_context(**JAPANESE)
        contexts.append(context)
        if script:
            await context.add_init_script(script)
        guest = site.hand.do("guest", cast=site.hand.do("cast"))
        if terms:
            site.hand.do("tracked.change_inbox", inbox=guest["inbox"], **terms)
        shopper = Shopper(site, guest, context)
        await shopper.enter(path)
        await expect(shopper.launcher).to_be_visible()
        return shopper

    yield go
    for context in contexts:
        await context.close()


async def settled(shopper: Shopper) -> None:
    await shopper.page.wait_for_timeout(BATCH_MS)


def visitor(shopper: Shopper) -> str:
    """Return the profile of the one visitor that came besides the guest of the cast."""
    inbox, own = shopper.guest["inbox"], shopper.guest["profile_id"]
    [found] = set(shopper.site.hand.do("tracked.profiles", inbox=inbox)) - {own}
    return str(found)


def of(shopper: Shopper, what: str) -> Any:
    return shopper.site.hand.do(f"tracked.{what}", profile=visitor(shopper))


def props(shopper: Shopper, kind: str) -> list[Any]:
    return [each["props"] for each in shopper.told if each["kind"] == kind]


async def test_where_only_a_yes_counts_nothing_is_told_or_stored_before_it(enter: Enter) -> None:
    shopper = await enter(consent="denied")
    await shopper.page.evaluate("sobani('track', 'wish', {}); history.pushState(null, '', '/b/')")
    await settled(shopper)
    assert shopper.told == []
    assert await shopper.page.evaluate(STORED) == []
    await shopper.page.evaluate("sobani('consent', 'granted')")
    await settled(shopper)
    assert [each["url"] for each in shopper.told] == [f"{SHOP}/b/"]
    assert f"sobani:{shopper.guest['inbox']}:token" in await shopper.page.evaluate(STORED)
    assert of(shopper, "context")["consent"] == "granted"
    await shopper.visit("/c/")  # who has said yes need not say it again
    await settled(shopper)
    assert shopper.told[-1]["url"] == f"{SHOP}/c/"


async def test_who_says_no_leaves_nothing_in_the_browser_and_can_still_chat(enter: Enter) -> None:
    shopper = await enter()
    await shopper.open()
    await shopper.write("まだ見られている")
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    await settled(shopper)
    before = len(shopper.told)
    assert shopper.kinds() == ["page"]
    await shopper.page.evaluate("sobani('consent', 'denied')")
    await shopper.page.evaluate("sobani('track', 'wish', {}); history.pushState(null, '', '/b/')")
    await shopper.text.fill("もう見ないで")
    await shopper.page.wait_for_timeout(500)  # a draft would be kept by now
    frame = next(each for each in shopper.page.frames if "/widget/" in each.url)
    assert await shopper.page.evaluate(STORED) == []
    assert await frame.evaluate(STORED) == []
    await shopper.text.press("Enter")
    await expect(shopper.chat.locator(".tick").last).to_have_text("送信済み")
    await expect(shopper.bubbles()).to_have_text(["まだ見られている", "もう見ないで"])
    await settled(shopper)
    assert len(shopper.told) == before
    assert await frame.evaluate(STORED) == []
    assert of(shopper, "context")["consent"] == "denied"


async def test_who_has_said_no_before_the_loader_came_is_never_told_of(enter: Enter) -> None:
    early = (
        "window.sobani = function () { (sobani.q = sobani.q || []).push(arguments); };"
        "sobani('consent', 'denied');"
    )
    shopper = await enter(script=early)
    await settled(shopper)
    assert shopper.told == []
    assert await shopper.page.evaluate(STORED) == []
    await shopper.open()
    await shopper.write("それでも相談したい")
    await expect(shopper.chat.locator(".tick")).to_have_text("送信済み")
    assert await shopper.page.evaluate(STORED) == []


async def test_an_inbox_may_leave_global_privacy_control_to_the_site(enter: Enter) -> None:
    script = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    shopper = await enter(script=script, honours_gpc=False)
    await settled(shopper)
    assert shopper.kinds() == ["page"]


async def test_a_page_is_told_with_the_time_it_was_looked_at(enter: Enter) -> None:
    shopper = await enter("/a/")
    await shopper.page.wait_for_timeout(2000)
    await shopper.page.evaluate("history.pushState(null, '', '/b/')")
    await settled(shopper)
    [left] = [each for each in shopper.told if each["kind"] == "page_leave"]
    assert 1.8 < left["seconds"] < 6
    pages = {page["url"]: page["seconds"] for page in of(shopper, "context")["pages"]}
    assert pages == {f"{SHOP}/a/": round(left["seconds"]), f"{SHOP}/b/": 0}


async def test_an_address_keeps_the_parameters_that_the_inbox_lists(enter: Enter) -> None:
    path = "/?utm_source=line&category=tea&email=a@b.example&token=x&plan=a@b.example"
    shopper = await enter(path, kept_parameters=["utm_*", "category", "plan"])
    await settled(shopper)
    assert shopper.told[0]["url"] == f"{SHOP}/?utm_source=line&category=tea"


async def test_what_a_page_tells_karte_is_understood(enter: Enter) -> None:
    early = f"{KARTE_STUB} krt('send', 'view'); krt('send', 'view_item', {{item_id: 'cup'}});"
    shopper = await enter(script=early, shims=["karte"])
    await settled(shopper)
    told = """(cup) => {
      krt('send', 'cart', {status: true, price: 2400, quantity: 2, items: [cup]});
      krt('send', 'identify', {user_id: 'u-1', email: 'Taro@Example.jp', rank: 'gold'});
      krt('send', 'coupon_used', {code: 'A1'});
      krt('send', 'cart', {status: false});
      krt('send', 'buy', {transaction_id: 'T-1', revenue: '2,400', items: [cup]});
    }"""
    await shopper.page.evaluate(told, CUP)
    await settled(shopper)
    assert shopper.kinds().count("page") == 1, "the tracker has told of the page already"
    assert [each["item_id"] for each in props(shopper, "item_view")] == ["cup"]
    filled, emptied = props(shopper, "cart")
    assert (filled["total"], filled["quantity"], filled["status"]) == (2400, 2, True)
    assert (emptied["items"], emptied["status"]) == ([], False)
    assert props(shopper, "order")[0]["revenue"] == 2400
    assert props(shopper, "coupon_used") == [{"code": "A1"}]
    assert of(shopper, "claims") == [["email", "Taro@Example.jp"], ["user_id", "u-1"]]
    assert len(await shopper.page.evaluate("krt.q")) == 7, "KARTE gets every call as before"
    bought = of(shopper, "context")["shopping"]
    assert bought["order"]["lines"] == [
        {"item_id": "cup", "name": "湯のみ", "price": 1200.0, "quantity": 2, "url": ""}
    ]


async def test_the_steps_told_to_ga4_make_a_cart_also_over_pages(enter: Enter) -> None:
    layer = (
        "window.dataLayer = []; window.gtag = function () { dataLayer.push(arguments); };"
        "gtag('js', new Date()); gtag('config', 'G-1'); gtag('event', 'page_view');"
    )
    shopper = await enter(script=layer, shims=["ga4"])
    added = """() => gtag('event', 'add_to_cart', {currency: 'JPY', value: 1200,
        items: [{item_id: 'cup', item_name: '湯のみ', price: 1200, quantity: 1}]})"""
    await settled(shopper)
    await shopper.page.evaluate(added)
    await shopper.visit("/next/")
    await settled(shopper)
    await shopper.page.evaluate(added)
    await shopper.page.evaluate(
        """() => {
      const pot = {items: [{item_id: 'pot', price: 5000}]};
      dataLayer.push({event: 'add_to_cart', ecommerce: pot});
      dataLayer.push({event: 'remove_from_cart', ecommerce: {items: [{item_id: 'cup'}]}});
      dataLayer.push({event: 'gtm.click'});
      gtag('event', 'exception', {description: '決済できません'});
    }"""
    )
    await settled(shopper)
    recorded = [one for kind, one in of(shopper, "activities") if kind == "cart"]
    carts = [(each["quantity"], each["total"]) for each in recorded]
    assert carts == [(1, 1200), (2, 2400), (3, 7400), (2, 6200)]
    assert {each["currency"] for each in recorded} == {"JPY"}
    assert props(shopper, "error") == [{"kind": "exception", "message": "決済できません"}]
    assert set(shopper.kinds()) - {"page_leave"} == {"page", "cart", "error"}


async def test_what_a_page_tells_segment_is_understood_once(enter: Enter) -> None:
    stub = """
      const analytics = (window.analytics = []);
      analytics.factory = (name) => (...values) => { analytics.push([name, ...values]); };
      for (const name of ["page", "track", "identify"]) analytics[name] = analytics.factory(name);
      analytics.page(); analytics.track('Product Viewed', {product_id: 'cup', name: '湯のみ'});
    """
    shopper = await enter(script=stub, shims=["segment"])
    await settled(shopper)
    await shopper.page.evaluate(
        """() => {
      analytics.track('Product Added', {product_id: 'cup', price: 1200, quantity: 2});
      const queued = [...analytics];
      const done = [];
      const real = {};
      for (const name of ["page", "track", "identify"])
        real[name] = (...values) => { done.push([name, ...values]); };
      window.analytics = real;
      for (const [name, ...values] of queued) window.analytics[name](...values);
      window.analytics.identify('u-2', {email: 'hanako@example.jp'});
      window.analytics.track('Coupon Used', {code: 'B2'});
      window.analytics.track('Order Completed', {order_id: 'T-2', total: 2400, products: []});
      window.done = done.length;
    }"""
    )
    await settled(shopper)
    assert await shopper.page.evaluate("done") == 6, "Segment gets every call as before"
    assert sorted(kind for kind in shopper.kinds() if kind not in {"page", "page_leave"}) == [
        "cart",
        "coupon_used",
        "item_view",
        "order",
    ]
    assert of(shopper, "claims") == [["email", "hanako@example.jp"], ["user_id", "u-2"]]


async def test_who_logs_out_as_another_product_is_told_of_it_is_somebody_new_here(
    enter: Enter,
) -> None:
    script = "window.analytics = {track() {}, identify() {}, reset() {}};"
    shopper = await enter(script=script, shims=["segment"])
    await settled(shopper)
    token = await shopper.page.evaluate(f"localStorage.getItem('{shopper.key}')")
    await shopper.page.evaluate("analytics.reset()")
    await shopper.page.evaluate("analytics.identify('u-7')")
    await settled(shopper)
    assert await shopper.page.evaluate(f"localStorage.getItem('{shopper.key}')") == token
    first = visitor(shopper)
    assert of(shopper, "claims") == [["user_id", "u-7"]]
    await shopper.page.evaluate("analytics.track('Signed Out'); analytics.reset()")
    await settled(shopper)
    assert await shopper.page.evaluate(f"localStorage.getItem('{shopper.key}')") != token
    assert shopper.kinds() == ["page", "signed_out", "page"], "what was done before is sent"
    inbox, own = shopper.guest["inbox"], shopper.guest["profile_id"]
    profiles = set(shopper.site.hand.do("tracked.profiles", inbox=inbox)) - {own, first}
    [second] = profiles
    assert shopper.site.hand.do("tracked.claims", profile=second) == []


SIGNING = f"""
if (location.pathname === "/member/") {{
  {STUB}
  sobani("identify", "signed");
  window.analytics = [["identify", "u-8"]];
}} else window.analytics = {{ track() {{}}, identify() {{}}, reset() {{}} }};
"""


async def test_the_site_s_signature_goes_before_what_other_products_say(enter: Enter) -> None:
    shopper = await enter(script=SIGNING, shims=["segment"])
    await settled(shopper)
    await shopper.page.evaluate("analytics.identify('u-7')")
    await settled(shopper)
    token = await shopper.token()
    async with shopper.page.expect_request("**/widget/v1/identify") as told:
        await shopper.visit("/member/")
    assert '"token":"signed"' in ((await told.value).post_data or "")
    await settled(shopper)
    assert await shopper.token() == token
    assert of(shopper, "claims") == [["user_id", "u-7"]]


async def test_without_the_inbox_asking_nobody_listens_to_other_tags(enter: Enter) -> None:
    shopper = await enter(script=f"{KARTE_STUB} krt('send', 'cart', {{status: false}});")
    await settled(shopper)
    assert shopper.kinds() == ["page"]
    assert not any("widget-more" in url for url in await loaded(shopper))


async def loaded(shopper: Shopper) -> list[str]:
    entries = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    return list(await shopper.page.evaluate(entries))


async def test_errors_on_the_page_are_told_without_what_was_typed(enter: Enter) -> None:
    shopper = await enter(captures_errors=True)
    await settled(shopper)
    await shopper.page.evaluate(
        """() => {
      const form = document.createElement('form');
      for (const value of ['taro@example.jp', 'hunter2!']) {
        const field = document.createElement('input');
        field.value = value;
        form.append(field);
      }
      const alert = document.createElement('p');
      alert.id = 'login-error';
      alert.setAttribute('role', 'alert');
      const inner = document.createElement('textarea');
      inner.defaultValue = '秘密の下書き';
      form.append(alert);
      document.body.append(form);
      alert.append('「hunter2!」は正しくありません。09012345678 taro@example.jp ', inner);
      window.shown = alert;
    }"""
    )
    await shopper.page.wait_for_timeout(400)
    await shopper.page.evaluate("shown.hidden = true")
    await shopper.page.wait_for_timeout(400)
    await shopper.page.evaluate("shown.hidden = false")
    await settled(shopper)
    message = "「…」は正しくありません。… …"
    shown = {"kind": "shown", "message": message, "message_id": "login-error"}
    assert props(shopper, "error") == [{**shown, "selector": "[role=alert]"}] * 2
    met = of(shopper, "context")["shopping"]["errors"]
    assert [(each["message"], each["count"]) for each in met] == [(message, 2)]


async def test_script_errors_and_refused_requests_are_told_and_still_reach_the_page(
    enter: Enter,
) -> None:
    shopper = await enter(captures_errors=True)
    await settled(shopper)
    # The shop's policy lets its pages ask nobody but us: this request fails.
    asked = "fetch('/pay?card=4111').then(() => 'came', () => 'failed')"
    assert await shopper.page.evaluate(asked) == "failed"
    await shopper.page.evaluate(
        "setTimeout(() => { throw new Error('カートが壊れました'); });"
        "Promise.reject(new TypeError('undefined is not a cart'))"
        ".catch((error) => { setTimeout(() => Promise.reject(error)); })"
    )
    await settled(shopper)
    assert sorted((each["kind"], each["message"]) for each in props(shopper, "error")) == [
        ("request", "GET /pay failed"),
        ("script", "Uncaught Error: カートが壊れました"),
        ("script", "undefined is not a cart"),
    ]
