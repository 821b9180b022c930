"""However news crosses processes, and whether Valkey is there or not, messages flow."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from config.embedded.places import redis_url
from config.embedded.server import Server
from config.embedded.valkey import start_valkey
from tests.flows.client import Console, Visitor
from tests.flows.conftest import Build
from tests.flows.stage import Crowd, Stage
from tests.flows.test_talking import softs


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[str, Callable[[], Server]]]:
    """A Valkey of this test's own: its URL, and how to start it (again)."""
    started: list[Server] = []

    def start() -> Server:
        started.append(start_valkey(tmp_path))
        return started[-1]

    yield redis_url(tmp_path), start
    for each in started:
        each.stop()


@pytest.mark.parametrize("ring", ["layer", "local"])
async def test_the_first_flow_works_with_every_ring(build: Build, crowd: Crowd, ring: str) -> None:
    """`local` is for one process; that the other still hears is the healing's work."""
    with build(RING=ring) as site:
        stage = await crowd.stage(site)
        await talk(stage, "一", "はい")
        await crowd.leave()
        crowd.clients.clear()


async def test_i31_without_valkey_messages_flow_and_with_it_typing_returns(
    build: Build, crowd: Crowd, valkey: tuple[str, Callable[[], Server]], server: str
) -> None:
    url, start = valkey
    first = start()
    with build(server=server, redis=url) as site:
        stage = await crowd.stage(site)
        await talk(stage, "ある", "はい")
        first.stop()
        await talk(stage, "ない", "はい")
        start()
        await typing_returns(stage)
        await crowd.leave()
        crowd.clients.clear()


async def talk(stage: Stage, question: str, answer: str) -> None:
    """Four pairs, so that it would be strange if nobody's message crossed processes."""
    for _ in range(4):
        visitor, console = await stage.visitor(), await stage.colleague("haru")
        id = (await visitor.send(question))["conversation"]["id"]
        await console.open(id)
        await console.send(id, answer)
        await visitor.until(partial(shows, visitor, [question, answer]), "the answer")
        await visitor.send("ありがとう")
        await console.until(partial(has_lines, console, id, 3), "the thanks")


def shows(visitor: Visitor, bodies: list[str]) -> bool:
    return visitor.bodies() == bodies


def has_lines(console: Console, id: str, count: int) -> bool:
    return len(console.sim.threads[id].messages) == count


async def typing_returns(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.colleague("haru")
    id = (await visitor.send("一"))["conversation"]["id"]
    await console.open(id)
    for attempt in range(30):
        await visitor.ask("typing", conversation_id=id, active=attempt % 2 == 0)
        try:
            await console.until(lambda: softs(console, "customer"), "typing", seconds=1)
        except AssertionError:
            continue
        return
    raise AssertionError("typing has not returned")
