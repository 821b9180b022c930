"""Answers on their way to LINE, from the console to the phone (checks 23 to 29)."""

import io
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from tests.flows.client import Console
from tests.flows.link import Refused
from tests.integrations.line.desk import Desk, Row
from tests.integrations.line.official import Official

REPLY, PUSH = "POST /v2/bot/message/reply", "POST /v2/bot/message/push"
MINT = "POST /oauth2/v3/token"
READ, LOADING = "POST /v2/bot/chat/markAsRead", "POST /v2/bot/chat/loading/start"


@pytest.fixture
async def desk(official: Official, oto: Console) -> AsyncIterator[Desk]:
    desk = Desk(official, oto)
    yield desk
    desk.check_schema()


def pass_time(desk: Desk, seconds: int) -> None:
    """Let time pass for LINE and for us."""
    desk.account.move_clock(seconds)
    desk.official.do("age_reply_tokens", seconds=seconds)


def gaps(calls: list[Row]) -> list[float]:
    """Return how many seconds lay between the beginnings of calls. No beat runs here."""
    at = [each["at"] for each in calls]
    return [later - earlier for earlier, later in pairwise(at)]


async def test_check_23_the_first_answer_is_free_the_second_a_push_and_so_is_a_late_one(
    desk: Desk,
) -> None:
    await desk.hear()
    pass_time(desk, 10)
    assert await desk.answer("再設定のご案内です。") == ("accepted", "")
    assert (len(desk.account.replies()), desk.account.pushes()) == (1, [])
    assert desk.account.quota_used == 0
    assert await desk.answer("ほかにございますか。") == ("accepted", "")
    assert (len(desk.account.replies()), len(desk.account.pushes())) == (1, 1)
    assert desk.account.quota_used == 1
    assert UUID(desk.account.calls(PUSH)[0]["headers"]["x-line-retry-key"])
    await desk.hear("もう一つ")
    pass_time(desk, 70)
    assert await desk.answer("はい。") == ("accepted", "")
    assert (len(desk.account.replies()), len(desk.account.pushes())) == (1, 2)
    assert desk.phone.texts() == ["再設定のご案内です。", "ほかにございますか。", "はい。"]


async def test_check_24_a_rejected_token_is_followed_by_exactly_one_push(desk: Desk) -> None:
    await desk.hear()
    desk.account.move_clock(61)  # LINE's clock, not ours
    assert await desk.answer("はい。") == ("accepted", "")
    [reply] = desk.account.calls(REPLY)
    assert (reply["status"], len(desk.account.pushes())) == (400, 1)
    assert desk.phone.texts() == ["はい。"]


async def test_check_25_a_reply_whose_answer_was_lost_is_unconfirmed_and_never_pushed(
    desk: Desk,
) -> None:
    await desk.hear()
    desk.account.fault(REPLY, "error_after_accept")
    assert await desk.answer("はい。") == ("unknown", "unknown_outcome")
    assert [each["status"] for each in desk.account.calls(REPLY)] == [500, 400]
    assert (desk.account.pushes(), desk.phone.texts()) == ([], ["はい。"])


async def test_check_26_a_push_whose_answer_was_lost_is_known_by_its_key(desk: Desk) -> None:
    await desk.hear()
    pass_time(desk, 70)
    desk.account.fault(PUSH, "error_after_accept")
    assert await desk.answer("はい。") == ("accepted", "")
    calls = desk.account.calls(PUSH)
    assert [each["status"] for each in calls] == [500, 409]
    assert len({each["headers"]["x-line-retry-key"] for each in calls}) == 1
    [bubble] = [one for one in desk.phone.look()["bubbles"] if not one["author"]]
    assert desk.official.do("part_ids") == [bubble["id"]]


async def test_check_26_what_line_cannot_take_is_tried_later_and_later_the_same_each_time(
    desk: Desk,
) -> None:
    await desk.hear()
    pass_time(desk, 70)
    desk.account.fault(PUSH, "error", times=4)
    assert await desk.answer("はい。") == ("accepted", "")
    calls = desk.account.calls(PUSH)
    assert [each["status"] for each in calls] == [500, 500, 500, 500, 200]
    waited = zip(gaps(calls), (1, 2, 4, 8), strict=True)
    assert all(gap >= least for gap, least in waited)
    assert len({each["body"] for each in calls}) == 1
    assert len({each["headers"]["x-line-retry-key"] for each in calls}) == 1
    assert desk.phone.texts() == ["はい。"]


async def test_check_27_the_months_end_fails_and_haste_is_waited_for(desk: Desk) -> None:
    await desk.hear()
    pass_time(desk, 70)
    desk.account.turn(quota={"limit": 200, "used": 200})
    assert await desk.answer("一") == ("failed", "quota")
    assert len(desk.account.pushes()) == 1, "and that is all"
    [row] = desk.official.do("deliveries")
    assert (row["state"], row["wait"]) == ("failed", None), "nor later"
    told = desk.official.do("inbox_channel")["quota"]
    assert (told["used"], told["limit"]) == (200, 200)
    desk.account.turn(quota={"used": 10})
    desk.account.fault(PUSH, "rate")
    assert await desk.answer("二") == ("accepted", "")
    calls = desk.account.calls(PUSH)[1:]
    assert [each["status"] for each in calls] == [429, 200]
    assert gaps(calls)[0] >= 1
    assert desk.phone.texts() == ["二"]


async def test_check_28_bubbles_are_counted_as_line_counts_them(desk: Desk) -> None:
    await desk.hear()
    assert await desk.answer("🍎" * 2500) == ("accepted", "")
    assert await desk.answer("🍎" * 2501) == ("accepted", "")
    assert await desk.answer("{name} 様") == ("accepted", "")
    assert desk.phone.texts() == ["🍎" * 2500, "🍎" * 2500, "🍎", "{name} 様"]
    assert {each["type"] for each in desk.phone.bubbles()} == {"text"}


async def test_check_28_seven_pictures_go_as_five_and_two_and_line_can_fetch_each(
    desk: Desk,
) -> None:
    await desk.hear()
    house = desk.official.house
    inbox = desk.official.inbox["id"]
    house.site.hand.do("limit_files", inbox_id=inbox, most=10, most_bytes=10_000_000)
    ids = [await upload(desk, picture(n)) for n in range(7)]
    assert await desk.answer("写真です。", attachment_ids=ids[:4]) == ("accepted", "")
    assert await desk.answer(attachment_ids=[ids[4]]) == ("accepted", "")
    first = await upload(desk, b"%PDF-1.7 x", name="見積.pdf")
    more = [await upload(desk, picture(n)) for n in range(6)]
    assert await desk.answer(attachment_ids=[first, *more]) == ("accepted", "")
    sent = [*desk.account.replies(), *desk.account.pushes()]
    assert [len(each["messages"]) for each in sent] == [5, 1, 5, 2]
    for message in [each for body in sent for each in body["messages"] if each["type"] == "image"]:
        for name, most in (("originalContentUrl", 10_000_000), ("previewImageUrl", 1_000_000)):
            answer = house.http.get(message[name])
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
            assert 0 < len(answer.content) <= most
            assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
    card = desk.account.pushes()[1]["messages"][0]
    link = card["contents"]["footer"]["contents"][0]["action"]["uri"]
    answer = house.http.get(link)
    assert (answer.content, answer.status_code) == (b"%PDF-1.7 x", 200)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert house.http.get(link.replace("/files/", "/files/x")).status_code == 404


async def test_check_29_who_has_blocked_us_is_not_written_to_until_they_are_back(
    desk: Desk,
) -> None:
    await desk.hear()
    desk.phone.follow()
    desk.phone.block()
    desk.official.settle()
    with pytest.raises(Refused) as refused:
        await desk.send("届きますか。")
    assert (refused.value.problem["status"], refused.value.problem["why"]) == (409, "blocked")
    assert desk.account.calls(REPLY) + desk.account.calls(PUSH) == []
    desk.phone.follow()
    desk.official.settle()
    assert await desk.answer("おかえりなさい。") == ("accepted", "")
    assert desk.phone.texts() == ["おかえりなさい。"]


async def test_extra_a_refused_token_costs_one_mint_and_one_more_call(desk: Desk) -> None:
    await desk.hear()
    pass_time(desk, 70)
    assert await desk.answer("一") == ("accepted", "")
    mints = len(desk.account.calls(MINT))
    desk.account.revoke_tokens()
    assert await desk.answer("二") == ("accepted", "")
    assert len(desk.account.calls(MINT)) == mints + 1
    assert desk.phone.texts() == ["一", "二"]


async def test_extra_of_two_processes_that_need_a_token_one_mints(desk: Desk) -> None:
    await desk.hear()
    pass_time(desk, 70)
    held = desk.official.do("token")
    mints = len(desk.account.calls(MINT))
    desk.official.do("forget_token")
    desk.account.fault(MINT, "delay", seconds=1)
    id = await desk.send("一")
    assert desk.official.do("token") != held
    assert await desk.end_of(id) == ("accepted", "")
    assert len(desk.account.calls(MINT)) == mints + 1


async def test_extra_what_an_operator_opens_is_read_once_by_its_newest_token(desk: Desk) -> None:
    await desk.hear("一")
    last = await desk.hear("二")
    newest = next(each for each in desk.phone.look()["bubbles"] if each["id"] == last.message_id)
    for _ in range(2):
        await desk.console.ask(
            "conversation.read", conversation_id=desk.conversation_id, seq=desk.seq
        )
    await desk.eventually(lambda: desk.account.calls(READ))
    await desk.answer("はい。")
    [call] = desk.account.calls(READ)
    assert newest["read_token"] in call["body"]
    assert all(each["is_read"] for each in desk.phone.look()["bubbles"] if each["author"])


async def test_extra_writing_is_shown_once_in_fifteen_seconds(desk: Desk) -> None:
    await desk.hear()
    for active in (True, False, True, False, True):
        await desk.command("typing", active=active)
    await desk.eventually(lambda: desk.account.calls(LOADING))
    assert await desk.answer("はい。") == ("accepted", "")
    [call] = desk.account.calls(LOADING)
    assert f'"chatId": "{desk.phone.user_id}"' in call["body"]


async def test_extra_no_log_has_a_secret_or_a_token(desk: Desk) -> None:
    told = await desk.hear()
    assert await desk.answer("はい。") == ("accepted", "")
    pass_time(desk, 70)
    assert await desk.answer("はい。") == ("accepted", "")
    house = desk.official.house
    logs = read(house.site.webs.log, house.log)
    assert desk.account.calls(PUSH)[0]["request_id"] in logs, "what is looked through is the log"
    token = desk.official.do("token")
    for secret in (desk.account.secret, token, told.reply_token, desk.phone.user_id):
        assert secret not in logs


def read(*logs: Path) -> str:
    return "".join(log.read_text() for log in logs)


def picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40 + number, 30), "teal").save(out, "PNG")
    return out.getvalue()


async def upload(desk: Desk, content: bytes, name: str = "写真.png") -> str:
    await desk.console._log_in()
    stored = await desk.console.rest(
        "POST",
        "/api/v1/attachments",
        data={"conversation_id": desk.conversation_id},
        files={"file": (name, content)},
    )
    return str(stored["id"])
