"""What waits only by number is told from the log as the hub would have told it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

from talk import database, frames, logged
from talk.hub import Hub
from talk.told import SLIM, VISITOR, WHOLE, Told, number
from tests.talk.test_healing import writer
from tests.talk.test_hub import CONVERSATION

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGE: dict[str, Any] = {
    "id": "01a2001c-93c2-73fe-aceb-7fb231edc839",
    "conversation_id": CONVERSATION["id"],
    "seq": 1,
    "sender": "customer",
    "author_name": "",
    "author_avatar": "",
    "data": {},
    "attachments": [],
    "client_id": "01a2001c-93c2-73fe-aceb-7fb231edc83a",
    "created_at": "2026-11-21T00:00:00+00:00",
}
APPEND = (
    "INSERT INTO talk_event (kind, inbox_id, conversation_id, profile_id, version, rows)"
    " VALUES ('message.created', %s, %s, %s, 3, %s)"
)


class Ear:
    """Keeps what it is handed."""

    bearer = ("operator", None)

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.told: list[Told] = []

    veil: frozenset[str] = frozenset()

    def push_event(self, told: Told) -> None:
        self.told.append(told)

    def push_soft(self, text: str) -> None: ...

    def access_changed(self, session_hash: str, version: int) -> None: ...

    def revoke(self) -> None: ...

    def beat(self) -> None: ...


@asynccontextmanager
async def log_of(bodies: list[str]) -> AsyncIterator[list[frames.Ring]]:
    """Write events with these bodies; yield them as a process reads them."""
    inbox, profile = uuid4(), uuid4()
    async with writer() as connection:
        for seq, body in enumerate(bodies, 1):
            rows = {"conversation": CONVERSATION, "message": {**MESSAGE, "body": body, "seq": seq}}
            await connection.execute(APPEND, (inbox, CONVERSATION["id"], profile, Jsonb(rows)))
        await connection.commit()
    rings = await logged.between(0, 2**62, most=10_000)
    yield [ring for ring in rings if ring.inbox == str(inbox)]
    await database.close()


async def test_each_kind_of_listener_is_told_the_same_again() -> None:
    async with log_of(["一", "二", "三"]) as rings:
        hub, ears = Hub(), (Ear(), Ear(), Ear())
        near, far, visitor = ears
        hub.attach(near, [f"conversation:{CONVERSATION['id']}"])
        hub.attach(far, [f"inbox:{rings[0].inbox}"])
        hub.attach(visitor, [f"profile:{rings[0].profile}"])
        for ring in rings:
            hub.deliver(ring)
        for ear, view in zip(ears, (WHOLE, SLIM, VISITOR), strict=True):
            assert [told.number for told in ear.told] == [number(each.id, view) for each in rings]
            assert await logged.told_again([told.number for told in ear.told]) == ear.told
        # In any order, and only the visitor's own fields for the visitor.
        backwards = [told.number for told in reversed(visitor.told)]
        assert await logged.told_again(backwards) == visitor.told[::-1]
        assert "secret" in far.told[0].text
        assert "secret" not in visitor.told[0].text


async def test_a_page_ends_where_it_would_be_too_large() -> None:
    async with log_of(["長" * 10_000] * 12) as rings:
        wanted = [number(ring.id, WHOLE) for ring in rings]
        page = await logged.told_again(wanted)
        sizes = [told.size for told in page if told]
        assert 1 < len(page) < len(rings)
        assert sum(sizes[:-1]) < logged.MOST_PAGE_BYTES
        rest = await logged.told_again(wanted[len(page) :])
        assert [told.number for told in (*page, *rest) if told] == wanted[: len(page) + len(rest)]


async def test_an_event_that_the_log_has_dropped_is_an_error() -> None:
    async with log_of(["一"]) as [ring]:
        gone = number(ring.id + 1_000_000, SLIM)
        with pytest.raises(LookupError):
            await logged.told_again([number(ring.id, SLIM), gone])


async def test_one_that_cannot_be_told_is_passed_over() -> None:
    async with log_of(["一"]) as [ring]:
        wanted = [number(ring.id, SLIM)]
        assert len(await logged.told_again(wanted)) == 1
        async with writer() as connection:
            change = "UPDATE talk_event SET rows = %s WHERE id = %s"
            await connection.execute(change, (Jsonb("no rows at all"), ring.id))
            await connection.commit()
        assert await logged.told_again(wanted) == [None]
