"""An outgoing message reaches its channel once, or says why not; no worker's death loses it."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from structlog.contextvars import get_contextvars

from talk import channels, queries, tasks
from talk.actions import deliveries, messages
from talk.channels import Permanent, Transient, Unconfirmed
from talk.errors import Conflict
from talk.models import Delivery, Event, Inbox, Message
from talk.protocol import RetryDelivery
from talk.rows import MessageRow
from talk.sockets import operator_commands
from tests.cast import Cast, actor

pytestmark = pytest.mark.django_db


class Channel:
    """A channel that does as it is told and remembers what it took."""

    def __init__(self) -> None:
        self.accepted: list[UUID] = []
        self.raises: Exception | None = None
        self.dies = False
        self.breaks_on: UUID | None = None

    def __call__(self, message_id: UUID) -> None:
        if self.dies:
            raise SystemExit
        if message_id == self.breaks_on:
            raise ZeroDivisionError
        if self.raises is not None:
            raise self.raises
        self.accepted.append(message_id)


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    channel = Channel()
    monkeypatch.setattr(channels, "_channels", {})
    channels.register("line", channel)
    return channel


@pytest.fixture
def message_id(cast: Cast) -> UUID:
    Inbox.objects.filter(id=cast.shop.id).update(kind="line")
    first = messages.receive(cast.guest().visitor, client_id=uuid4(), body="?").conversation
    return messages.send(
        actor(cast.oto), conversation_id=first.id, client_id=uuid4(), body="!"
    ).message.id


def state(message_id: UUID) -> tuple[str, str, int]:
    found = Delivery.objects.get(message_id=message_id)
    return found.state, found.reason, found.attempts


def test_the_sweeper_delivers_what_is_queued_once(channel: Channel, message_id: UUID) -> None:
    assert state(message_id) == ("queued", "", 0)
    tasks.sweep_deliveries()
    tasks.sweep_deliveries()
    assert channel.accepted == [message_id]
    assert state(message_id) == ("accepted", "", 1)


def test_the_worker_goes_by_the_id_that_the_sender_gave_to_the_message(
    monkeypatch: pytest.MonkeyPatch, message_id: UUID
) -> None:
    bound: list[str] = []
    monkeypatch.setattr(channels, "_channels", {})
    channels.register("line", lambda _: bound.append(get_contextvars()["request_id"]))
    tasks.sweep_deliveries()
    assert bound == [str(Message.objects.get(id=message_id).client_id)]
    assert "request_id" not in get_contextvars()


def test_a_passing_fault_is_tried_again_later_and_at_most_six_times(
    channel: Channel, message_id: UUID
) -> None:
    channel.raises = Transient("busy")
    tasks.sweep_deliveries()
    assert state(message_id) == ("queued", "busy", 1)
    tasks.sweep_deliveries()
    assert state(message_id) == ("queued", "busy", 1), "not due yet"
    for _ in range(deliveries.MOST_ATTEMPTS):
        Delivery.objects.filter(state="queued").update(due_at=timezone.now())
        tasks.sweep_deliveries()
    assert state(message_id) == ("failed", "busy", deliveries.MOST_ATTEMPTS)


def test_a_refusal_is_final_and_says_why(channel: Channel, message_id: UUID) -> None:
    channel.raises = Permanent("blocked by the customer")
    tasks.sweep_deliveries()
    assert state(message_id) == ("failed", "blocked by the customer", 1)


def test_what_nobody_can_confirm_is_not_sent_again(channel: Channel, message_id: UUID) -> None:
    channel.raises = Unconfirmed("no answer")
    tasks.sweep_deliveries()
    channel.raises = None
    tasks.sweep_deliveries()
    assert (state(message_id)[0], channel.accepted) == ("unknown", [])


def test_a_lost_workers_message_is_found_again(channel: Channel, message_id: UUID) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(state="sending", attempts=1, leased_until=past)
    tasks.sweep_deliveries()
    assert channel.accepted == [message_id]


def lose_lease() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(state="sending").update(leased_until=past)


def test_a_message_whose_worker_dies_each_time_is_unconfirmed_for_all_to_see(
    cast: Cast, channel: Channel, message_id: UUID
) -> None:
    channel.dies = True
    for attempt in range(1, deliveries.MOST_LOST + 1):
        with pytest.raises(SystemExit):
            tasks.sweep_deliveries()
        assert state(message_id) == ("sending", "", attempt)
        lose_lease()
    tasks.sweep_deliveries()
    assert state(message_id) == ("unknown", "lost_workers", deliveries.MOST_LOST)
    assert told_states(message_id) == ["sending"] * deliveries.MOST_LOST + ["unknown"]
    tasks.sweep_deliveries()
    assert state(message_id)[2] == deliveries.MOST_LOST


def test_refusals_do_not_count_as_lost_workers(channel: Channel, message_id: UUID) -> None:
    channel.raises = Transient("busy")
    for _ in range(4):
        Delivery.objects.filter(state="queued").update(due_at=timezone.now())
        tasks.sweep_deliveries()
    Delivery.objects.filter(state="queued").update(due_at=timezone.now())
    channel.dies = True
    with pytest.raises(SystemExit):
        tasks.sweep_deliveries()
    lose_lease()
    channel.dies, channel.raises = False, None
    tasks.sweep_deliveries()
    assert state(message_id) == ("accepted", "", 6)
    assert Delivery.objects.get(message_id=message_id).lost == 1


def test_a_worker_that_comes_back_late_does_not_settle_what_another_holds(
    cast: Cast, channel: Channel, message_id: UUID
) -> None:
    late = deliveries._lease(message_id)
    lose_lease()
    assert late is not None
    Delivery.objects.update(state="failed", attempts=2)
    deliveries.retry(actor(cast.oto), message_id=message_id)
    holder = deliveries._lease(message_id)
    assert holder is not None
    assert (late.attempts, holder.attempts) == (1, 1)
    deliveries.mark_failed(late, reason="too late", permanent=True)
    assert state(message_id) == ("sending", "", 1)
    deliveries.mark_failed(holder, reason="blocked", permanent=True)
    assert state(message_id) == ("failed", "blocked", 1)


def test_a_channel_that_breaks_on_one_message_still_gets_the_others(
    cast: Cast, channel: Channel, message_id: UUID
) -> None:
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    conversation_id = Message.objects.get(id=message_id).conversation_id
    sent = messages.send(
        actor(cast.oto), conversation_id=conversation_id, client_id=uuid4(), body="!!"
    )
    channel.breaks_on = message_id
    tasks.sweep_deliveries()
    assert channel.accepted == [sent.message.id]
    assert state(message_id) == ("sending", "", 1)


def test_it_is_told_when_a_message_is_on_its_way(channel: Channel, message_id: UUID) -> None:
    tasks.sweep_deliveries()
    assert told_states(message_id) == ["sending", "accepted"]


def told_states(message_id: UUID) -> list[str]:
    """Return the states that `message.changed` has told, in order."""
    events = Event.objects.filter(kind="message.changed").order_by("id")
    rows = [event.rows["message"] for event in events]
    return [row["delivery"]["state"] for row in rows if row["id"] == str(message_id)]


def test_a_message_that_a_worker_holds_is_left_alone(channel: Channel, message_id: UUID) -> None:
    ahead = timezone.now() + timedelta(seconds=30)
    Delivery.objects.update(state="sending", attempts=1, leased_until=ahead)
    tasks.sweep_deliveries()
    deliveries.deliver(message_id)
    assert channel.accepted == []


def test_the_ticks_follow_as_changes_of_the_conversation(
    cast: Cast, channel: Channel, message_id: UUID
) -> None:
    tasks.sweep_deliveries()
    [row] = queries.conversation_rows(actor(cast.oto)).results
    thread = queries.thread(actor(cast.oto), row.id)
    sent = thread.messages[-1]
    assert sent.delivery is not None
    assert (sent.delivery.state, sent.version) == ("accepted", thread.version)


def test_an_operator_may_ask_again_for_what_failed_only(
    cast: Cast, channel: Channel, message_id: UUID
) -> None:
    channel.raises = Permanent("blocked")
    tasks.sweep_deliveries()
    channel.raises = None
    row = deliveries.retry(actor(cast.oto), message_id=message_id)
    assert row.delivery is not None
    assert row.delivery.state == "queued"
    tasks.sweep_deliveries()
    assert channel.accepted == [message_id]
    with pytest.raises(Conflict):
        deliveries.retry(actor(cast.oto), message_id=message_id)


def test_a_kind_without_a_channel_fails_visibly(
    message_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "_channels", {})
    tasks.sweep_deliveries()
    assert state(message_id)[:2] == ("failed", "no_channel: line")


def test_a_retry_on_the_socket_is_answered_with_the_message(
    cast: Cast, channel: Channel, message_id: UUID
) -> None:
    channel.raises = Permanent("blocked")
    tasks.sweep_deliveries()
    command = RetryDelivery(id="1", message_id=message_id)
    answer = json.loads(operator_commands.retry_delivery(actor(cast.oto), command))
    assert set(answer) == {"message"}
    assert set(answer["message"]) == set(MessageRow.__struct_fields__)
    assert answer["message"]["delivery"]["state"] == "queued"
