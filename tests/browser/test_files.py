"""Pictures and documents, from each side to the other."""

import asyncio
from pathlib import Path

from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.browser.customer import Customer
from tests.browser.desk import Desk
from tests.browser.files import drop, natural_width, paste, picture, text
from tests.browser.floor import Floor


async def meet(floor: Floor, words: str) -> tuple[Customer, Desk]:
    """Return a customer who has written, and the operator who reads it."""
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says(words)
    await desk.read(words)
    return customer, desk


async def downloaded(page: Page, link: Locator) -> bytes:
    async with page.expect_download() as coming:
        await link.click()
    return content(await (await coming.value).path())


def content(path: Path) -> bytes:
    return path.read_bytes()


async def test_a_customers_picture_and_document_reach_the_operator(floor: Floor) -> None:
    customer, desk = await meet(floor, "写真をお送りします")
    async with customer.page.expect_file_chooser() as choosing:
        await customer.chat.get_by_role("button", name=customer.words.attach).click()
    await (await choosing.value).set_files([picture(), text()])
    await expect(customer.chat.get_by_role("progressbar")).to_have_count(0)
    await customer.says("こちらです")
    line = desk.line("こちらです")
    image = line.get_by_role("img", name="急須の写真.png")
    await expect(image).to_have_js_property("complete", True)
    assert await natural_width(image) == 64
    link = line.get_by_role("link", name="注文の控え.txtをダウンロード")
    assert await downloaded(desk.page, link) == "注文番号 Y123456".encode()
    own = customer.line("こちらです").get_by_role("img", name="急須の写真.png")
    await expect(own).to_have_js_property("naturalWidth", 64)


async def test_an_operators_picture_and_document_reach_the_customer(floor: Floor) -> None:
    customer, desk = await meet(floor, "説明書をください")
    async with desk.page.expect_file_chooser() as choosing:
        await desk.composer.get_by_title("ファイルを添付").click()
    await (await choosing.value).set_files([picture("図.png"), text("説明書.txt", "1. 洗う")])
    await expect(desk.composer.get_by_role("progressbar")).to_have_count(0)
    await desk.answers("お送りします")
    line = customer.line("お送りします")
    image = line.get_by_role("img", name="図.png")
    await expect(image).to_have_js_property("naturalWidth", 64)
    button = line.get_by_role("button", name="説明書.txt")
    assert await downloaded(customer.page, button) == "1. 洗う".encode()
    await expect(desk.line("お送りします").get_by_role("img", name="図.png")).to_be_visible()


async def test_pictures_can_be_pasted_and_dropped_on_both_sides(floor: Floor) -> None:
    customer, desk = await meet(floor, "貼り付けてみます")
    await paste(customer.text, picture("貼り付け.png"))
    await drop(customer.log, picture("ドロップ.png", "#aa3322"))
    await expect(customer.chat.get_by_role("progressbar")).to_have_count(0)
    await customer.text.press("Enter")
    for name in ("貼り付け.png", "ドロップ.png"):
        await expect(desk.log.get_by_role("img", name=name)).to_have_js_property("naturalWidth", 64)
    await paste(desk.text, picture("返信に貼り付け.png"))
    await drop(desk.text, text("返信にドロップ.txt"))
    await expect(desk.composer.get_by_role("progressbar")).to_have_count(0)
    await desk.answers("両方届きましたか")
    line = customer.line("両方届きましたか")
    await expect(line.get_by_role("img", name="返信に貼り付け.png")).to_be_visible()
    await expect(line.get_by_role("button", name="返信にドロップ.txt")).to_be_visible()


async def test_a_file_goes_on_uploading_while_the_operator_looks_elsewhere(floor: Floor) -> None:
    await (await floor.customer()).says("ほかのお客様です")
    customer, desk = await meet(floor, "説明書をお願いします")
    may_go = asyncio.Event()

    async def wait(route: Route) -> None:
        await may_go.wait()
        await route.continue_()

    await desk.page.route("**/api/v1/attachments", wait)
    await paste(desk.text, text("長い説明書.txt"))
    await desk.text.fill("説明書です")
    await desk.read("ほかのお客様です")
    await expect(desk.composer.get_by_role("progressbar")).to_have_count(0)
    await desk.read("説明書をお願いします")
    await expect(desk.composer.get_by_role("progressbar")).to_be_visible()
    await desk.text.press("Enter")
    await expect(desk.text).to_have_value("説明書です")
    await desk.read("ほかのお客様です")
    may_go.set()
    await desk.read("説明書をお願いします")
    await expect(desk.composer.get_by_text("長い説明書.txt")).to_be_visible()
    await expect(desk.composer.get_by_role("progressbar")).to_have_count(0)
    await desk.text.press("Enter")
    line = customer.line("説明書です")
    await expect(line.get_by_role("button", name="長い説明書.txt")).to_be_visible()


async def test_a_file_that_may_not_be_sent_is_refused_in_words(floor: Floor) -> None:
    customer, desk = await meet(floor, "プログラムを送ります")
    page: FilePayload = {
        "name": "罠.html",
        "mimeType": "text/html",
        "buffer": b"<!doctype html><script>",
    }
    await paste(customer.text, page)
    await expect(customer.chat.get_by_text("この種類のファイルは送れません")).to_be_visible()
    await paste(desk.text, page)
    await expect(desk.composer.get_by_role("alert")).to_be_visible()
    floor.watch.errors = [line for line in floor.watch.errors if "415" not in line]


async def test_large_pictures_fit_the_chat_and_come_when_they_come_near(floor: Floor) -> None:
    customer, desk = await meet(floor, "大きな写真をお送りします")
    large = [picture("横長.png", size=(1600, 900)), picture("縦長.png", size=(600, 2000))]
    await customer.chat.locator("input[type=file]").set_input_files(large)
    await expect(customer.chat.get_by_role("progressbar")).to_have_count(0)
    await customer.says("二枚です")
    wide, tall = (customer.log.get_by_role("img", name=name) for name in ("横長.png", "縦長.png"))
    await expect(wide).to_have_js_property("naturalWidth", 1600)
    assert await box(wide) == [240, 135]
    assert await box(tall) == [84, 280]
    assert await customer.log.evaluate("log => log.scrollWidth - log.clientWidth") == 0
    width = await customer.log.evaluate("log => log.clientWidth - document.body.clientWidth")
    assert width == 0, "the thread is as wide as its frame"
    for number in range(30):
        await desk.answers(f"{number}行目の説明です")
    await expect(customer.line("29行目の説明です")).to_be_visible()
    fetched: list[str] = []
    customer.page.on("request", lambda request: fetched.append(request.url))
    await customer.page.reload()
    await expect(customer.line("29行目の説明です")).to_be_visible()
    assert [url for url in fetched if url.endswith("/content")] == []
    await customer.log.hover()
    await customer.page.mouse.wheel(0, -10_000)
    await expect(wide).to_have_js_property("naturalWidth", 1600)
    assert len([url for url in fetched if url.endswith("/content")]) == 2


async def box(image: Locator) -> list[int]:
    size: list[int] = await image.evaluate("({width, height}) => [width, height]")
    return size
