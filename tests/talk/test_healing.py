"""What no ring brought is found in the log, and a late commit is never passed over (M10)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection as django_connection
from psycopg.types.json import Jsonb

from talk import database, logged, tasks
from talk.frames import Ring
from talk.live import Live
from tests.talk.test_hub import Ear

pytestmark = pytest.mark.django_db(transaction=True)
APPEND = (
    "INSERT INTO talk_event (kind, inbox_id, conversation_id, version, rows)"
    " VALUES ('conversation.changed', %s, %s, 1, %s) RETURNING id"
)


@asynccontextmanager
async def writer() -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    connection = await psycopg.AsyncConnection.connect(database.conninfo())
    try:
        yield connection
    finally:
        await connection.close()


async def append(connection: psycopg.AsyncConnection[Any], inbox: str) -> int:
    rows = Jsonb({"conversation": {"id": "x"}})
    cursor = await connection.execute(APPEND, (inbox, uuid4(), rows))
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
async def hearing() -> AsyncIterator[tuple[Live, Ear, str]]:
    """A process that hears no ring at all: only the healing tells it anything."""
    alive, ear, inbox = Live(), Ear(), str(uuid4())
    await alive._heal()
    alive.hub.attach(ear, [f"inbox:{inbox}"])
    yield alive, ear, inbox
    await database.close()


def heard(ear: Ear) -> list[int]:
    return [event["id"] for event in ear.heard]


async def heal_until(alive: Live, ear: Ear, count: int) -> None:
    """Heal until so many were heard: the watermark waits for every transaction of the cluster,
    those of other test processes too."""
    async with asyncio.timeout(60):
        while True:
            await alive._heal()
            if len(ear.heard) >= count:
                return
            await asyncio.sleep(0.05)


async def test_what_was_committed_unheard_is_healed_once(hearing: tuple[Live, Ear, str]) -> None:
    alive, ear, inbox = hearing
    async with writer() as connection:
        ids = [await append(connection, inbox) for _ in range(3)]
        await connection.commit()
    await heal_until(alive, ear, len(ids))
    await alive._heal()
    assert heard(ear) == ids


async def test_m10_a_late_commit_with_a_lower_id_is_not_passed_over(
    hearing: tuple[Live, Ear, str],
) -> None:
    alive, ear, inbox = hearing
    async with writer() as slow, writer() as quick:
        early = await append(slow, inbox)
        late = await append(quick, inbox)
        await quick.commit()
        await alive._heal()
        assert early < late
        seen_before = heard(ear)
        await slow.commit()
    await heal_until(alive, ear, 2)
    assert sorted(heard(ear)) == [early, late]
    # A reader that goes on behind the highest id it has seen would have lost the early one.
    assert early not in seen_before


async def test_m10_with_many_writers_nothing_is_missed_or_told_twice(
    hearing: tuple[Live, Ear, str],
) -> None:
    alive, ear, inbox = hearing
    written: list[int] = []

    async def write(delay: float) -> None:
        async with writer() as connection:
            for _ in range(40):
                written.append(await append(connection, inbox))
                await asyncio.sleep(delay)
                await connection.commit()

    async def heal() -> None:
        while True:
            await alive._heal()
            await asyncio.sleep(0.002)

    healing = asyncio.create_task(heal())
    await asyncio.gather(*[write(delay) for delay in (0, 0.001, 0.003, 0.005)])
    healing.cancel()
    await asyncio.gather(healing, return_exceptions=True)
    assert len(written) == 160
    await heal_until(alive, ear, 160)
    await alive._heal()
    assert sorted(heard(ear)) == sorted(written)


async def test_a_ring_without_rows_holds_back_those_behind_it(
    hearing: tuple[Live, Ear, str],
) -> None:
    alive, ear, inbox = hearing
    async with writer() as connection:
        large, small = await append(connection, inbox), await append(connection, inbox)
        await connection.commit()
    rings = await logged.between(0, 2**62, most=10_000)
    ring_of: dict[int, Ring] = {ring.id: ring for ring in rings}
    xid = ring_of[large].xid
    alive.hear(f'{{"id":{large},"xid":{xid},"kind":"conversation.changed","inbox":"{inbox}"}}')
    alive.hear(
        f'{{"id":{small},"xid":{xid},"kind":"conversation.changed","inbox":"{inbox}",'
        '"rows":{"conversation":{"id":"x"}}}'
    )
    assert heard(ear) == []
    for _ in range(200):
        await asyncio.sleep(0.01)
        if len(ear.heard) == 2:
            break
    assert heard(ear) == [large, small]


async def test_the_log_forgets_what_is_past_retention_and_says_so() -> None:
    async with writer() as connection:
        old = await append(connection, str(uuid4()))
        await connection.execute(
            "UPDATE talk_event SET at = now() - interval '40 days' WHERE id = %s", (old,)
        )
        cursor = await connection.execute(
            "SELECT xid::text::bigint FROM talk_event WHERE id = %s", (old,)
        )
        row = await cursor.fetchone()
        await connection.commit()
    assert row is not None
    await sync_to_async(_keep_log)(tasks.keep_event_log)
    async with writer() as connection:
        cursor = await connection.execute(
            "SELECT dropped_xid >= %s, (SELECT count(*) FROM talk_event WHERE id = %s)"
            " FROM talk_epoch",
            (row[0], old),
        )
        assert await cursor.fetchone() == (True, 0)


def _keep_log(task: Any) -> None:
    task()
    django_connection.close()


POISON = (
    "INSERT INTO talk_event (kind, inbox_id, conversation_id, profile_id, version, rows)"
    " VALUES ('conversation.changed', %s, %s, %s, 1, %s)"
)


@pytest.mark.parametrize("rows", [{"conversation": {"id": "x"}}, "no rows at all"])
async def test_an_event_that_cannot_be_told_is_logged_once_and_holds_up_nothing(
    hearing: tuple[Live, Ear, str], rows: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """One lacks what a visitor's row has; the other cannot be read at all."""
    alive, ear, inbox = hearing
    profile, visitor = uuid4(), Ear()
    alive.hub.attach(visitor, [f"profile:{profile}"])
    async with writer() as connection:
        await connection.execute(POISON, (inbox, uuid4(), profile, Jsonb(rows)))
        behind = await append(connection, inbox)
        await connection.commit()
    for _ in range(3):
        await alive._heal_or_mend()
    assert heard(ear)[-1] == behind
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert errors[0].exc_info


async def test_a_ring_whose_event_cannot_be_read_does_not_hold_back_those_behind_it(
    hearing: tuple[Live, Ear, str],
) -> None:
    alive, ear, inbox = hearing
    async with writer() as connection:
        await connection.execute(POISON, (inbox, uuid4(), uuid4(), Jsonb("no rows at all")))
        small = await append(connection, inbox)
        await connection.commit()
    bad, good = (await logged.between(0, 2**62, most=10_000))[-2:]
    for ring in (bad, good):
        kind = "conversation.changed"
        alive.hear(f'{{"id":{ring.id},"xid":{ring.xid},"kind":"{kind}","inbox":"{inbox}"}}')
    for _ in range(200):
        await asyncio.sleep(0.01)
        if ear.heard:
            break
    assert heard(ear) == [small]


async def test_rings_of_others_and_rings_that_cannot_be_told_end_nothing(
    hearing: tuple[Live, Ear, str],
) -> None:
    alive, ear, inbox = hearing
    alive.hub.attach(Ear(), ["profile:p"])
    head = f'"xid":{2**40},"kind":"conversation.changed","inbox":"{inbox}"'
    rows = '"rows":{"conversation":{"id":"x"}}'
    for ring in ("", "[]", "7", f'{{"id":1,{head},"profile":"p",{rows}}}'):
        alive.hear(ring)
    alive.hear(f'{{"id":2,{head},{rows}}}')
    assert heard(ear) == [1, 2]
