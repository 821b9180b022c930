"""F1, I-1: a web process dies before COMMIT, between COMMIT and news, between news and answer.

Whoever wrote tries again with the same `client_id`, at the process that is left; the history of
everybody is judged as in the other runs.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.faults import deaths
from tests.faults.estate import Estate
from tests.faults.nemesis import Scene
from tests.faults.play import Play
from tests.faults.players import Guest, Player
from tests.flows.client import new_http
from tests.flows.link import NoAnswer

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
MORTAL, WITNESS = 0, 1  # of the two processes
STORED_AT = {"before_commit": 0, "before_publish": 1, "before_answer": 1}
# `notify` rings inside the transaction: between COMMIT and news there is no moment.
POINTS = {"layer": ("before_commit", "before_publish"), "notify": ("before_answer",)}
Send = Callable[[str], Awaitable[Any]]


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    """One for all: here no database is broken."""
    estate = Estate()
    try:
        estate.start_databases()
        yield estate
    finally:
        estate.close_databases()


@pytest.mark.parametrize("ring", ["layer", "notify"])
async def test_f1_who_dies_around_the_commit_loses_nothing_and_repeats_nothing(
    estate: Estate, tmp_path: Path, ring: str
) -> None:
    file = tmp_path / "death"
    await estate.open_web("tests.faults.web", TEST_DEATHS=str(file), RING=ring)
    points = POINTS[ring]
    play = Play(estate, 1, guests=1 + len(points), tabs=0, agents=1)

    async def die(scene: Scene) -> None:
        for player in [*scene.guests, *scene.agents]:
            player.is_stopping = True  # they only hear, and say what is said here
        [witness], [first, *others] = scene.agents, scene.guests
        await sit_at(WITNESS, scene, witness)
        await first.say("customer", "はじめ", partial(first.send, "はじめ"))
        for point, newcomer in zip(points, others, strict=True):
            await sit_at(MORTAL, scene, first)
            await dies_at(point, file, scene, first, partial(first.send, point))
            # The first words, over HTTP: their transaction begins the conversation too.
            await dies_at(point, file, scene, newcomer, partial(write, newcomer, point))
        assert witness.client.connection_count == 2, "the witness has come back: that mends all"

    try:
        wrong = await play.run(die)
    finally:
        await estate.close_web()
    assert wrong == {}
    assert len(play.stored.conversations) == 1 + len(points)
    assert len(play.stored.messages) == 1 + 2 * len(points)


async def sit_at(index: int, scene: Scene, player: Player) -> None:
    """Come back, to this process."""
    await renew_http(player)
    async with alone(scene.estate, index):
        await player.client.cut()
        for _ in range(100):
            if player.client.is_live:
                return
            await asyncio.sleep(0.1)
    raise AssertionError("not let in")


@asynccontextmanager
async def alone(estate: Estate, index: int) -> AsyncIterator[None]:
    """Whoever comes meanwhile comes to this process: the other one is held."""
    other = estate.webs.processes[1 - index]
    other.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        other.send_signal(signal.SIGCONT)


async def dies_at(point: str, file: Path, scene: Scene, guest: Guest, send: Send) -> None:
    """Say something at whose storing the process dies, until it is acknowledged."""
    client_id, found = str(uuid4()), []

    async def send_and_look(client_id: str) -> Any:
        if found:
            return await send(client_id)
        try:
            async with alone(scene.estate, MORTAL):
                return await send(client_id)
        except NoAnswer:
            found.append(stored_count(scene.estate, client_id))
            raise

    deaths.ask(file, point)
    await guest.say("customer", point, send_and_look, client_id)
    assert found == [STORED_AT[point]], "it died at another point"
    assert stored_count(scene.estate, client_id) == 1
    await rise_again(scene.estate)


def stored_count(estate: Estate, client_id: str) -> int:
    sql = "SELECT count(*) FROM talk_message WHERE client_id = %s"
    return int(estate.query(sql, client_id)[0][0])


async def write(guest: Guest, body: str, client_id: str) -> Any:
    await renew_http(guest)
    message = {"client_id": client_id, "body": body}
    return await guest.client.rest("POST", "/widget/v1/messages", json=message)


async def renew_http(player: Player) -> None:
    """Its connection may lead to the process that is held."""
    await player.client.http.aclose()
    player.client.http = new_http()


async def rise_again(estate: Estate) -> None:
    """Start a process in the place of the one that is dead."""
    started = estate.webs.started_count()
    assert estate.webs.launch_at(MORTAL).wait(10) == deaths.CODE
    await estate.until_started(started + 1)
