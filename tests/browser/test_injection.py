"""S-20, S-21: whatever anybody writes anywhere is shown as text, and runs nowhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Error, Frame, Locator, Page, expect

from tests.browser.customer import Customer
from tests.browser.desk import Desk
from tests.browser.elsewhere import Elsewhere, elsewhere, widget_page
from tests.browser.floor import Floor
from tests.browser.payloads import NASTIEST, PAYLOADS
from tests.site.site import Site

# As long as a label's name may be; ten labels fit on a conversation, and ten on a customer.
SHORT = [text for text in PAYLOADS if len(text) <= 40][:20]
WEB = {"http:", "https:", "blob:"}
SCHEMES = "() => [...new Set([...document.links].map((link) => link.protocol))]"
ELEMENTS = """() => document.querySelectorAll(
  "script:not([src]), iframe, object, embed, base, math, video, style, [onerror], [onload]",
).length"""


@pytest.fixture(scope="module")
def away(site: Site) -> Iterator[Elsewhere]:
    with elsewhere(site.webs.origin) as away:
        yield away


@pytest.fixture(scope="module")
def planted(site: Site, away: Elsewhere) -> dict[str, Any]:
    texts, origins = [*PAYLOADS], [away.origin]
    planted: dict[str, Any] = site.hand.do("hostile.plant", texts=texts, origins=origins)
    for inbox in planted["inboxes"]:
        away.pages[f"/{inbox}"] = widget_page(site.webs.origin, inbox)
    return planted


async def harmless(page: Page | Frame) -> None:
    """Assert that only web addresses are links (S-21) and that no text became an element."""
    assert set(await page.evaluate(SCHEMES)) <= WEB
    assert await page.evaluate(ELEMENTS) == 0


async def texts(locator: Locator) -> list[str]:
    """Return what is written there, without the white space of the template around it."""
    return [text.strip() for text in await locator.all_text_contents()]


async def test_the_watch_hears_a_script_and_a_broken_policy(floor: Floor) -> None:
    """Without this, silence would prove nothing."""
    desk = await floor.desk()
    await desk.page.evaluate("__pwned()")
    await desk.page.evaluate("document.body.setAttribute('style', 'color: red')")
    with pytest.raises(Error, match="TrustedHTML"):
        await desk.page.evaluate("document.body.innerHTML = '<img src=x onerror=__pwned()>'")
    await desk.page.evaluate("alert(1)")
    assert len(floor.watch.runs) == 2
    for directive in ("style-src-attr", "require-trusted-types-for"):
        assert any(line.startswith(directive) for line in floor.watch.violations)
    await floor.reported()
    await floor.leave()  # so that nothing comes later
    floor.forgive()


async def test_s_20_the_list_and_menus_of_the_console(
    floor: Floor, planted: dict[str, Any]
) -> None:
    desk = await floor.desk(planted["reader"])
    rows = desk.list.get_by_role("listitem")
    await expect(rows.first).to_be_visible()
    nav = desk.page.get_by_role("navigation")
    assert {*PAYLOADS} <= {*await texts(nav.locator("bdi"))}
    seen: set[str] = set()
    while not {*PAYLOADS} <= seen:
        before = len(seen)
        seen |= {*await texts(desk.list.locator(".row-name"))}
        await desk.list.hover()
        await desk.page.mouse.wheel(0, 500)
        await expect(rows.first).to_be_visible()
        assert len(seen) > before or before < len(PAYLOADS), {*PAYLOADS} - seen
    await desk.list.get_by_role("link").first.click()
    await desk.assignee.click()
    menu = desk.page.get_by_role("dialog", name="担当")
    assert {*PAYLOADS} <= {*await texts(menu.locator("bdi"))}
    await harmless(desk.page)


async def test_s_20_every_thread_and_customer_in_the_console(
    floor: Floor, planted: dict[str, Any]
) -> None:
    desk = await floor.desk(planted["reader"])
    await expect(desk.list.get_by_role("listitem").first).to_be_visible()
    opened = [""]
    for _ in range(len(PAYLOADS) + 1):
        await desk.page.keyboard.press("j")
        await desk.page.keyboard.press("Enter")
        opened.append(await read_all(desk, opened[-1]))
    assert {*PAYLOADS} <= {*opened}


async def read_all(desk: Desk, before: str) -> str:
    """Return the open customer's name, after asserting that it is all over the page, as text."""
    row = desk.list.locator("[aria-current=true]")
    await expect(row).to_have_count(1)
    await expect(row.locator(".row-name")).not_to_have_text(before)
    name = (await row.locator(".row-name").text_content() or "").strip()
    await expect(desk.header.get_by_role("heading")).to_have_text(name)
    if name not in PAYLOADS:
        await expect(desk.lines).not_to_have_count(0)  # the chorus has a test of its own
        return name
    await expect(desk.lines).to_have_count(3)  # what they said, the answer, the note
    await expect(desk.pane).to_contain_text("いま見ているページ")
    said = await desk.log.text_content() or ""
    known = await desk.pane.text_content() or ""
    assert said.count(name) >= 7, name  # both names, three texts, a file, a note's author
    assert known.count(name.removeprefix("https://")) >= 6, name
    assert (await desk.text.get_attribute("placeholder") or "").startswith(name[:12])
    await harmless(desk.page)
    return name


async def enter(floor: Floor, away: Elsewhere, inbox: str, token: str = "") -> Customer:
    """Return somebody on a foreign page with an inbox's widget open."""
    stored = [{"name": f"sobani:{inbox}:token", "value": token}] if token else []
    state = {"origins": [{"origin": away.origin, "localStorage": stored}], "cookies": []}
    context = await floor.context(storage_state=state)
    customer = Customer(await context.new_page(), away.origin)
    await customer.visit(f"/{inbox}")
    await customer.open_chat()
    return customer


async def test_s_20_everything_that_was_ever_said_in_the_widget(
    floor: Floor, away: Elsewhere, planted: dict[str, Any]
) -> None:
    customer = await enter(floor, away, planted["inboxes"][0], planted["token"])
    await expect(customer.lines.last).to_be_visible()
    await customer.log.hover()
    while await customer.lines.count() < 2 * len(PAYLOADS):
        await customer.page.mouse.wheel(0, -4000)
        await expect(customer.lines.first).to_be_attached()
    bodies = await texts(customer.lines.locator(".body"))
    assert bodies == [text for text in PAYLOADS for _ in range(2)]
    names = await texts(customer.lines.locator("bdi.author"))
    assert names == [*PAYLOADS]
    files = await texts(customer.lines.get_by_role("button").locator("bdi"))
    assert files == [*PAYLOADS]
    heading = customer.chat.get_by_role("heading", level=1)
    await expect(heading).to_have_text(PAYLOADS[0])
    await customer.lines.filter(has_text="onmouseover").first.hover()
    await harmless(chat_frame(customer))
    await harmless(customer.page)


@pytest.mark.parametrize("text", NASTIEST)
async def test_s_20_an_inbox_of_that_name_in_the_widget(
    floor: Floor, away: Elsewhere, planted: dict[str, Any], text: str
) -> None:
    inbox = planted["inboxes"][PAYLOADS.index(text)]
    customer = await enter(floor, away, inbox)
    await expect(customer.chat.get_by_role("heading", level=1)).to_have_text(text)
    await expect(customer.log).to_contain_text(text)
    assert await chat_frame(customer).title() == text
    await harmless(chat_frame(customer))


def chat_frame(customer: Customer) -> Frame:
    return next(frame for frame in customer.page.frames if "/widget/" in frame.url)


@pytest.fixture
def administered(site: Site) -> Iterator[dict[str, Any]]:
    yield site.hand.do("hostile.administer", texts=[*SHORT])
    site.hand.do("hostile.stop_administering")


async def test_s_20_what_an_administrator_words_and_what_is_kept_of_a_customer(
    floor: Floor, administered: dict[str, Any]
) -> None:
    desk = await floor.desk(administered["reader"])
    await desk.read("聞いてください")
    heading = desk.pane.get_by_role("heading", name=SHORT[0], exact=True)
    await expect(heading).to_be_visible()
    for place in (
        desk.pane.locator("section.block h3, section.block h2"),  # headings of a layout
        desk.pane.locator("dt"),  # labels of its values
        desk.pane.locator("dd"),
        desk.pane.get_by_role("button"),  # links to tools
    ):
        shown = "\n".join(await texts(place))
        assert [text for text in SHORT if text not in shown] == []
    notes = desk.pane.locator("customer-notes")
    await notes.locator("button.text-button").last.press("Enter")
    for text in SHORT:
        await expect(notes).to_contain_text(text)
    chips = {*await texts(desk.pane.locator(".chip"))}
    assert [text for text in SHORT if text not in chips] == []
    headline = desk.page.get_by_role("list", name="お客様の状況")
    assert await texts(headline.get_by_role("button")) == [*SHORT[:3]]
    await harmless(desk.page)
    await desk.pane.get_by_role("button", name="会話のラベルを選ぶ").press("Enter")
    await expect(desk.page.get_by_role("searchbox", name="ラベルを探す")).to_be_focused()
    offered = "\n".join(await texts(desk.page.get_by_role("dialog")))
    assert [text for text in SHORT if text not in offered] == []
    await harmless(desk.page)


async def test_s_20_a_browser_that_calls_itself_so(floor: Floor) -> None:
    """Both headers as they came, by a visitor of the shop itself."""
    desk = await floor.desk()
    for n, text in enumerate(NASTIEST):
        named = {"user_agent": text, "extra_http_headers": {"Accept-Language": text}}
        customer = await floor.customer(**named)
        await customer.says(f"見えますか {n}")
        await desk.read(f"見えますか {n}")
        await expect(desk.pane).to_contain_text("いま見ているページ")
        await harmless(desk.page)
        await harmless(chat_frame(customer))


ADMIN_LISTS = ("talk/inbox", "talk/operator", "talk/conversation", "talk/attachment",
               "customers/customer", "customers/context", "talk/message", "talk/note")  # fmt: skip
WORDED = ("talk/label", "talk/headlineclause", "talk/sidebarlayout", "talk/toollink")


@pytest.mark.parametrize("table", ADMIN_LISTS)
async def test_s_20_the_admin(floor: Floor, planted: dict[str, Any], table: str) -> None:
    desk = await floor.closed_desk("admin")
    await desk.page.goto(f"{floor.origin}/admin/{table}/?q=")
    listed = desk.page.locator("#result_list")
    await expect(listed).to_be_visible()
    if table in {"talk/inbox", "talk/operator", "customers/customer", "talk/attachment"}:
        shown = await listed.text_content() or ""
        assert [text for text in PAYLOADS if text not in shown] == []
    await harmless_admin(desk.page)
    await listed.locator("tbody th a").first.click()
    await expect(desk.page.locator("#content h1, #content h2").first).to_be_visible()
    await harmless_admin(desk.page)


@pytest.mark.parametrize("table", WORDED)
async def test_s_20_the_admin_of_what_is_worded_there(
    floor: Floor, administered: dict[str, Any], table: str
) -> None:
    desk = await floor.closed_desk("admin")
    await desk.page.goto(f"{floor.origin}/admin/{table}/?all=")
    listed = desk.page.locator("#result_list")
    await expect(listed).to_contain_text(SHORT[0])
    await harmless_admin(desk.page)
    await listed.locator("tbody th a").last.click()
    await expect(desk.page.locator("#content h1, #content h2").first).to_be_visible()
    await harmless_admin(desk.page)


async def harmless_admin(page: Page) -> None:
    """Django's own pages have inline JSON and styles of theirs; what matters is in the content."""
    assert set(await page.evaluate(SCHEMES)) <= WEB
    assert (
        await page.locator("#content :is(script:not([src]), iframe, object, embed, svg)").count()
        == 0
    )
    assert await page.locator("[onerror], [onload], [onfocus], [ontoggle]").count() == 0
