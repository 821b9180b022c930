"""F5, I-11, I-32: the database hangs for twenty seconds: it refuses nothing and answers nothing."""

import asyncio
import time

import httpx2
import pytest

from tests.faults.estate import Estate
from tests.faults.nemesis import Scene
from tests.faults.play import Play

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
HANG_SECONDS = 20.0
MOST_SECONDS = 6.0  # for an error; a client's own timer says "not confirmed" after five
AGAIN_SECONDS = (
    20.0  # with the pauses of whoever was closed as hopelessly behind, on a busy machine
)


async def test_f5_while_the_database_hangs_everybody_is_told_and_afterwards_nothing_is_missing(
    estate: Estate,
) -> None:
    await estate.open_web()
    play = Play(estate, 1, guests=10, tabs=2, agents=4)
    asked: list[tuple[int, float]] = []

    async def hang(scene: Scene) -> None:
        await asyncio.sleep(2)
        play.history.note(op="fault", name="hang")
        await asyncio.to_thread(estate.hang_postgres)
        try:
            until = time.monotonic() + HANG_SECONDS
            while time.monotonic() < until:
                asked.append(await ask_ready(estate))
                await asyncio.sleep(1)
        finally:
            await asyncio.to_thread(estate.hang_postgres, is_over=True)
        play.history.note(op="fault over", name="hang")

    try:
        wrong = await play.run(hang)
    finally:
        await estate.close_web()
    assert wrong == {}
    entries = play.history.entries
    [began], [ended] = (
        [each["at"] for each in entries if each["op"] == op] for op in ("fault", "fault over")
    )
    # Whether a machine is ready is said in time, and said truly, all the while.
    assert {status for status, _ in asked} == {503}
    assert max(seconds for _, seconds in asked) < MOST_SECONDS
    # Nothing is acknowledged that no database has confirmed.
    assert not [
        each
        for each in entries
        if each["op"] == "send" and each["phase"] == "ok" and began + 1 < each["at"] < ended
    ]
    # The sockets stay: a hang of the database is no reason to make everybody come back.
    closed = [each for each in entries if each["op"] == "closed" and began < each["at"] < ended]
    assert [each["code"] for each in closed if not each["own"]] == []
    synced = [each["at"] - ended for each in entries if each["op"] == "synced"]
    assert max(synced) < AGAIN_SECONDS


async def ask_ready(estate: Estate) -> tuple[int, float]:
    began = time.monotonic()
    async with httpx2.AsyncClient(timeout=HANG_SECONDS, trust_env=False) as http:
        answer = await http.get(estate.place.http("/readyz"))
    return answer.status_code, time.monotonic() - began
