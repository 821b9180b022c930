"""A customer who logs in to the shop is known, wherever they write from."""

from playwright.async_api import expect

from config.demo.members import MEMBERS, Member
from tests.browser.customer import Customer
from tests.browser.floor import Floor

MIDORI, WATARU, _ = MEMBERS


async def log_in(customer: Customer, member: Member) -> None:
    await customer.visit("/demo/login/")
    await customer.page.get_by_label("メールアドレス").fill(member.email)
    await customer.page.get_by_label("パスワード", exact=True).fill(member.password)
    async with customer.page.expect_response("**/widget/v1/identify") as told:
        await customer.page.locator("main").get_by_role("button", name="ログイン").click()
    assert (await told.value).status == 200


async def log_out(customer: Customer) -> None:
    await customer.visit("/demo/mypage/")
    await customer.page.get_by_role("button", name="ログアウト").click()


async def test_who_logs_in_is_known_by_name_and_goes_on_talking(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("まだ名乗っていません")
    await desk.read("まだ名乗っていません")
    await log_in(customer, MIDORI)
    await expect(desk.header).to_contain_text(MIDORI.name)
    await expect(customer.line("まだ名乗っていません")).to_be_visible()
    await customer.says("名乗りました")
    await expect(desk.line("名乗りました")).to_be_visible()
    await desk.answers("こんにちは")
    await expect(customer.line("こんにちは")).to_be_visible()


async def test_a_member_finds_the_conversation_in_another_browser(floor: Floor) -> None:
    desk = await floor.desk()
    at_home, on_the_way = await floor.customer(), await floor.customer()
    await log_in(at_home, WATARU)
    await at_home.says("家からです")
    await desk.read("家からです")
    await expect(on_the_way.log).not_to_contain_text("家からです")
    await log_in(on_the_way, WATARU)
    await expect(on_the_way.line("家からです")).to_be_visible()
    await desk.answers("両方に届きます")
    await expect(at_home.line("両方に届きます")).to_be_visible()
    await expect(on_the_way.line("両方に届きます")).to_be_visible()
    await on_the_way.says("外からです")
    await expect(desk.line("外からです")).to_be_visible()
    await expect(at_home.line("外からです")).to_be_visible()


async def test_after_the_log_out_the_next_person_sees_nothing(floor: Floor) -> None:
    desk, customer = await floor.desk(), await floor.customer()
    await log_in(customer, MIDORI)
    await customer.says("私の注文です")
    await expect(customer.line("私の注文です")).to_be_visible()
    await log_out(customer)
    await customer.open_chat()
    await customer.says("次の者です")
    await desk.read("次の者です")
    await expect(desk.line("私の注文です")).to_have_count(0)
    await desk.answers("はじめまして")
    await expect(customer.line("はじめまして")).to_be_visible()
    await expect(customer.lines).to_contain_text(["次の者です", "はじめまして"])
    await expect(customer.lines).to_have_count(2)
    await log_in(customer, WATARU)
    await expect(customer.line("はじめまして")).to_be_visible()
    await expect(customer.log).not_to_contain_text("私の注文です")
