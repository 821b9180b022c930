"""Log-in, account pages, administration and API page in a real browser, under their policy."""

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.floor import Floor
from tests.cast import PASSWORD

NARROW = {"width": 360, "height": 740}
ACCOUNT_PAGES = ("/account/", "/account/sessions/", "/account/password/", "/account/second-factor/")
ADMIN_PAGES = (
    "/admin/", "/admin/talk/inbox/", "/admin/talk/inbox/add/", "/admin/talk/team/",
    "/admin/talk/operator/", "/admin/talk/operator/add/", "/admin/talk/apitoken/",
    "/admin/talk/conversation/", "/admin/talk/message/", "/admin/talk/event/",
    "/admin/customers/customer/",
)  # fmt: skip


async def page_of(floor: Floor, who: str, **options: Any) -> tuple[Page, dict[str, Any]]:
    """Return a page of somebody of a new cast, logged in."""
    cast = floor.site.hand.do("cast")
    operator = floor.site.hand.do("operator", cast=cast, who=who, logs_in=True)
    context = await floor.context(**options)
    cookie = {"name": "sobani_session", "value": operator["session"], "url": floor.origin}
    await context.add_cookies([cookie])  # type: ignore[list-item]  # a typed dict by shape
    return await context.new_page(), operator


async def overflow(page: Page) -> int:
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await page.evaluate(width))


async def serious(page: Page) -> list[str]:
    found = await Axe().run(page)
    return [each["id"] for each in found.response["violations"]]


async def test_the_log_in_page_is_usable_by_everybody(floor: Floor) -> None:
    for scheme in ("light", "dark"):
        context = await floor.context(viewport=NARROW, color_scheme=scheme)
        page = await context.new_page()
        await page.goto(f"{floor.origin}/login/")
        await expect(page.get_by_role("heading", name="ログイン")).to_be_visible()
        assert await overflow(page) == 0
        assert await serious(page) == []


async def test_a_page_of_one_form_begins_in_its_first_field(floor: Floor) -> None:
    page = await (await floor.context()).new_page()
    await page.goto(f"{floor.origin}/login/")
    await expect(page.get_by_label("メールアドレス")).to_be_focused()
    await page.goto(f"{floor.origin}/account/password/reset/")
    await expect(page.get_by_label("メールアドレス")).to_be_focused()
    known, _ = await page_of(floor, "oto")
    await known.goto(f"{floor.origin}/account/second-factor/app/on/")
    await known.keyboard.type(PASSWORD)
    await known.keyboard.press("Enter")
    await expect(known.locator("#id_code")).to_be_focused()


async def test_an_operator_logs_in_and_out_in_either_language(floor: Floor) -> None:
    own, _ = await page_of(floor, "oto")
    await own.goto(f"{floor.origin}/account/")
    email = (await own.locator("small").inner_text()).split(" · ")[0]
    page = await (await floor.context()).new_page()
    await page.goto(f"{floor.origin}/login/")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Password")).to_be_focused()  # the address stands there still
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(rf"^{floor.origin}/(\?.*)?$"))
    await page.goto(f"{floor.origin}/account/")
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url(f"{floor.origin}/login/")


@pytest.mark.parametrize("path", ACCOUNT_PAGES)
async def test_account_pages_fit_a_telephone(floor: Floor, path: str) -> None:
    page, _ = await page_of(floor, "oto", viewport=NARROW)
    await page.goto(f"{floor.origin}{path}")
    assert await overflow(page) == 0
    assert await serious(page) == []


async def test_the_code_of_the_second_factor_is_shown_as_a_picture(floor: Floor) -> None:
    page, _ = await page_of(floor, "oto")
    await page.goto(f"{floor.origin}/account/second-factor/app/on/")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.get_by_role("button", name="確認").click()
    picture = page.get_by_role("img", name="QRコード")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth") > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_administration_works_under_its_policy(floor: Floor, scheme: str) -> None:
    page, _ = await page_of(floor, "aoi", color_scheme=scheme)
    for path in ADMIN_PAGES:
        answer = await page.goto(f"{floor.origin}{path}")
        assert answer is not None
        assert answer.status == 200, path
        await expect(page.locator("#site-name")).to_contain_text("Sobani")
    header = page.locator("#header")
    assert await header.evaluate("e => getComputedStyle(e).backgroundColor") in (
        "rgb(20, 22, 27)",
        "rgb(13, 15, 19)",
    )


async def test_an_administrator_makes_an_inbox_and_a_team_with_it(floor: Floor) -> None:
    page, _ = await page_of(floor, "aoi")
    await page.goto(f"{floor.origin}/admin/talk/inbox/add/")
    await page.locator("#id_name").fill("ブラウザの店")
    await page.locator("#id_allowed_origins").fill("https://shop.example")
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.locator(".field-snippet code")).to_contain_text("data-inbox=")
    await expect(page.get_by_label("添付ファイルの上限（MB）")).to_have_value("10")
    await page.goto(f"{floor.origin}/admin/talk/team/add/")
    await page.locator("#id_name").fill("ブラウザのチーム")
    await page.locator("#id_inboxes_from").select_option(label="ブラウザの店")
    await page.locator("#id_inboxes_add, #id_inboxes_add_link").click()
    await expect(page.locator("#id_inboxes_to option")).to_have_count(1)
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.locator(".messagelist .success")).to_be_visible()


async def test_the_api_page_shows_the_document_without_anybody_elses_server(floor: Floor) -> None:
    page, _ = await page_of(floor, "oto")
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((floor.origin, "data:", "blob:"))
            else foreign.append(request.url)
        ),
    )
    await page.goto(f"{floor.origin}/api/docs/")
    await expect(page.get_by_text("Send a message to the customer")).to_be_visible()
    await page.get_by_text("Get who is asking").click()
    await page.get_by_role("button", name="Try it out").click()
    await page.get_by_role("button", name="Execute").click()
    await expect(page.locator(".responses-table.live-responses-table")).to_contain_text("200")
    assert foreign == []
