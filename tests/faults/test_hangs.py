"""F5, F9, I-11, I-31, I-32: the database, or Valkey, hangs: refuses nothing and answers nothing."""

import asyncio
import signal
import time
from datetime import UTC, datetime

import httpx2
import pytest

from tests.faults.estate import Estate
from tests.faults.nemesis import Scene
from tests.faults.play import Play

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
HANG_SECONDS = 20.0
VALKEY_SECONDS = 30.0
SENT = ("send", "ok")
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


@pytest.mark.long
@pytest.mark.parametrize("ring", ["notify", "layer"])
async def test_f9_while_valkey_hangs_for_half_a_minute_no_request_takes_two_seconds(
    estate: Estate, ring: str
) -> None:
    await estate.open_web(RING=ring)
    play = Play(estate, 1, guests=10, tabs=2, agents=4)

    began: list[str] = []

    async def hang(scene: Scene) -> None:
        await asyncio.sleep(3)
        began.append(datetime.now(UTC).isoformat())
        scene.estate.signal_valkey(signal.SIGSTOP)
        try:
            until = time.monotonic() + VALKEY_SECONDS
            while time.monotonic() < until:
                await ask_for_a_mail(estate)
                await asyncio.sleep(1)
        finally:
            scene.estate.signal_valkey(signal.SIGCONT)

    try:
        wrong = await play.run(hang)
    finally:
        await estate.close_web()
    assert wrong == {}
    requests = [line for line in estate.webs.told() if line["event"] == "request"]
    before, later = (
        [line["milliseconds"] for line in requests if (line["timestamp"] > began[0]) is is_later]
        for is_later in (False, True)
    )
    assert len(later) > VALKEY_SECONDS
    # Two seconds more than on the same machine while all was well.
    assert max(later) < max(before) + 2_000
    acks = [each for each in play.history.entries if (each["op"], each.get("phase")) == SENT]
    assert len(acks) > VALKEY_SECONDS, "nobody could send"


async def ask_for_a_mail(estate: Estate) -> None:
    """What a form does: its throttle is counted in Valkey, its mail is queued there."""
    path = "/account/password/reset/"
    base = f"http://127.0.0.1:{estate.webs.port}"
    async with httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False) as http:
        await http.get(path)
        token = {"csrfmiddlewaretoken": http.cookies["sobani_csrf"]}
        answer = await http.post(path, data={"email": "nobody@sobani.example", **token})
    assert answer.status_code in {302, 429}


async def ask_ready(estate: Estate) -> tuple[int, float]:
    began = time.monotonic()
    async with httpx2.AsyncClient(timeout=HANG_SECONDS, trust_env=False) as http:
        answer = await http.get(estate.place.http("/readyz"))
    return answer.status_code, time.monotonic() - began
