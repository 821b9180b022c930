"""Faults on demand: what a client may meet, and whether the call was carried out."""

import time

import httpx2
import pytest

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone

PUSH = "POST /v2/bot/message/push"


def push(shop: OfficialAccount, phone: Phone) -> httpx2.Response:
    message = {"type": "text", "text": "お知らせ"}
    return shop.api(*PUSH.split(), {"to": phone.user_id, "messages": [message]})


@pytest.fixture
def friend(aoi: Phone) -> Phone:
    aoi.follow()
    return aoi


@pytest.mark.parametrize(
    ("kind", "status", "arrives"),
    [
        ("error", 500, False),
        ("error_after_accept", 500, True),
        ("garbage", 200, False),
        ("garbage_after_accept", 200, True),
        ("rate", 429, False),
        ("monthly", 429, False),
        ("same_user", 429, False),
        ("unauthorized", 401, False),
    ],
)
def test_a_fault_meets_one_call_and_no_more(
    shop: OfficialAccount, friend: Phone, kind: str, status: int, arrives: bool
) -> None:
    shop.fault(PUSH, kind)
    assert push(shop, friend).status_code == status
    assert bool(friend.texts()) == arrives
    assert push(shop, friend).status_code == 200


@pytest.mark.parametrize(("kind", "arrives"), [("drop", False), ("drop_after_accept", True)])
def test_a_connection_may_be_lost_before_or_after(
    shop: OfficialAccount, friend: Phone, kind: str, arrives: bool
) -> None:
    shop.fault(PUSH, kind)
    with pytest.raises(httpx2.RemoteProtocolError):
        push(shop, friend)
    assert bool(friend.texts()) == arrives


def test_a_call_may_be_slow_and_others_are_not(shop: OfficialAccount, friend: Phone) -> None:
    shop.fault(PUSH, "delay", seconds=0.2)
    began = time.monotonic()
    assert push(shop, friend).status_code == 200
    assert time.monotonic() - began >= 0.2


def test_the_log_tells_every_call_with_its_answer(shop: OfficialAccount, friend: Phone) -> None:
    shop.fault(PUSH, "error", times=2, status=503)
    for _ in range(3):
        push(shop, friend)
    assert [call["status"] for call in shop.calls(PUSH)] == [503, 503, 200]
    assert [body["to"] for body in shop.pushes()] == [friend.user_id] * 3
