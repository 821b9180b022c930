"""Going offline and coming back: nothing is lost, nothing is sent twice (I-8, I-10)."""

import pytest
from playwright.async_api import Error, expect

from tests.browser.floor import Floor

UNSENT = "未送信"


async def test_i_10_a_customers_words_wait_offline_and_go_out_once(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("電波が弱いところです")
    await desk.read("電波が弱いところです")
    await expect(customer.status).to_have_count(
        1
    )  # what is told there is heard: it was there before
    await customer.context.set_offline(True)
    await expect(customer.status).to_contain_text("オフラインです")
    await customer.says("オフラインで書きました")
    await expect(customer.line("オフラインで書きました")).to_contain_text(UNSENT)
    await desk.answers("その間の返信です")
    await expect(desk.line("その間の返信です")).to_contain_text("送信済み")
    await customer.context.set_offline(False)
    await expect(desk.line("オフラインで書きました")).to_have_count(1)
    await expect(customer.line("その間の返信です")).to_be_visible()
    await expect(customer.line("オフラインで書きました")).not_to_contain_text(UNSENT)
    await expect(customer.status).to_be_hidden()
    await expect(customer.lines).to_have_count(3)
    await expect(desk.lines).to_have_count(3)


async def test_i_10_what_a_customer_wrote_offline_survives_a_reload(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("トンネルに入ります")
    await desk.read("トンネルに入ります")
    await customer.context.set_offline(True)
    await expect(customer.status).to_contain_text("オフラインです")
    await customer.says("トンネルの中で書きました")
    await expect(customer.line("トンネルの中で書きました")).to_contain_text(UNSENT)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        await customer.page.reload()
    await customer.context.set_offline(False)
    await customer.visit()
    await expect(desk.line("トンネルの中で書きました")).to_have_count(1)
    await expect(customer.line("トンネルの中で書きました")).not_to_contain_text(UNSENT)
    await customer.page.reload()
    await expect(customer.line("トンネルの中で書きました")).to_have_count(1)
    await expect(customer.lines).to_have_count(2)
    await desk.page.reload()
    await expect(desk.lines).to_have_count(2)


async def test_i_10_an_operators_answer_waits_offline_and_goes_out_once(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.says("返信をお待ちしています")
    await desk.read("返信をお待ちしています")
    await desk.context.set_offline(True)
    await expect(desk.banner).to_contain_text("オフラインです")
    await desk.answers("つながらない間の返信")
    await expect(desk.line("つながらない間の返信")).to_contain_text("まだ送信されていません")
    await customer.says("まだでしょうか")
    await expect(customer.line("まだでしょうか")).to_contain_text("送信済み")
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        await desk.page.reload()
    await desk.context.set_offline(False)
    await desk.page.reload()
    await expect(customer.line("つながらない間の返信")).to_have_count(1)
    await expect(desk.line("まだでしょうか")).to_be_visible()
    await expect(desk.line("つながらない間の返信")).not_to_contain_text("まだ送信されていません")
    await expect(desk.connection).to_contain_text("接続中")
    await expect(desk.lines).to_have_count(3)
    await expect(customer.lines).to_have_count(3)


async def test_i_8_a_double_enter_and_a_double_click_send_one_message(floor: Floor) -> None:
    desk = await floor.desk()
    customer = await floor.customer()
    await customer.text.fill("二度押しました")
    await customer.chat.get_by_role("button", name=customer.words.send, exact=True).dblclick()
    await desk.read("二度押しました")
    await desk.text.fill("こちらも二度押しました")
    await desk.text.press("Enter")
    await desk.text.press("Enter")
    await expect(customer.line("こちらも二度押しました")).to_have_count(1)
    await desk.text.fill("もう一つ")
    await desk.composer.get_by_role("button", name="送信", exact=True).dblclick()
    await expect(customer.line("もう一つ")).to_have_count(1)
    await expect(customer.lines).to_have_count(3)
    await expect(desk.lines).to_have_count(3)
