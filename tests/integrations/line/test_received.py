"""What somebody says in LINE is said in the console (checks 5, 7 to 12, 20 and 21)."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.flows.client import Console
from tests.flows.link import Refused
from tests.integrations.line.edges import (
    AT,
    U_A,
    U_B,
    Event,
    body_of,
    event,
    message,
    text,
    user,
)
from tests.integrations.line.house import House, until
from tests.integrations.line.official import Official
from tests.integrations.line.platform import Platform

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "reference" / "line_samples"
FORGOTTEN = "パスワードを忘れました"


def shown(console: Console) -> list[dict[str, Any]]:
    """Return the messages of the opened thread, in the order of the screen."""
    [id] = console.opened
    rows: list[dict[str, Any]] = console.sim.threads[id].picture()["messages"]
    return rows


async def open_only(console: Console, official: Official) -> str:
    """Open the one conversation of the inbox; return its id."""
    mine = official.inbox["id"]

    def found() -> list[str]:
        rows = console.sim.conversations.values()
        return [row["id"] for row in rows if row["inbox_id"] == mine]

    await console.until(found, "a conversation")
    [id] = found()
    await console.open(id)
    return id


async def test_check_05_a_message_is_there_at_its_time_and_at_once(
    official: Official, oto: Console
) -> None:
    official.tell(text(FORGOTTEN))
    id = await open_only(oto, official)
    [row] = shown(oto)
    assert (row["body"], row["sender"], row["seq"]) == (FORGOTTEN, "customer", 1)
    assert row["created_at"].startswith("2026-08-06T07:06:40.001")
    assert len(official.messages) == 1
    waits = []
    for seq in range(2, 6):
        body = body_of(official.account.bot_user_id, text(f"{seq}", at=AT + seq))
        began = time.monotonic()
        assert official.post(body) == 200
        await oto.until(lambda seq=seq: oto.sim.conversations[id]["last_seq"] == seq)
        waits.append(time.monotonic() - began)
    assert min(waits) < 1  # the fastest: others may hold the machine


def test_check_07_two_people_in_one_webhook_stay_apart(official: Official) -> None:
    follow = event("follow", source=user(U_B), follow={"isUnblocked": False})
    official.tell(text("A1"), follow, text("B1", source=user(U_B)))
    chats = official.do("chats")
    said = {row["profile"]: row["body"] for row in official.messages}
    assert said == {
        chats[f"user:{U_A}"]["profile"]: "A1",
        chats[f"user:{U_B}"]["profile"]: "B1",
    }
    assert len({row["conversation"] for row in official.messages}) == 2
    assert chats[f"user:{U_B}"]["friend"] == "friend"
    assert chats[f"user:{U_A}"]["friend"] == "unknown"
    assert chats[f"user:{U_A}"]["profile"] != chats[f"user:{U_B}"]["profile"]


def test_check_08_an_event_of_an_unknown_mode_takes_nothing_from_the_good_one(
    official: Official,
) -> None:
    official.tell(text("良い"), {**text("知らない"), "mode": "dreaming"})
    assert official.bodies == ["良い"]
    assert official.do("events") == [["message", "done"], ["message", "ignored"]]


async def test_check_09_what_comes_in_another_order_is_shown_in_that_of_its_time(
    official: Official, oto: Console
) -> None:
    official.tell(text("second", at=AT + 2_000), text("first", at=AT))
    await open_only(oto, official)
    assert [row["body"] for row in shown(oto)] == ["first", "second"]
    official.tell(text("between", at=AT + 1_000))
    await oto.until(lambda: len(shown(oto)) == 3, "the late one")
    assert [row["body"] for row in shown(oto)] == ["first", "between", "second"]


def test_check_10_what_nobody_knows_yet_is_kept_and_takes_nothing_along(
    official: Official,
) -> None:
    sticker = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "HOLOGRAM"}
    gone = text("番号なし")
    del gone["webhookEventId"]
    for told in (
        message("hologram", shape="cube"),
        event("starGazing", stars={"count": 3}, at=AT + 1),
        text("誰から", source={"type": "square", "squareId": "S1"}),
        message("sticker", **sticker),
        text("余分", at=AT + 1, brandNew={"a": [1]}),
        event("membership", membership={"type": "paused", "membershipId": 3189}),
        gone,
    ):
        official.tell(told)
    assert sorted(official.bodies) == ["", "", "余分", "番号なし"]
    kinds = {row["kind"]: row for row in official.said if row}
    assert kinds["unknown"]["type"] == "hologram"
    assert kinds["sticker"]["sticker_id"] == "1988"
    assert kinds["sticker"]["resource_type"] == "HOLOGRAM"
    assert official.do("lines") == [{"code": "unknown_event", "type": "starGazing"}]
    assert official.do("raw", type="starGazing")[0]["stars"] == {"count": 3}
    assert official.do("raw", type="message")[0]["message"]["shape"] == "cube"
    states = {state for _, state in official.do("events")}
    assert states == {"done", "ignored"}
    assert "line_event_failed" not in official.house.log.read_text()


async def test_check_11_who_is_answered_by_another_module_is_read_and_not_answered(
    official: Official, oto: Console
) -> None:
    official.tell({**text("別の人へ"), "mode": "standby", "replyToken": None})
    id = await open_only(oto, official)
    standing = oto.sim.conversations[id]["channel"]
    assert (standing["can_send"], standing["why"]) == (False, "standby")
    answer = {"client_id": "019b0000-0000-7000-8000-000000000001", "body": "はい"}
    with pytest.raises(Refused) as refused:
        await oto.post(f"conversations/{id}/messages", answer)
    assert refused.value.status == 409
    assert official.account.calls("POST /v2/bot/message") == []
    official.tell(text("戻りました", at=int(time.time() * 1_000)))
    await oto.until(lambda: oto.sim.conversations[id]["channel"]["can_send"], "the way back")


def link(nonce: str, result: str = "ok", **more: Any) -> Event:
    return event("accountLink", link={"result": result, "nonce": nonce}, **more)


def test_check_12_a_proof_of_who_somebody_is_joins_them_once(
    house: House, official: Official, stage_of_line: str, platform: Platform
) -> None:
    guest = house.site.hand.do("guest", cast=stage_of_line)
    stranger = house.site.hand.do("guest", cast=stage_of_line)
    official.tell(text("こんにちは"))
    [line] = official.do("chats").values()
    names = ("good", "late", "far", "other")
    nonces = {name: f"{name}-{official.inbox['public_id']}" for name in names}
    for_stranger = {"profile": stranger["profile_id"]}
    official.do("add_nonce", nonce=nonces["good"], profile=guest["profile_id"], who=U_A)
    official.do("add_nonce", nonce=nonces["late"], **for_stranger, who=U_A, seconds=-1)
    official.do("add_nonce", nonce=nonces["other"], **for_stranger, who=U_B)
    other = Official(house, platform.account(), stage_of_line)
    other.do("add_nonce", nonce=nonces["far"], **for_stranger, who=U_A)

    failed = link(nonces["good"], "failed")
    del failed["source"]
    official.tell(failed)
    assert house.do("is_used", nonce=nonces["good"]) is False
    for name in ("late", "far", "other"):
        official.tell(link(nonces[name]))
    refusal = "連携できませんでした。メニューからもう一度お試しください。"
    assert official.bodies == ["こんにちは", *[refusal] * 3]
    assert house.do("customer_of", profile=line["profile"]) not in (
        guest["customer_id"], stranger["customer_id"],
    )  # fmt: skip

    good = link(nonces["good"])
    official.tell(good)
    joined = house.do("customer_of", profile=guest["profile_id"])
    assert house.do("customer_of", profile=line["profile"]) == joined
    official.tell({**good, "webhookEventId": "again"})
    assert house.do("customer_of", profile=line["profile"]) == joined
    assert house.do("customer_of", profile=stranger["profile_id"]) == stranger["customer_id"]


def test_who_is_another_member_already_is_told_that_the_link_waits_for_somebody(
    house: House, official: Official, stage_of_line: str
) -> None:
    """The account of LINE belongs to one member by now; the nonce is another one's."""
    members = [house.site.hand.do("guest", cast=stage_of_line) for _ in range(2)]
    for number, member in enumerate(members):
        house.site.hand.do("be_member", profile=member["profile_id"], user_id=f"m-{number}")
    official.tell(text("こんにちは"))
    key = official.inbox["public_id"]
    for number, member in enumerate(members):
        nonce = f"{number}-{key}"
        official.do("add_nonce", nonce=nonce, profile=member["profile_id"], who=U_A)
        official.tell(link(nonce))
    _, joined, refused = official.messages
    assert joined["data"]["alt"].startswith("会員アカウントと連携しました。")
    assert refused["body"].startswith("ほかの会員情報と連携済みのため、連携できませんでした。")
    customers = {house.do("customer_of", profile=each["profile_id"]) for each in members}
    assert len(customers) == 2, "they stay two"


def test_check_20_a_picture_in_a_text_stands_where_line_counts_it(official: Official) -> None:
    emoji = {"index": 2, "length": 6, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    official.tell(text("🍎(love)😀", emojis=[emoji]))
    [row] = official.messages
    assert row["body"] == "🍎(love)😀"
    assert row["data"]["emojis"] == [
        {"at": 2, "length": 6, "product_id": "5ac1bfd5040ab15980c9b435", "emoji_id": "001"}
    ]


def test_check_21_a_place_without_a_name_and_a_sticker_with_words(official: Official) -> None:
    official.tell(message("location", latitude=35.67966, longitude=139.73669))
    words = {"packageId": "12287", "stickerId": "738839", "stickerResourceType": "MESSAGE"}
    official.tell(message("sticker", **words, text="Let's go", keywords=["Sparkle"], at=AT + 1))
    place, sticker = official.said
    assert place == {"kind": "location", "latitude": 35.67966, "longitude": 139.73669}
    assert (sticker["kind"], sticker["text"]) == ("sticker", "Let's go")
    assert sticker["keywords"] == ["Sparkle"]


def test_what_quotes_a_message_names_it(official: Official) -> None:
    first = text("これは？")
    official.tell(first)
    official.tell(text("それです", quotedMessageId=first["message"]["id"], at=AT + 1))
    official.tell(text("どれ？", quotedMessageId="999", at=AT + 2))
    _, known, unknown = official.said
    assert known["quoted"]["message_id"] is not None
    assert unknown["quoted"] == {}


def test_a_button_that_is_pressed_is_said_and_known_of_the_customer(official: Official) -> None:
    now = int(time.time() * 1000)
    chosen = {"data": "size=L", "params": {"date": "2026-12-24"}}
    official.tell(event("postback", postback=chosen, at=now))
    [row] = official.said
    assert row == {"kind": "postback", "data": "size=L", "params": {"date": "2026-12-24"}}
    profile = official.do("chats")[f"user:{U_A}"]["profile"]
    hand = official.house.site.hand
    [[kind, props]] = hand.do("tracked.activities", profile=profile)
    assert (kind, props["value"], props["data"]) == ("survey_answer", "2026-12-24", "size=L")


def test_names_come_from_line(official: Official) -> None:
    phone = official.account.phone("茶川 葵")
    assert phone.say("こんにちは").status == 200
    official.settle()
    key = f"user:{phone.user_id}"
    until(lambda: official.do("chats")[key]["name"] == "茶川 葵", "the name")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="LINE's own samples are not on this machine")
def test_all_samples_of_lines_documents_go_through(house: House, platform: Platform) -> None:
    """Their ids are shortened and partly the same, so each goes to an account of its own."""
    cast = house.site.hand.do("cast")
    account = platform.account(bot_user_id="xxxxxxxxxx")
    official = Official(house, account, cast, group_policy="separate")
    samples = sorted(SAMPLES.glob("doc_*.json"))
    assert len(samples) >= 25
    told = 0
    for sample in samples:
        webhook = json.loads(sample.read_bytes())
        for number, each in enumerate(webhook["events"]):
            each["webhookEventId"] = f"{sample.stem}-{number}"
            if each["type"] == "message":
                each["message"]["id"] = f"9{told + number:05d}"
        told += len(webhook["events"])
        assert official.post(json.dumps(webhook).encode()) == 200, sample.name
    official.hurry()
    states = official.do("events")
    assert len(states) == told
    ignored = {type for type, state in states if state != "done"}
    assert ignored == {"accountLink", "messageEdited"}, "a nonce and a message that we never had"
    theirs = [row["data"] for row in official.messages if row["sender"] == "customer"]
    kinds = Counter(said.get("kind", "text") for said in theirs)
    assert kinds == {
        "audio": 1, "file": 1, "image": 2, "location": 1, "postback": 2, "sticker": 2,
        "text": 2, "video": 1,
    }  # fmt: skip
