"""After a crash PostgreSQL gives out again the numbers of transactions that left nothing durable.

A hub, or a client's token, that stood above them would take their events for long known.
"""

import asyncio
from functools import partial

import psycopg
import pytest

from tests.faults.estate import Estate
from tests.flows.client import Console, Visitor

pytestmark = [pytest.mark.faults, pytest.mark.timeout(200)]
ROUNDS = 60


async def test_events_with_numbers_given_out_again_are_heard(estate: Estate) -> None:
    estate.query("ALTER SYSTEM SET wal_writer_delay = '10s'")
    estate.query("SELECT pg_reload_conf()")
    await estate.open_web()
    cast = estate.hand.do("cast")
    visitor = Visitor(estate.place, estate.hand.do("guest", cast=cast))
    console = Console(estate.place, estate.hand.do("another_operator", cast=cast, name="oto"))
    try:
        await visitor.connect()
        await console.connect()
        id = (await visitor.send("0"))["conversation"]["id"]
        await console.until(lambda: console.sim.conversations.get(id, {}).get("last_seq") == 1)
        burnt = burn_numbers(estate)
        await asyncio.sleep(2.5)  # every hub has looked at the log since
        estate.crash_postgres()
        again = int(estate.query("SELECT pg_current_xact_id()::text")[0][0])
        if again > burnt:
            pytest.skip(f"the crash came too late: {again} is above {burnt}")
        for n in range(1, 6):
            await said(visitor, f"{n}")
            await console.until(partial(knows, console, id, n + 1), f"message {n}")
        await console.cut()
        await said(visitor, "6")
        await console.connect()
        await console.until(lambda: console.sim.conversations[id]["last_seq"] == 7, "message 6")
    finally:
        await visitor.leave()
        await console.leave()
        await estate.close_web()


def knows(console: Console, id: str, seq: int) -> bool:
    return bool(console.sim.conversations[id]["last_seq"] == seq)


def burn_numbers(estate: Estate) -> int:
    """Begin transactions, take a number for each, and give up; return the last."""
    with psycopg.connect(estate.database) as connection:
        for _ in range(ROUNDS):
            [number] = connection.execute("SELECT pg_current_xact_id()::text").fetchone() or ("0",)
            connection.rollback()
    return int(number)


async def said(visitor: Visitor, body: str) -> None:
    """Say it until it is stored: connections to the database are only just coming back."""
    client_id = f"00000000-0000-4000-8000-{int(body):012}"
    for _ in range(20):
        try:
            await visitor.send(body, client_id)
        except Exception:  # noqa: BLE001  # whatever it is, it is tried again
            await asyncio.sleep(0.5)
        else:
            return
    raise AssertionError(f"{body} could not be said")
