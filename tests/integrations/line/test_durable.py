"""What got its 200 is handled once, whatever dies (checks 29 and 30, the half of receiving)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.flows.client import Console
from tests.integrations.line.edges import AT, Event, body_of, event, text, user
from tests.integrations.line.house import House, until
from tests.integrations.line.official import Official
from tests.site.site import with_name

WEBHOOKS, EVENTS, PEOPLE = 40, 5, 20


async def test_check_29_who_blocks_us_cannot_be_answered_until_they_come_back(
    official: Official, oto: Console
) -> None:
    official.tell(text("はじめまして"))
    await oto.until(lambda: oto.sim.conversations, "the conversation")
    [id] = oto.sim.conversations
    official.tell(event("unfollow", at=AT + 1_000))
    badge = lambda: oto.sim.conversations[id]["channel"]["why"] == "blocked"  # noqa: E731
    await oto.until(badge, "the badge")
    blocked = oto.sim.conversations[id]["channel"]
    assert (blocked["why"], blocked["is_friend"]) == ("blocked", False)
    official.tell(event("follow", at=AT + 2_000, follow={"isUnblocked": True}))
    await oto.until(lambda: oto.sim.conversations[id]["channel"]["can_send"], "the way back")
    back = oto.sim.conversations[id]["channel"]
    assert (back["why"], back["is_friend"], back["push_until"]) == ("", True, None)
    official.tell(event("unfollow", at=AT + 1_500))
    assert oto.sim.conversations[id]["channel"]["can_send"] is True
    assert [line["code"] for line in official.do("lines")] == ["blocked", "back"]


def test_check_29_who_tells_no_name_any_more_keeps_the_one_they_had(official: Official) -> None:
    phone = official.account.phone("葵")
    phone.say("こんにちは")
    key = f"user:{phone.user_id}"
    until(lambda: official.do("chats").get(key, {}).get("name") == "葵", "the name")
    phone.block()
    phone.follow()
    phone.block()
    official.settle()
    until(lambda: len(official.account.calls("GET /v2/bot/profile")) >= 2, "the second question")
    assert official.do("chats")[key]["name"] == "葵"


@pytest.mark.slow
def test_check_30_all_is_handled_once_while_line_is_slow_and_a_worker_dies(
    house: House, official: Official
) -> None:
    """How fast, and with a thousand events: `bench/line.py`."""
    official.account.fault("*", "delay", times=10_000, seconds=1)
    first, second = _webhooks(official.account.bot_user_id)
    with ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(official.post, first)) == {200}
        until(lambda: "done" in _states(official), "the first of all")
        answers = [crowd.submit(official.post, body) for body in second]
        house.kill_worker()
        assert {answer.result() for answer in answers} == {200}
    assert "pending" in _states(official)
    house.start_worker()
    official.account.clear_faults()
    until(lambda: house.do("sweep_chats") or not official.do("pending"), "the end of all")
    assert Counter(map(tuple, official.do("events"))) == {("message", "done"): WEBHOOKS * EVENTS}
    said = Counter(official.bodies)
    assert len(said) == WEBHOOKS * EVENTS
    assert set(said.values()) == {1}
    assert len({row["conversation"] for row in official.messages}) == PEOPLE


def _states(official: Official) -> set[str]:
    return {state for _, state in official.do("events")}


def _webhooks(bot: str) -> tuple[list[bytes], list[bytes]]:
    """Return the first and the second half of them."""
    bodies = [
        body_of(bot, *(_one(number, place) for place in range(EVENTS)))
        for number in range(WEBHOOKS)
    ]
    return bodies[: WEBHOOKS // 2], bodies[WEBHOOKS // 2 :]


def _one(number: int, place: int) -> Event:
    who = user(f"U{(number * EVENTS + place) % PEOPLE:032x}")
    return text(f"{number}.{place}", source=who, at=AT + number * 20)


def test_check_30_without_a_database_line_is_told_to_come_again(
    line_database: str, official: Official
) -> None:
    once = text("保管されるまで待つ")
    body = body_of(official.account.bot_user_id, once)
    with away(line_database):
        assert official.post(body) == 503
    again = {**once, "deliveryContext": {"isRedelivery": True}}
    redelivered = body_of(official.account.bot_user_id, again)
    until(lambda: official.post(redelivered) == 200, "the database")
    official.hurry()
    assert official.bodies == ["保管されるまで待つ"]
    assert official.do("channel")["redelivered"] is True


@contextmanager
def away(database: str) -> Iterator[None]:
    """Let nobody connect to the database, and end all who have."""
    name = urlsplit(database).path[1:]
    with psycopg.connect(with_name(database, "postgres"), autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
