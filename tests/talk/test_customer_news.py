"""Conversations follow their customers: whose they are, what they are called, in which order."""

import uuid
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.actions.merges import move_profiles
from customers.actions.traits import tell_traits
from talk.actions import messages
from talk.models import Conversation, Event
from talk.queries.customers import customers
from tests.cast import Cast, Guest, actor
from tests.customers.watching import in_its_own_connection, wait_for_a_lock

pytestmark = pytest.mark.django_db


def say(guest: Guest, body: str) -> Conversation:
    rows = messages.receive(guest.visitor, client_id=uuid.uuid4(), body=body)
    return Conversation.objects.get(id=rows.conversation.id)


def test_a_name_is_told_of_each_conversation_once(cast: Cast) -> None:
    guest = cast.guest()
    first = say(guest, "一")
    Conversation.objects.update(status="resolved", resolved_at="2026-01-01T00:00:00Z")
    second = say(guest, "二")
    tell_traits(guest.visitor.profile_id, {"name": "花子"}, source="site")
    told = Event.objects.filter(kind="conversation.changed").order_by("id")
    assert [event.conversation_id for event in told] == [first.id, second.id]
    assert {event.rows["conversation"]["name"] for event in told} == {"花子"}
    for conversation in (first, second):
        version = conversation.version
        conversation.refresh_from_db()
        assert conversation.version == version + 1


def test_a_merge_of_who_has_written_often_costs_no_more_statements(cast: Cast) -> None:
    """Everybody who identifies waits for it."""
    winner, often, once = cast.guest(), cast.guest(), cast.guest()
    say(once, "一")
    for text in "二三四五":
        say(often, text)
        Conversation.objects.update(status="resolved", resolved_at="2026-01-01T00:00:00Z")
    counts = []
    for guest in (once, often):
        with CaptureQueriesContext(connection) as merging:
            ids = [guest.visitor.profile_id]
            move_profiles(ids, winner_id=winner.visitor.customer_id, reason="1", actor="aoi")
        counts.append(len(merging))
    own = Conversation.objects.filter(customer_id=winner.visitor.customer_id)
    told = Event.objects.filter(kind="conversation.changed", conversation_id__in=own.values("id"))
    assert counts[0] == counts[1]
    assert (own.count(), told.values("conversation_id").distinct().count()) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_a_merge_locks_all_conversations_in_the_order_of_their_ids(cast: Cast) -> None:
    """Who stores messages does so too: in another order the two would wait for each other."""
    winner, loser = cast.guest(), cast.guest()
    earlier, later = say(winner, "先"), say(loser, "後")
    tell_traits(loser.visitor.profile_id, {"name": "花子"}, source="site")
    customer_id = winner.visitor.customer_id

    def merge() -> None:
        ids = [loser.visitor.profile_id]
        move_profiles(ids, winner_id=customer_id, reason="1", actor="aoi")

    merging = Thread(target=in_its_own_connection, args=[merge])
    locked = Conversation.objects.select_for_update
    with transaction.atomic():
        locked().get(id=earlier.id)
        merging.start()
        wait_for_a_lock()
        locked(nowait=True).get(id=later.id)
    merging.join()
    owners = set(Conversation.objects.values_list("customer_id", flat=True))
    assert owners == {customer_id}


def test_a_customer_who_was_joined_with_another_is_not_listed(cast: Cast) -> None:
    winner, loser = cast.guest(), cast.guest()
    ids = [loser.visitor.profile_id]
    move_profiles(ids, winner_id=winner.visitor.customer_id, reason="1", actor="aoi")
    shown = [row.id for row in customers(actor(cast.aoi)).results]
    assert shown == [winner.visitor.customer_id]
