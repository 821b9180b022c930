"""What arrives while a batch is being committed forms the next one; a bad row fails alone."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from talk import database, group_commit
from talk.actions import messages
from talk.errors import BodyChanged, Unavailable
from talk.group_commit import GroupCommit
from talk.models import Message
from talk.store import NewMessage, Outcome
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def say(conversation_id: object, body: str, **changes: object) -> NewMessage:
    fields = {"sender": "customer", "client_id": uuid4(), **changes}
    return NewMessage(conversation_id=conversation_id, body=body, **fields)  # type: ignore[arg-type]


@pytest.fixture
async def store() -> AsyncIterator[GroupCommit]:
    made = GroupCommit()
    yield made
    await made.close()
    await database.close()


async def begun(n: int = 1) -> list[object]:
    def begin() -> list[object]:
        cast = Cast()
        guests = [cast.guest() for _ in range(n)]
        first = [messages.receive(each.visitor, client_id=uuid4(), body="0") for each in guests]
        connection.close()  # this thread's own; the test database could not be dropped else
        return [rows.conversation.id for rows in first]

    return await sync_to_async(begin)()


async def test_many_at_once_are_stored_in_the_order_of_each_conversation(
    store: GroupCommit,
) -> None:
    ids = await begun(3)
    sent = [say(ids[n % 3], str(n)) for n in range(600)]
    stored = await asyncio.gather(*[store.submit(each) for each in sent])
    assert {each.outcome for each in stored} == {Outcome.STORED}
    for place, id in enumerate(ids):
        bodies = [
            m
            async for m in Message.objects.filter(conversation=id)
            .order_by("seq")
            .values_list("body", "seq")
        ]
        assert bodies == [("0", 1)] + [(str(n), 2 + n // 3) for n in range(place, 600, 3)]


async def test_the_same_message_twice_in_flight_is_stored_once(store: GroupCommit) -> None:
    [id] = await begun()
    message = say(id, "一度だけ")
    first, second = await asyncio.gather(store.submit(message), store.submit(message))
    assert first == second
    assert await Message.objects.filter(client_id=message.client_id).acount() == 1


async def test_another_text_with_a_client_id_in_flight_is_refused(store: GroupCommit) -> None:
    [id] = await begun()
    message = say(id, "a")
    good, bad = store.submit(message), store.submit(say(id, "b", client_id=message.client_id))
    assert (await good).outcome is Outcome.STORED
    with pytest.raises(BodyChanged):
        await bad


async def test_a_bad_row_fails_alone(store: GroupCommit) -> None:
    ids = await begun(2)
    sent = [say(ids[0], "good"), say(ids[1], "bad\x00"), say(ids[0], "also good")]
    results = await asyncio.gather(*[store.submit(each) for each in sent], return_exceptions=True)
    assert [getattr(each, "outcome", type(each)) for each in results] == [
        Outcome.STORED,
        Unavailable,
        Outcome.STORED,
    ]


async def test_a_twin_committed_by_another_process_meanwhile_is_found(store: GroupCommit) -> None:
    [id] = await begun()
    message = say(id, "twin")
    other = GroupCommit()
    first, second = await asyncio.gather(store.submit(message), other.submit(message))
    await other.close()
    assert sorted([first.outcome, second.outcome]) == [Outcome.DUPLICATE, Outcome.STORED]
    assert first.message_id == second.message_id


async def test_i11_who_shares_a_batch_with_a_held_conversation_does_not_wait_for_it(
    store: GroupCommit,
) -> None:
    held, *others = await begun(4)
    holder = await psycopg.AsyncConnection.connect(database.conninfo())
    async with holder:
        await holder.execute("SELECT FROM talk_conversation WHERE id = %s FOR UPDATE", (held,))
        sent = [store.submit(say(id, "一緒に")) for id in (held, *others)]
        results = await asyncio.gather(*sent, return_exceptions=True)
        # The row is still held: nobody has waited for its end.
        assert [getattr(each, "outcome", type(each)) for each in results] == [
            Unavailable,
            *[Outcome.STORED] * 3,
        ]
        await holder.rollback()
    assert (await store.submit(say(held, "あとで"))).outcome is Outcome.STORED


async def test_f26_a_batch_that_loses_a_deadlock_is_stored_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody locks two conversations in the other order."""
    monkeypatch.setattr(group_commit, "LOCK_MS", 5_000)  # else whoever waits gives up as soon
    store = GroupCommit()
    first, second = sorted(await begun(2), key=str)
    holder = await psycopg.AsyncConnection.connect(database.conninfo())
    lock = "SELECT FROM talk_conversation WHERE id = %s FOR UPDATE"
    async with holder:
        await holder.execute("SET deadlock_timeout = '10s'")  # the batch finds it, and gives way
        await holder.execute(lock, (second,))
        sent = [store.submit(say(id, "一緒に")) for id in (first, second)]
        await asyncio.sleep(0.3)
        await holder.execute(lock, (first,))
        await holder.rollback()
        assert [(await each).outcome for each in sent] == [Outcome.STORED] * 2
    await store.close()
    await database.close()
