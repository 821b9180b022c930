"""S-22: no page of ours breaks its own policy. S-15: nobody frames what is not for them."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Frame, Page, expect

from tests.browser.customer import Customer
from tests.browser.elsewhere import Elsewhere, elsewhere
from tests.browser.floor import Floor
from tests.site.site import Site

PASSWORD = "sobani-demo"
ACCOUNT_PAGES = (
    "/account/",
    "/account/sessions/",
    "/account/password/",
    "/account/second-factor/",
    "/account/second-factor/app/on/",
    "/account/password/reset/",
    "/account/password/reset/sent/",
    "/nowhere",
)


async def log_in(page: Page, origin: str, mail: str) -> None:
    await page.goto(f"{origin}/login/")
    await page.get_by_role("textbox", name="メール").fill(f"{mail}@demo.example")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.get_by_role("button", name="ログイン").click()
    await page.wait_for_url(f"{origin}/**")


async def test_s_22_accounts(floor: Floor) -> None:
    """The floor itself asserts that nothing was violated, here and in all other tests."""
    page = await (await floor.context()).new_page()
    await page.goto(f"{floor.origin}/account/password/reset/")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await log_in(page, floor.origin, "supervisor")
    await expect(page.locator("link-state").filter(visible=True)).to_contain_text("接続中")
    for path in ACCOUNT_PAGES:
        answer = await page.goto(f"{floor.origin}{path}")
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere" else 200)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
    floor.watch.errors = [line for line in floor.watch.errors if "/nowhere" not in line]


async def test_s_22_admin(floor: Floor) -> None:
    desk = await floor.closed_desk("admin")
    page = desk.page
    await page.goto(f"{floor.origin}/admin/")
    links = page.locator("#content-main th a[href^='/admin/']")
    lists = [await link.get_attribute("href") or "" for link in await links.all()]
    assert len(lists) > 8
    for path in lists:
        await page.goto(floor.origin + path)
        await expect(page.locator("#changelist")).to_be_visible()
    for path in ("/admin/talk/inbox/add/", "/admin/talk/operator/add/", "/admin/talk/team/add/"):
        await page.goto(floor.origin + path)
        await page.get_by_role("textbox").first.fill("見本")
        await expect(page.get_by_role("button", name="保存").first).to_be_visible()


async def test_s_22_api_pages(floor: Floor) -> None:
    desk = await floor.closed_desk("admin")
    await desk.page.goto(f"{floor.origin}/api/docs/")
    operation = desk.page.locator(".opblock-get .opblock-summary-control").first
    await operation.click()
    await expect(desk.page.locator(".opblock-body").first).to_be_visible()
    await desk.page.get_by_role("button", name="Try it out").first.click()
    await desk.page.get_by_role("button", name="Execute").first.click()
    await expect(desk.page.locator(".responses-inner .response-col_status").first).to_be_visible()


async def test_s_22_the_whole_shop(floor: Floor) -> None:
    """As people go: search, cart, a log-in that fails, one that does not, an order, the FAQ."""
    customer = Customer(await (await floor.context()).new_page(), floor.origin)
    page = customer.page
    await customer.visit()
    await page.get_by_role("searchbox").fill("急須")
    await page.get_by_role("searchbox").press("Enter")
    await page.locator("main").get_by_role("link").first.click()
    await page.get_by_role("button", name="カートに入れる").click()
    await expect(page).to_have_title("カート｜茶と器 ゆきしろ")
    await page.get_by_role("link", name="ログイン").first.click()
    await page.get_by_label("メールアドレス").fill("midori@shop.example")
    await page.get_by_label("パスワード").fill("まちがい")
    await page.locator("main").get_by_role("button", name="ログイン").click()
    await expect(page.get_by_role("alert")).to_contain_text("正しくありません")
    await page.get_by_label("パスワード").fill("asatsuyu")
    # Who leaves the page before the answer is introduced again on the next one, not without a 401.
    async with page.expect_response(lambda answer: answer.url.endswith("/identify")):
        await page.locator("main").get_by_role("button", name="ログイン").click()
    await expect(page.get_by_role("link", name="高橋 みどり 様")).to_be_visible()
    await page.get_by_role("link", name="カート").click()
    await page.get_by_role("link", name="お支払いへ進む").click()
    await page.get_by_role("button", name="注文を確定する").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("ありがとうございます")
    await page.get_by_role("link", name="よくある質問").first.click()
    await page.locator("summary").first.click()
    await page.get_by_role("button", name="チャットで相談する").first.click()
    await expect(customer.text).to_be_visible()
    # The log-in that fails; and what was on its way with the token that the right one has ended.
    expected = re.compile(r"\b422\b|\b401\b.*/widget/v1/activities\)")
    floor.watch.errors = [line for line in floor.watch.errors if not expected.search(line)]


@pytest.fixture
def away(site: Site) -> Iterator[Elsewhere]:
    with elsewhere(site.webs.origin) as away:
        yield away


CONSOLE_PAGES = ("/", "/login/", "/admin/login/", "/account/", "/api/docs/", "/demo/")


async def test_s_15_no_site_frames_the_console(floor: Floor, away: Elsewhere) -> None:
    frames = "".join(f'<iframe src="{floor.origin}{path}"></iframe>' for path in CONSOLE_PAGES)
    away.pages["/inside"] = "<!doctype html><h1>inside</h1>"
    away.pages["/"] = f'<!doctype html><title>evil</title><iframe src="/inside"></iframe>{frames}'
    desk = await floor.desk("admin")
    page = await desk.context.new_page()
    await page.goto(away.origin)
    own, *others = page.main_frame.child_frames
    await expect(own.get_by_role("heading")).to_be_visible()
    assert len(others) == len(CONSOLE_PAGES)
    for frame in others:
        await blocked(frame)
    await floor.leave()
    floor.forgive()


async def blocked(frame: Frame) -> None:
    """Assert that the browser shows its own error there, and nothing of ours."""
    await expect(frame.locator("body")).to_be_attached()
    assert frame.url.startswith("chrome-error://")
