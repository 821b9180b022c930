"""What was known at a message: by what had come in until then, of who the customer was then."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from customers import partitions
from customers.actions.erase import erase_customer
from customers.actions.merges import move_profiles, undo_merge
from customers.client import ClientFacts
from customers.ingest import record
from customers.models import Profile
from talk.actions import messages
from talk.errors import Forbidden, NotFound
from talk.masking import Visibility
from talk.models import FieldRule, Message
from talk.policy import actor_of_operator
from talk.queries.then import Then, then
from tests.cast import Cast, Guest, actor

pytestmark = pytest.mark.django_db


def act(guest: Guest, kind: str, **fields: Any) -> None:
    at = datetime.now(UTC).isoformat()
    told = {"id": str(uuid4()), "kind": kind, "at": at, **fields}
    [outcome] = record(guest.visitor.profile_id, [told], client=ClientFacts())
    assert outcome.dropped is None


def look(guest: Guest, title: str) -> None:
    act(guest, "page", url=f"https://shop.example/{title}", title=title)


def fill(guest: Guest, *items: str) -> None:
    lines = [{"item_id": item, "name": item, "price": 100} for item in items]
    act(guest, "cart", props={"items": lines, "status": bool(items)})


def say(guest: Guest, body: str) -> Any:
    """Each statement of a test lies in one transaction: `now()` does not move in it."""
    stored = messages.receive(guest.visitor, client_id=uuid4(), body=body)
    own = Message.objects.filter(id=stored.message.id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE talk_message SET created_at = clock_timestamp() WHERE id = %s",
            [stored.message.id],
        )
    return own.get().id


def known(told: Then) -> tuple[str, list[str], list[str]]:
    """Return the page they were on, the trail and the cart."""
    assert told.context is not None
    data = told.context.data
    cart = data["shopping"]["cart"]
    lines = [line["item_id"] for line in cart["lines"]] if cart else []
    return (data["page"] or {}).get("title", ""), [p["title"] for p in data["pages"]], lines


def test_what_came_later_is_not_known_then(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    look(guest, "棚")
    fill(guest, "茶")
    first = say(guest, "一")
    look(guest, "会計")
    fill(guest)
    second = say(guest, "二")
    assert known(then(me, first)) == ("棚", ["棚"], ["茶"])
    assert known(then(me, second)) == ("会計", ["会計", "棚"], [])


def test_what_came_in_late_was_not_known_then(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    look(guest, "棚")
    first = say(guest, "一")
    at = Message.objects.get(id=first).created_at - timedelta(seconds=1)
    told = {
        "id": str(uuid4()),
        "kind": "page",
        "at": at.isoformat(),
        "url": "https://shop.example/late",
        "title": "遅れた",
    }
    record(guest.visitor.profile_id, [told], client=ClientFacts())
    assert known(then(me, first)) == ("棚", ["棚"], [])


def test_another_browser_that_was_joined_later_was_somebody_else(cast: Cast) -> None:
    mine, other, me = cast.guest(), cast.guest(), actor(cast.oto)
    look(mine, "私")
    look(other, "別")
    first, foreign = say(mine, "一"), say(other, "二")
    merge = move_profiles(
        [other.visitor.profile_id], winner_id=mine.visitor.customer_id, reason="1", actor="aoi"
    )
    together = say(mine, "三")
    assert known(then(me, first))[1] == ["私"]
    assert known(then(me, foreign))[1] == ["別"]
    assert sorted(known(then(me, together))[1]) == sorted(["私", "別"])
    undo_merge(merge.id, actor="aoi")
    parted = say(mine, "四")
    assert known(then(me, first))[1] == ["私"]
    assert known(then(me, foreign))[1] == ["別"]
    assert known(then(me, parted))[1] == ["私"]
    # They were one when it was written, whatever has been found out since.
    assert sorted(known(then(me, together))[1]) == sorted(["私", "別"])


def test_who_was_joined_through_another_and_parted_since_was_known_then(cast: Cast) -> None:
    one, two, three = cast.guest(), cast.guest(), cast.guest()
    for guest, title in ((one, "一"), (two, "二"), (three, "三")):
        look(guest, title)
    merges = [
        move_profiles([two.visitor.profile_id], winner_id=_owner(one), reason="1", actor="aoi")
    ]
    before = say(one, "before")
    both = [one.visitor.profile_id, two.visitor.profile_id]
    merges.append(move_profiles(both, winner_id=_owner(three), reason="2", actor="aoi"))
    together = say(one, "together")
    for merge in reversed(merges):
        undo_merge(merge.id, actor="aoi")
    me = actor(cast.oto)
    assert sorted(known(then(me, together))[1]) == ["一", "三", "二"]
    assert sorted(known(then(me, before))[1]) == ["一", "二"]
    assert known(then(me, say(one, "after")))[1] == ["一"]


def _owner(guest: Guest) -> UUID:
    return Profile.objects.get(id=guest.visitor.profile_id).customer_id


def test_of_a_time_whose_activities_are_gone_nothing_is_known(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    look(guest, "棚")
    first = say(guest, "一")
    assert then(me, first).is_known
    kept = partitions.oldest("customers_activity")
    assert kept is not None
    Message.objects.filter(id=first).update(created_at=kept - timedelta(seconds=1))
    told = then(me, first)
    assert (told.is_known, told.context, told.since) == (False, None, kept)


def test_it_is_for_who_sees_the_conversation_and_may_read_customers(cast: Cast) -> None:
    first = say(cast.guest(), "一")
    assert then(actor(cast.oto), first).is_known
    for foreign in (first, uuid4()):
        with pytest.raises(NotFound):
            then(actor(cast.ren), foreign)
    narrow = actor_of_operator(cast.oto, scopes=frozenset({"conversation.read"}))
    with pytest.raises(Forbidden):
        then(narrow, first)


def test_it_costs_five_statements(cast: Cast, django_assert_num_queries: Any) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    look(guest, "棚")
    first = say(guest, "一")
    with django_assert_num_queries(5):
        then(me, first)


def test_of_an_erased_customer_nothing_is_known_then(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    look(guest, "棚")
    first = say(guest, "一")
    assert then(me, first).is_known
    erase_customer(actor(cast.aoi).who, guest.visitor.customer_id, reason="asked")
    told = then(me, first)
    assert (told.is_known, told.context) == (False, None)


def test_what_is_masked_now_is_not_told_of_then_either(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    look(guest, "棚")
    fill(guest, "茶")
    first = say(guest, "一")
    assert known(then(me, first)) == ("棚", ["棚"], ["茶"])
    for key in ("context.pages", "context.cart"):
        FieldRule.objects.create(key=key, visibility=Visibility.SECRET)
    assert known(then(actor(cast.oto), first)) == ("", [], [])
