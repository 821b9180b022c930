"""What takes its time: heartbeats, and the end of a client that gives no credit.

These run on a site whose heartbeats and patience are shorter (`tests.site.patched`).
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.client import Console, Visitor
from tests.flows.stage import Crowd, Stage
from tests.flows.test_resuming import bodies, number
from tests.site.site import Site

CONSTANTS = "talk.live:HEARTBEAT_SECONDS=2 talk.patience:MOST_SECONDS=2"
CREDIT_EVENTS = 256  # talk.outbox


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


def heard(client: Console) -> int:
    return len([frame for frame in client.frames if frame["type"] == "event"])


async def heartbeat(client: Console | Visitor) -> dict[str, Any]:
    """Return the next heartbeat."""
    seen = len(beats(client))
    await client.until(lambda: len(beats(client)) > seen, "a heartbeat", 30)
    return beats(client)[-1]


def beats(client: Console | Visitor) -> list[dict[str, Any]]:
    return [frame for frame in client.frames if frame["type"] == "heartbeat"]
