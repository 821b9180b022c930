"""Nobody writes into the conversation of a customer who was erased, not even at the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from customers.actions import erase
from talk import queries, store
from talk.actions import conversations, deliveries, messages, notes
from talk.errors import Erased, NotFound
from talk.models import Conversation, Event, Message
from talk.rows import ConversationRow
from talk.store import NewMessage, Outcome, Stored
from tests.cast import Cast, Guest, actor
from tests.clients import browser


def begin(guest: Guest) -> ConversationRow:
    return messages.receive(guest.visitor, client_id=uuid4(), body="hello").conversation


def erase_customer(cast: Cast, guest: Guest) -> None:
    erase.erase_customer(actor(cast.aoi).who, guest.visitor.customer_id, reason="asked")


@pytest.mark.django_db
def test_nothing_is_written_or_changed_there_and_the_reason_is_said(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    row = begin(guest)
    sent = messages.send(me, conversation_id=row.id, client_id=uuid4(), body="a").message
    erase_customer(cast, guest)
    now = queries.conversation_row(me, row.id)
    attempts: list[Callable[[], object]] = [
        lambda: messages.send(me, conversation_id=row.id, client_id=uuid4(), body="b"),
        lambda: notes.add(me, conversation_id=row.id, client_id=uuid4(), body="c"),
        lambda: conversations.set_status(
            me, conversation_id=row.id, version=now.version, status="open"
        ),
        lambda: conversations.assign(
            me, conversation_id=row.id, version=now.version, assignee_id=None, team_id=None
        ),
        lambda: deliveries.retry(me, message_id=sent.id),
    ]
    for attempt in attempts:
        with pytest.raises(Erased):
            attempt()
    with pytest.raises(NotFound):
        begin(guest)
    assert queries.conversation_row(me, row.id) == now
    path = f"/api/v1/conversations/{row.id}/messages"
    told = browser(cast.oto).post(
        path, {"client_id": str(uuid4()), "body": "b"}, content_type="application/json"
    )
    assert (told.status_code, told.json()["code"]) == (409, "customer_erased")


@pytest.mark.django_db
def test_consoles_are_told_at_once_that_it_is_closed(cast: Cast) -> None:
    guest = cast.guest()
    row = begin(guest)
    assert row.erased_at is None
    erase_customer(cast, guest)
    told = Event.objects.filter(conversation_id=row.id, kind="conversation.changed").latest("id")
    assert told.rows["conversation"]["erased_at"] is not None
    shown = queries.thread(actor(cast.oto), row.id).conversation
    assert told.rows["conversation"]["erased_at"] == shown.erased_at


@pytest.mark.django_db
def test_a_repeat_of_what_was_stored_before_is_still_known(cast: Cast) -> None:
    guest, me, client_id = cast.guest(), actor(cast.oto), uuid4()
    row = begin(guest)
    first = messages.send(me, conversation_id=row.id, client_id=client_id, body="a")
    erase_customer(cast, guest)
    again = messages.send(me, conversation_id=row.id, client_id=client_id, body="a")
    assert again.message.id == first.message.id


def answer(cast: Cast, id: UUID) -> list[Stored]:
    """As the hot path does: without a look at the conversation before."""
    message = NewMessage(
        conversation_id=id,
        sender="operator",
        operator_id=cast.oto.id,
        client_id=uuid4(),
        body="late words",
    )
    return store.write([message])


def ended(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connection.close()


def until_it_waits(future: "Future[Any]") -> None:
    """Until a statement waits for a lock that another holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        assert not future.done()
        time.sleep(0.05)
    raise AssertionError("Nothing waits")


@pytest.mark.django_db(transaction=True)
def test_a_message_that_waits_for_the_erasure_finds_the_mark(cast: Cast) -> None:
    guest = cast.guest()
    id, _ = begin(guest).id, cast.oto
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            erase_customer(cast, guest)
            waiting = other.submit(ended, lambda: answer(cast, id))
            until_it_waits(waiting)
        [stored] = waiting.result(timeout=10)
    assert stored.outcome is Outcome.ERASED
    assert not Message.objects.filter(body="late words").exists()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_waits_for_a_message_takes_it_away(cast: Cast) -> None:
    guest = cast.guest()
    id, _ = begin(guest).id, cast.aoi
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            [stored] = answer(cast, id)
            waiting = other.submit(ended, lambda: erase_customer(cast, guest))
            until_it_waits(waiting)
        waiting.result(timeout=10)
    assert stored.outcome is Outcome.STORED
    [erasure] = erase.unfinished()
    erase.carry_on(erasure)
    assert set(Message.objects.values_list("body", flat=True)) == {""}
    assert Conversation.objects.get(id=id).erased_at is not None
