"""Webhooks: signatures over the bytes that are sent, redelivery, other orders, copies."""

import time

from integrations.line.simulator.postman import sign
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.simulator.hook import Hook

DOCUMENTED = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'


def test_the_signature_is_that_of_the_documents() -> None:
    signature = sign("8c570fa6dd201bb328f1c1eac23a96d8", DOCUMENTED)
    assert signature == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_what_is_said_comes_as_a_signed_event(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    said = aoi.say("パスワードを忘れました")
    assert said.status == 200
    signature, body = hook.got[0]
    assert signature == sign(shop.secret, body)
    (event,) = hook.events
    assert event == {
        "type": "message",
        "mode": "active",
        "timestamp": event["timestamp"],
        "source": {"type": "user", "userId": aoi.user_id},
        "webhookEventId": said.event_id,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": said.reply_token,
        "message": {
            "id": said.message_id,
            "type": "text",
            "text": "パスワードを忘れました",
            "quoteToken": event["message"]["quoteToken"],
            "markAsReadToken": event["message"]["markAsReadToken"],
        },
    }


def test_held_events_come_in_any_order_together_and_twice(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    shop.hold()
    first, second = aoi.say("first"), aoi.say("second")
    assert (first.status, hook.got) == (0, [])
    assert shop.held() == [first.event_id, second.event_id]
    shop.release([second.event_id], [first.event_id, second.event_id])
    assert [event["message"]["text"] for event in hook.events] == ["second", "first", "second"]
    assert aoi.say("third").status == 200


def test_what_fails_comes_again_if_that_is_switched_on(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    hook.statuses = [500, 500]
    assert aoi.say("lost").status == 500
    shop.turn(webhook={"redelivers": True, "redelivery_seconds": [0.05, 0.05]})
    said = aoi.say("kept")
    limit = time.monotonic() + 5
    while len(hook.got) < 3 and time.monotonic() < limit:
        time.sleep(0.01)
    again = hook.events[-1]
    assert again["webhookEventId"] == said.event_id
    assert again["deliveryContext"] == {"isRedelivery": True}
    assert [event["message"]["text"] for event in hook.events] == ["lost", "kept", "kept"]


def test_a_standby_account_gets_no_reply_token(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    shop.turn(mode="standby")
    assert aoi.say("おはよう").reply_token == ""
    (event,) = hook.events
    assert event["mode"] == "standby"
    assert "replyToken" not in event


def test_the_verify_button_sends_no_events_and_tells_what_came(
    shop: OfficialAccount, hook: Hook
) -> None:
    assert shop.api("POST", "/v2/bot/channel/webhook/test", {}).json()["success"]
    assert hook.events == []
    hook.statuses = [401]
    told = shop.api("POST", "/v2/bot/channel/webhook/test", {}).json()
    assert (told["success"], told["statusCode"]) == (False, 401)
    hook.close()
    told = shop.api("POST", "/v2/bot/channel/webhook/test", {}).json()
    assert (told["success"], told["reason"]) == (False, "COULD_NOT_CONNECT")
