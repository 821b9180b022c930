"""Reply, push, retry keys, the month's quota."""

import uuid

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone

REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"


def text(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": one} for one in texts]


def test_a_reply_token_works_once_within_a_minute(shop: OfficialAccount, aoi: Phone) -> None:
    token = aoi.say("質問").reply_token
    answer = shop.api("POST", REPLY, {"replyToken": token, "messages": text("一", "二")})
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["sentMessages"]] == [
        one["id"] for one in aoi.look()["bubbles"][1:]
    ]
    again = shop.api("POST", REPLY, {"replyToken": token, "messages": text("三")})
    assert (again.status_code, again.json()) == (400, {"message": "Invalid reply token"})
    late = aoi.say("もう一つ").reply_token
    shop.move_clock(61)
    refused = shop.api("POST", REPLY, {"replyToken": late, "messages": text("四")})
    assert refused.json() == {"message": "Invalid reply token"}
    assert (aoi.texts(), shop.quota_used) == (["一", "二"], 0)


def test_a_reply_token_of_an_old_event_is_dead_however_late_it_came(
    shop: OfficialAccount, aoi: Phone
) -> None:
    shop.move_clock(-21 * 60)
    old = aoi.say("二十一分前").reply_token
    shop.move_clock(0)
    refused = shop.api("POST", REPLY, {"replyToken": old, "messages": text("遅い")})
    assert refused.json() == {"message": "Invalid reply token"}


def test_a_reply_takes_no_retry_key(shop: OfficialAccount, aoi: Phone) -> None:
    body = {"replyToken": aoi.say("質問").reply_token, "messages": text("答え")}
    key = str(uuid.uuid4())
    assert shop.api("POST", REPLY, body, x_line_retry_key=key).status_code == 400
    assert shop.api("POST", REPLY, body).status_code == 200


def test_a_retry_key_is_accepted_once_in_a_day(shop: OfficialAccount, aoi: Phone) -> None:
    aoi.follow()
    body = {"to": aoi.user_id, "messages": text("お知らせ")}
    key = str(uuid.uuid4())
    first = shop.api("POST", PUSH, body, x_line_retry_key=key)
    again = shop.api("POST", PUSH, body, x_line_retry_key=key)
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.json()["sentMessages"] == first.json()["sentMessages"]
    assert (aoi.texts(), shop.quota_used) == (["お知らせ"], 1)
    shop.move_clock(24 * 3600 + 1)
    assert shop.api("POST", PUSH, body, x_line_retry_key=key).status_code == 200
    assert shop.api("POST", PUSH, body, x_line_retry_key="1").status_code == 400


def test_what_was_accepted_before_the_answer_was_lost_is_not_sent_twice(
    shop: OfficialAccount, aoi: Phone
) -> None:
    aoi.follow()
    body = {"to": aoi.user_id, "messages": text("お知らせ")}
    key = str(uuid.uuid4())
    shop.fault("POST /v2/bot/message/push", "error_after_accept")
    assert shop.api("POST", PUSH, body, x_line_retry_key=key).status_code == 500
    assert shop.api("POST", PUSH, body, x_line_retry_key=key).status_code == 409
    assert aoi.texts() == ["お知らせ"]


def test_the_blocked_and_the_strange_get_nothing_and_cost_nothing(
    shop: OfficialAccount, aoi: Phone
) -> None:
    body = {"to": aoi.user_id, "messages": text("お知らせ")}
    assert shop.api("POST", PUSH, body).status_code == 200
    assert (aoi.texts(), shop.quota_used) == ([], 0), "neither friend nor ever written"
    aoi.say("こんにちは")
    assert shop.api("POST", PUSH, body).status_code == 200
    assert (len(aoi.texts()), shop.quota_used) == (1, 1), "wrote within seven days"
    shop.move_clock(7 * 24 * 3600 + 1)
    shop.api("POST", PUSH, body)
    assert (len(aoi.texts()), shop.quota_used) == (1, 1), "that is over"
    aoi.follow()
    shop.api("POST", PUSH, body)
    assert (len(aoi.texts()), shop.quota_used) == (2, 2)
    aoi.block()
    assert shop.api("POST", PUSH, body).status_code == 200
    assert (len(aoi.texts()), shop.quota_used) == (2, 2)


def test_the_months_quota_ends_pushes_and_not_replies(shop: OfficialAccount, aoi: Phone) -> None:
    token = aoi.say("質問").reply_token
    shop.turn(quota={"used": 200})
    assert shop.api("GET", "/v2/bot/message/quota").json() == {"type": "limited", "value": 200}
    assert shop.api("GET", "/v2/bot/message/quota/consumption").json() == {"totalUsage": 200}
    answer = shop.api("POST", PUSH, {"to": aoi.user_id, "messages": text("お知らせ")})
    told = {"message": "You have reached your monthly limit."}
    assert (answer.status_code, answer.json()) == (429, told)
    body = {"replyToken": token, "messages": text("答え")}
    assert shop.api("POST", REPLY, body).status_code == 200
    shop.turn(quota={"used": 10, "reserved": 190})
    assert shop.api("POST", PUSH, {"to": aoi.user_id, "messages": text("三")}).status_code == 429
    assert aoi.texts() == ["答え"]
