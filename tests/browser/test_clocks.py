"""I-15: ages, days and order are the server's, also on a machine whose clock is wrong by hours."""

import re

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.customer import Customer
from tests.browser.floor import Floor
from tests.browser.test_console import Room

HOUR_MS = 3_600_000
WRONG = """(() => {
    const Right = Date;
    const by = %d;
    globalThis.Date = class extends Right {
        constructor(...parts) {
            if (parts.length === 0) super(Right.now() + by);
            else super(...parts);
        }
        static now() { return Right.now() + by; }
    };
})()"""
IN_AN_HOUR = """hours => new Intl.DateTimeFormat("ja", { hour: "numeric", minute: "2-digit" })
    .format(Date.now() - hours * 3.6e6 + 3.6e6)"""
AHEAD = "(Date.now() - performance.timeOrigin) / 3.6e6"


@pytest.fixture
def room(floor: Floor) -> Room:
    return Room(floor, floor.site.hand.do("cast"))


async def set_clock(context: BrowserContext, hours: int) -> None:
    await context.add_init_script(WRONG % (hours * HOUR_MS))


@pytest.mark.parametrize("hours", [-30, 30])
async def test_i_15_a_console_with_a_wrong_clock_shows_right_ages_days_and_order(
    room: Room, hours: int
) -> None:
    conversation = room.customer().writes("一通目です")
    room.customer().writes("別のお客様です")
    desk = await room.closed_desk()
    await set_clock(desk.context, hours)
    await room.open(desk, f"/c/{conversation}?view=all")
    assert abs(await desk.page.evaluate(AHEAD) - hours) < 1
    await expect(desk.line("一通目です")).to_be_visible()
    await expect(desk.log.locator(".day")).to_have_text("今日")
    await expect(desk.row("一通目です").locator(".row-time")).to_have_text(
        re.compile(r"^\d+:\d\d$")
    )
    await expect(desk.row("一通目です")).to_contain_text("1分待ち")
    await desk.answers("返信です")
    await expect(desk.line("返信です")).to_be_visible()
    room.customer().writes("三人目です")
    await expect(desk.row("三人目です")).to_be_visible()
    words = await desk.list.locator(".row-preview bdi").all_inner_texts()
    assert words == ["三人目です", "返信です", "別のお客様です"]
    due = [await desk.page.evaluate(IN_AN_HOUR, hours)]
    await desk.header.get_by_role("button", name="保留").click()
    soon = desk.header.get_by_role("button", name="1時間後").locator(".menu-aside")
    told = await soon.inner_text()
    due.append(await desk.page.evaluate(IN_AN_HOUR, hours))  # a minute may have begun meanwhile
    assert told.endswith(tuple(due))


@pytest.mark.parametrize("hours", [-30, 30])
async def test_i_15_a_widget_with_a_wrong_clock_names_days_as_they_are(
    floor: Floor, hours: int
) -> None:
    context = await floor.context()
    await set_clock(context, hours)
    customer = Customer(await context.new_page(), floor.origin)
    await customer.visit()
    await customer.open_chat()
    await customer.says("何日ですか")
    await expect(customer.line("何日ですか")).to_contain_text("送信済み")
    desk = await floor.desk()
    await desk.read("何日ですか")
    await desk.answers("今日です")
    await expect(customer.line("今日です")).to_be_visible()
    await customer.says("ありがとうございます")
    there = re.compile("送信済み|既読")  # the operator may have seen it at once
    await expect(customer.line("ありがとうございます")).to_contain_text(there)
    await expect(customer.log.get_by_role("separator")).to_have_text("今日")
    said = await customer.lines.locator(".body").all_inner_texts()
    assert said[-3:] == ["何日ですか", "今日です", "ありがとうございます"]
