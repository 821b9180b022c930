"""Rate limits, and who may turn the switches."""

from integrations.line.simulator.buckets import Buckets
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform

TEST = "POST /v2/bot/channel/webhook/test"
PUSH = "POST /v2/bot/message/push"


def allowed(limits: Buckets, call: str, times: int, channel: str = "1") -> int:
    return sum(limits.take(channel, call) for _ in range(times))


def test_each_kind_of_call_has_a_bucket_of_its_own_that_fills_again() -> None:
    now = 1_000_000.0
    limits = Buckets(lambda: now)
    assert allowed(limits, TEST, 100) == 60
    assert allowed(limits, PUSH, 2_500) == 2_000
    assert allowed(limits, TEST, 1, channel="2") == 1, "another channel's is full"
    now += 60
    assert allowed(limits, TEST, 5) == 1, "one a minute"
    assert allowed(limits, PUSH, 2_500) == 2_000


def test_an_empty_bucket_is_answered_with_429(shop: OfficialAccount) -> None:
    path = "/v2/bot/channel/webhook/test"
    answers = [shop.api("POST", path, {"endpoint": "https://127.0.0.1:9/"}) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]


def test_no_page_of_another_site_turns_anything(platform: Platform, shop: OfficialAccount) -> None:
    where = f"/line-simulator/api/accounts/{shop.channel_id}/turn"
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site}
        answer = platform.http.post(where, json={"name": "奪った"}, headers=headers)
        assert answer.status_code == 403
    plain = {"content-type": "text/plain"}
    assert platform.http.post(where, content=b'{"name":"x"}', headers=plain).status_code == 415
    assert shop.row["name"] == "ショップ"
