"""What takes its time: heartbeats, and the end of a client that gives no credit.

These run on a site whose heartbeats and patience are shorter (`tests.site.patched`).
"""

import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.flows.client import Console, Visitor
from tests.flows.stage import Crowd, Stage
from tests.flows.test_resuming import bodies, number
from tests.site.site import Site

# So little waits as text that most of what waits for credit here is read from the log again.
BACKLOG = "talk.backlog:MOST_EVENTS=16 talk.backlog:PAGE=8"
CONSTANTS = f"talk.live:HEARTBEAT_SECONDS=2 talk.patience:MOST_SECONDS=2 {BACKLOG}"
CREDIT_EVENTS = 256  # talk.credit


@pytest.fixture(scope="session")
def quick_site(
    database: str, server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder, redis = tmp_path_factory.mktemp("quick"), os.environ["REDIS_URL"]
    settings = {"SERVER": server, "TEST_CONSTANTS": CONSTANTS}
    with Site(folder, database, redis, settings, program="tests.site.patched") as site:
        yield site


@pytest.fixture
async def quick(crowd: Crowd, quick_site: Site) -> Stage:
    return await crowd.stage(quick_site)


async def test_heartbeats_bring_a_token_from_which_nothing_is_missed(quick: Stage) -> None:
    visitor, console = await quick.visitor(), await quick.console()
    first = console.resume
    id = (await visitor.send("一"))["conversation"]["id"]
    await console.open(id)
    while number(console.resume) == number(first):
        beat = await heartbeat(console)
        assert beat["resume"] == console.resume
    assert number(console.resume) > number(first)
    await visitor.send("二")
    await console.until(lambda: len(console.sim.threads[id].messages) == 2)
    assert (await heartbeat(console))["versions"] == {id: console.sim.threads[id].version}
    await console.cut()
    await visitor.send("三")
    assert (await console.connect())["resynced"] is False
    await console.until(lambda: bodies(console, id) == ["一", "二", "三"])


async def test_a_console_that_never_acknowledges_gets_256_events_and_is_closed_as_slow(
    quick: Stage,
) -> None:
    visitor, talker = await quick.visitor(), await quick.console()
    id = (await visitor.send("0"))["conversation"]["id"]
    mute, polite = await quick.colleague("haru"), await quick.colleague("kai")
    mute.gives_credit = False
    count = CREDIT_EVENTS + 40
    for n in range(count):
        await talker.send(id, f"{n}")
    await polite.until(lambda: polite.sim.conversations[id]["last_seq"] == count + 1, "all")
    assert polite.close_code is None
    assert await mute.until_closed(30) == 4008
    assert heard(mute) == CREDIT_EVENTS
    mute.gives_credit = True
    await mute.connect()
    await mute.until(lambda: mute.sim.conversations[id]["last_seq"] == count + 1, "the rest")


async def test_giving_credit_again_lets_the_rest_come(quick: Stage) -> None:
    visitor, talker = await quick.visitor(), await quick.console()
    id = (await visitor.send("0"))["conversation"]["id"]
    slow = await quick.colleague("haru")
    slow.gives_credit = False
    for n in range(CREDIT_EVENTS + 40):
        await talker.send(id, f"{n}")
    await slow.until(lambda: heard(slow) == CREDIT_EVENTS, "what there is credit for")
    await slow.send_text(f'{{"type":"ack","n":{CREDIT_EVENTS}}}')
    await slow.until(lambda: heard(slow) >= CREDIT_EVENTS + 40, "the rest")
    assert slow.close_code is None


async def test_i16_who_is_far_behind_and_gives_credit_gets_all_in_order_and_once(
    quick: Stage,
) -> None:
    """One console has the conversation open, one lists it, one is the visitor's own."""
    visitor, talker = await quick.visitor(), await quick.console()
    id = (await visitor.send("0"))["conversation"]["id"]
    near, far = await quick.colleague("haru"), await quick.colleague("kai")
    await near.open(id)
    behind: list[Console | Visitor] = [near, far, visitor]
    for each in behind:
        each.gives_credit = False
    count = CREDIT_EVENTS + 300
    for n in range(1, count + 1):
        await talker.send(id, f"{n}")
        if n > CREDIT_EVENTS and n % 10 == 0:  # a little, so that nobody loses patience
            for each in behind:
                await each.send_text(f'{{"type":"ack","n":{(n - CREDIT_EVENTS) // 10}}}')
    assert all(heard(each) < count - 200 for each in behind)
    for each in behind:
        await give_credit_until(each, id, count + 1)
    for each in behind:
        assert each.close_code is None
        assert last_seqs(each, id)[-count:] == list(range(2, count + 2))
    assert bodies(near, id) == [f"{n}" for n in range(count + 1)]


async def give_credit_until(client: Console | Visitor, id: str, seq: int) -> None:
    while max(last_seqs(client, id)) < seq:
        given = heard(client)
        await client.send_text(f'{{"type":"ack","n":{given}}}')
        await client.until(partial(hears_more, client, given), "more")


def hears_more(client: Console | Visitor, than: int) -> bool:
    return heard(client) > than


def heard(client: Console | Visitor) -> int:
    return len(events(client))


def last_seqs(client: Console | Visitor, id: str) -> list[int]:
    told = [frame for frame in events(client) if frame["kind"] == "message.created"]
    rows = [frame["rows"]["conversation"] for frame in told]
    return [row["last_seq"] for row in rows if row["id"] == id]


def events(client: Console | Visitor) -> list[dict[str, Any]]:
    return [frame for frame in client.frames if frame["type"] == "event"]


async def heartbeat(client: Console | Visitor) -> dict[str, Any]:
    """Return the next heartbeat."""
    seen = len(beats(client))
    await client.until(lambda: len(beats(client)) > seen, "a heartbeat", 30)
    return beats(client)[-1]


def beats(client: Console | Visitor) -> list[dict[str, Any]]:
    return [frame for frame in client.frames if frame["type"] == "heartbeat"]
