"""M11: the database is stopped as by a power cut, again and again, under writers that try again."""

import asyncio
import itertools
from collections import Counter
from uuid import uuid4

import pytest

from tests.faults.estate import Estate
from tests.flows.client import Visitor
from tests.flows.link import NoAnswer, NotLetIn, Refused

pytestmark = [pytest.mark.faults, pytest.mark.timeout(200)]
CRASHES = 4
WRITERS = 3
BETWEEN_SECONDS = 1.5


class Writer:
    """Says one thing after the other, each with one `client_id` until it is acknowledged."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.acknowledged: list[str] = []
        self.repeats = 0
        self.is_stopping = False

    async def write(self) -> None:
        for n in itertools.count():
            if self.is_stopping:
                return
            await self._say(f"{n}", str(uuid4()))

    async def _say(self, body: str, client_id: str) -> None:
        while True:
            try:
                stored = await self.visitor.send(body, client_id)
            except (NoAnswer, NotLetIn, Refused):
                self.repeats += 1
                await asyncio.sleep(0.2)
            else:
                self.acknowledged.append(stored["message"]["id"])
                return


async def test_m11_what_was_acknowledged_outlives_every_crash_and_is_there_once(
    estate: Estate,
) -> None:
    """Without the unique key, or with `synchronous_commit=off`, it does not: `tests.faults` kills
    both mutants (m3, m6)."""
    await estate.open_web(VISITOR_FRAMES_PER_SECOND="1000")
    cast = estate.hand.do("cast")
    writers = [
        Writer(Visitor(estate.place, estate.hand.do("guest", cast=cast))) for _ in range(WRITERS)
    ]
    try:
        await asyncio.gather(*(writer.visitor.connect() for writer in writers))
        writing = [asyncio.create_task(writer.write()) for writer in writers]
        for _ in range(CRASHES):
            await asyncio.sleep(BETWEEN_SECONDS)
            await asyncio.to_thread(estate.crash_postgres)
        await asyncio.sleep(BETWEEN_SECONDS)
        for writer in writers:
            writer.is_stopping = True
        await asyncio.wait_for(asyncio.gather(*writing), 30)
        assert {writer.visitor.close_code for writer in writers} == {None}, "sockets stay open"
        stored = estate.query("SELECT id::text, conversation_id::text, body FROM talk_message")
    finally:
        await asyncio.gather(*(writer.visitor.leave() for writer in writers))
        await estate.close_web()
    acknowledged = [id for writer in writers for id in writer.acknowledged]
    assert sum(writer.repeats for writer in writers) >= CRASHES, "the crashes hit nobody"
    assert set(acknowledged) <= {id for id, _, _ in stored}, "an acknowledged message is lost"
    twice = Counter((conversation, body) for _, conversation, body in stored)
    assert max(twice.values()) == 1, "a message is there twice"
