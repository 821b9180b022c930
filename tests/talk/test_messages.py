"""A message is stored once, in its place, with its event, whoever wrote it."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import connection
from django.utils import timezone

from customers.models import Profile
from talk import queries, store
from talk.actions import conversations, messages
from talk.errors import BodyChanged, Invalid, NotFound
from talk.models import Conversation, Delivery, Event, Message
from talk.policy import Visitor
from talk.store import NewMessage, Outcome
from tests.cast import Cast, Guest, actor

pytestmark = pytest.mark.django_db


def write(guest: Guest, body: str, client_id: UUID | None = None) -> store.StoredRows:
    return messages.receive(guest.visitor, client_id=client_id or uuid4(), body=body)


def test_the_first_words_begin_a_conversation(cast: Cast) -> None:
    rows = write(cast.guest(), "はじめまして")
    assert (rows.message.seq, rows.message.version, rows.message.body) == (1, 2, "はじめまして")
    assert (rows.conversation.status, rows.conversation.version) == ("open", 2)
    assert rows.conversation.preview == "はじめまして"
    assert rows.conversation.waiting_since is not None
    own = Event.objects.filter(conversation_id=rows.conversation.id)
    kinds = own.order_by("id").values_list("kind", "version")
    assert list(kinds) == [
        ("conversation.created", 1),
        ("context.changed", 1),
        ("message.created", 2),
    ]
    context = own.get(kind="context.changed").rows["context"]
    assert context["data"]["inquiries"]["count"] == 1


def test_a_repeat_with_the_same_client_id_stores_once(cast: Cast) -> None:
    guest, client_id = cast.guest(), uuid4()
    first = write(guest, "返品したい", client_id)
    assert write(guest, "返品したい", client_id) == first
    assert Message.objects.count() == 1


def test_i9_the_same_client_id_with_another_text_is_refused_and_stores_nothing(cast: Cast) -> None:
    guest, client_id = cast.guest(), uuid4()
    write(guest, "返品したい", client_id)
    with pytest.raises(BodyChanged):
        write(guest, "交換したい", client_id)
    assert list(Message.objects.values_list("body", flat=True)) == ["返品したい"]


def test_the_row_in_the_event_equals_the_row_fetched_later(cast: Cast) -> None:
    guest = cast.guest()
    write(guest, "送料は？")
    conversation = Conversation.objects.get()
    messages.send(
        actor(cast.oto), conversation_id=conversation.id, client_id=uuid4(), body="無料です"
    )
    thread = queries.thread(actor(cast.oto), conversation.id)
    event = Event.objects.filter(kind="message.created").order_by("-id")[0]
    told = msgspec.convert(event.rows, store.StoredRows)
    assert told.message == thread.messages[-1]
    assert told.conversation == thread.conversation


def test_an_answer_ends_the_waiting_and_is_accepted_on_the_web(cast: Cast) -> None:
    first = write(cast.guest(), "まだですか")
    rows = messages.send(
        actor(cast.oto),
        conversation_id=first.conversation.id,
        client_id=uuid4(),
        body="発送済みです",
    )
    assert rows.conversation.waiting_since is None
    assert rows.conversation.operator_read_seq == 2
    assert rows.message.delivery is not None
    assert rows.message.delivery.state == Delivery.State.ACCEPTED
    assert rows.message.author_name == "oto"


def test_an_operator_of_another_team_finds_nothing(cast: Cast) -> None:
    first = write(cast.guest(), "こんにちは")
    with pytest.raises(NotFound):
        messages.send(
            actor(cast.ren), conversation_id=first.conversation.id, client_id=uuid4(), body="x"
        )
    assert messages.send(
        actor(cast.sumire), conversation_id=first.conversation.id, client_id=uuid4(), body="x"
    )


@pytest.mark.parametrize("status", ["pending", "snoozed", "resolved"])
def test_a_customers_message_opens_the_conversation_again(cast: Cast, status: str) -> None:
    guest = cast.guest()
    first = write(guest, "1").conversation
    conversations.set_status(
        actor(cast.oto), conversation_id=first.id, version=first.version, status=status
    )
    again = write(guest, "2").conversation
    assert (again.id, again.status, again.resolved_at) == (first.id, "open", None)


def test_after_the_window_a_new_conversation_begins_beside_the_old(cast: Cast) -> None:
    guest = cast.guest()
    first = write(guest, "1").conversation
    conversations.set_status(
        actor(cast.oto), conversation_id=first.id, version=first.version, status="resolved"
    )
    _resolve_earlier(first.id, days=6)
    assert write(guest, "2").conversation.id == first.id
    row = queries.conversation_row(actor(cast.oto), first.id)
    conversations.set_status(
        actor(cast.oto), conversation_id=first.id, version=row.version, status="resolved"
    )
    _resolve_earlier(first.id, days=8)
    second = write(guest, "3").conversation
    assert second.id != first.id
    assert queries.conversation_row(actor(cast.oto), first.id).status == "resolved"


def end_for_good(cast: Cast, conversation_id: UUID) -> None:
    row = queries.conversation_row(actor(cast.oto), conversation_id)
    conversations.set_status(
        actor(cast.oto), conversation_id=row.id, version=row.version, status="resolved"
    )
    _resolve_earlier(row.id, days=8)


def test_a_repeat_after_the_window_is_known_and_begins_nothing(cast: Cast) -> None:
    guest, client_id = cast.guest(), uuid4()
    first = write(guest, "届きません", client_id)
    end_for_good(cast, first.conversation.id)
    assert write(guest, "届きません", client_id).message == first.message
    with pytest.raises(BodyChanged):
        write(guest, "届きました", client_id)
    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


def test_a_repeat_is_known_when_another_conversation_has_begun(cast: Cast) -> None:
    guest, client_id = cast.guest(), uuid4()
    first = write(guest, "届きません", client_id)
    end_for_good(cast, first.conversation.id)
    second = write(guest, "別件です").conversation
    assert second.id != first.conversation.id
    assert write(guest, "届きません", client_id).message == first.message
    # As a socket hands it over, which knows the present conversation only.
    late = NewMessage(
        conversation_id=second.id, sender="customer", client_id=client_id, body="届きません"
    )
    changed = msgspec.structs.replace(late, id=uuid4(), body="届きました")
    stored = store.write([late, changed])
    assert [(each.outcome, each.message_id) for each in stored] == [
        (Outcome.DUPLICATE, first.message.id),
        (Outcome.CONFLICT, first.message.id),
    ]
    assert Message.objects.count() == 2


def test_a_repeat_is_known_from_another_browser_of_the_same_customer(cast: Cast) -> None:
    guest, client_id = cast.guest(), uuid4()
    first = write(guest, "届きません", client_id)
    other = Profile.objects.create(customer_id=guest.visitor.customer_id)
    visitor = Visitor(other.id, guest.visitor.customer_id, guest.inbox.id)
    second = messages.receive(visitor, client_id=uuid4(), body="別の端末です").conversation
    assert second.id != first.conversation.id
    again = NewMessage(
        conversation_id=second.id, sender="customer", client_id=client_id, body="届きません"
    )
    assert [(each.outcome, each.message_id) for each in store.write([again])] == [
        (Outcome.DUPLICATE, first.message.id)
    ]


def test_the_same_client_id_of_others_is_none_of_theirs(cast: Cast) -> None:
    """Of another visitor, in another inbox, or of an operator in another conversation."""
    guest, client_id = cast.guest(), uuid4()
    first = write(guest, "一", client_id).conversation
    other = write(cast.guest(), "二", client_id).conversation
    elsewhere = Visitor(guest.visitor.profile_id, guest.visitor.customer_id, cast.salon.id)
    messages.receive(elsewhere, client_id=client_id, body="三")
    for id in (first.id, other.id):
        messages.send(actor(cast.oto), conversation_id=id, client_id=client_id, body="四")
    assert Message.objects.count() == 5


def test_the_store_itself_refuses_what_was_resolved_too_long_ago(cast: Cast) -> None:
    guest = cast.guest()
    first = write(guest, "1").conversation
    Conversation.objects.filter(id=first.id).update(
        status="resolved", resolved_at=timezone.now() - timedelta(days=8)
    )
    late = NewMessage(conversation_id=first.id, sender="customer", client_id=uuid4(), body="2")
    assert [each.outcome for each in store.write([late])] == [Outcome.EXPIRED]
    assert Message.objects.count() == 1


def test_a_batch_gives_each_conversation_dense_places(cast: Cast) -> None:
    guests = [cast.guest() for _ in range(3)]
    ids = [write(guest, "0").conversation.id for guest in guests]
    batch = [
        NewMessage(conversation_id=ids[n % 3], sender="customer", client_id=uuid4(), body=str(n))
        for n in range(9)
    ]
    assert {each.outcome for each in store.write(batch)} == {Outcome.STORED}
    for id in ids:
        places = list(
            Message.objects.filter(conversation=id).order_by("seq").values_list("seq", "version")
        )
        assert places == [(n, n + 1) for n in range(1, 5)]
        assert Conversation.objects.values_list("version", "last_seq").get(id=id) == (5, 4)


def test_one_batch_may_hold_new_known_conflicting_and_lost_messages(cast: Cast) -> None:
    id, known = write(cast.guest(), "0").conversation.id, uuid4()
    first = NewMessage(conversation_id=id, sender="customer", client_id=known, body="a")
    store.write([first])
    twin = NewMessage(conversation_id=id, sender="customer", client_id=known, body="a")
    other = NewMessage(
        conversation_id=id, sender="operator", client_id=known, body="b", operator_id=cast.oto.id
    )
    changed = NewMessage(conversation_id=id, sender="customer", client_id=known, body="c")
    lost = NewMessage(conversation_id=uuid4(), sender="customer", client_id=uuid4(), body="d")
    outcomes = [each.outcome for each in store.write([lost, changed, other, twin])]
    assert outcomes == [Outcome.MISSING, Outcome.CONFLICT, Outcome.STORED, Outcome.DUPLICATE]


@pytest.mark.parametrize("body", ["", "  \n", "a\x00b", "\ud800"])
def test_text_that_is_none_or_cannot_be_kept_is_named(cast: Cast, body: str) -> None:
    with pytest.raises(Invalid) as refused:
        write(cast.guest(), body)
    assert refused.value.field == "body"
    assert not Message.objects.exists()


def test_a_message_is_one_statement(cast: Cast, django_assert_num_queries: object) -> None:
    id = write(cast.guest(), "0").conversation.id
    message = NewMessage(conversation_id=id, sender="customer", client_id=uuid4(), body="1")
    with connection.execute_wrapper(_count := _Counter()):
        store.write([message])
    assert [sql.split()[0] for sql in _count.statements] == ["WITH"]


class _Counter:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: object, sql: str, *args: object) -> object:
        if "SAVEPOINT" not in sql:
            self.statements.append(sql)
        return execute(sql, *args)  # type: ignore[operator]


def _resolve_earlier(conversation_id: UUID, *, days: int) -> None:
    Conversation.objects.filter(id=conversation_id).update(
        resolved_at=timezone.now() - timedelta(days=days)
    )
