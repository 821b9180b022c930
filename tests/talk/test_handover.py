"""A conversation that goes on in another inbox."""

from uuid import uuid4

import pytest

from customers.actions.merges import move_profiles, undo_merge
from customers.actions.people import create_visitor_profile
from customers.models import Profile
from talk import queries
from talk.actions import conversations, handover, messages
from talk.actions.access import visitor_of
from talk.errors import NotFound
from talk.models import Conversation, Event, Note
from talk.policy import Visitor
from talk.queries.visitors import visitor_history
from tests.cast import Cast, Guest, actor

pytestmark = pytest.mark.django_db


def same_person(guest: Guest) -> Profile:
    """Another profile of the guest's customer."""
    profile = create_visitor_profile()
    move_profiles([profile.id], winner_id=guest.visitor.customer_id, reason="x", actor="x")
    profile.refresh_from_db()
    return profile


def written(guest: Guest, body: str = "hello") -> Conversation:
    stored = messages.receive(guest.visitor, client_id=uuid4(), body=body)
    return Conversation.objects.get(id=stored.conversation.id)


def at(profile: Profile, cast: Cast) -> Visitor:
    return visitor_of(profile, cast.salon.id)


def test_the_thread_goes_on_in_the_other_inbox_with_all_that_was_said(cast: Cast) -> None:
    guest, other = cast.guest(), cast.salon
    talk = written(guest)
    profile = same_person(guest)
    before = Event.objects.count()
    goes_on = handover.hand_over(talk.id, inbox_id=other.id, profile_id=profile.id)
    assert goes_on == talk.id
    moved = Conversation.objects.get(id=talk.id)
    assert (moved.inbox_id, moved.profile_id, moved.status) == (other.id, profile.id, "open")
    assert (moved.waiting_since, moved.last_seq) == (talk.waiting_since, talk.last_seq)
    stored = messages.receive(at(profile, cast), client_id=uuid4(), body="and on")
    assert (stored.conversation.id, stored.message.seq) == (talk.id, 2)
    told = Event.objects.order_by("id")[before:]
    places = [(event.inbox_id, event.rows["conversation"]["status"]) for event in told[:2]]
    assert places == [(guest.inbox.id, "resolved"), (other.id, "open")]
    note = Note.objects.get(conversation=talk)
    came_from = str(guest.visitor.profile_id)
    named = {"from": "shop", "to": "salon", "profile_id": came_from}
    assert note.data == {"code": "handed_over", **named}


def test_what_is_said_goes_on_in_the_thread_that_came_not_in_a_younger_one_that_is_over(
    cast: Cast,
) -> None:
    guest = cast.guest()
    talk, profile = written(guest), same_person(guest)
    over = messages.receive(at(profile, cast), client_id=uuid4(), body="before").conversation
    conversations.set_status(
        actor(cast.aoi), conversation_id=over.id, version=over.version, status="resolved"
    )
    handover.hand_over(talk.id, inbox_id=cast.salon.id, profile_id=profile.id)
    stored = messages.receive(at(profile, cast), client_id=uuid4(), body="and on")
    assert stored.conversation.id == talk.id
    assert Conversation.objects.get(id=over.id).status == "resolved"


def test_who_sees_the_old_inbox_alone_sees_it_no_more_and_comes_back_anew(cast: Cast) -> None:
    guest = cast.guest()
    oto, ren = cast.oto, cast.ren
    talk = written(guest)
    row = queries.conversation_row(actor(oto), talk.id)
    conversations.assign(
        actor(oto), conversation_id=talk.id, version=row.version, assignee_id=oto.id, team_id=None
    )
    for operator in (oto, ren):
        operator.refresh_from_db()
    version = {operator.name: operator.access_version for operator in (oto, ren)}
    profile = same_person(guest)
    handover.hand_over(talk.id, inbox_id=cast.salon.id, profile_id=profile.id)
    with pytest.raises(NotFound):
        queries.conversation_row(actor(oto), talk.id)
    assert queries.conversation_row(actor(ren), talk.id).assignee_id is None
    for operator in (oto, ren):
        operator.refresh_from_db()
    moved = {"oto": version["oto"] + 1, "ren": version["ren"]}
    assert {operator.name: operator.access_version for operator in (oto, ren)} == moved


def test_the_website_shows_nothing_of_what_goes_on_elsewhere(cast: Cast) -> None:
    guest = cast.guest()
    talk = written(guest)
    assert [row.id for row in visitor_history(guest.visitor).conversations] == [talk.id]
    profile = same_person(guest)
    handover.hand_over(talk.id, inbox_id=cast.salon.id, profile_id=profile.id)
    assert visitor_history(guest.visitor).conversations == []
    again = written(guest, "from the site")
    assert again.id != talk.id
    assert (again.inbox_id, again.status) == (guest.inbox.id, "open")


def test_one_that_is_open_there_already_goes_on_and_each_names_the_other(cast: Cast) -> None:
    guest = cast.guest()
    talk, profile = written(guest), same_person(guest)
    there = messages.receive(at(profile, cast), client_id=uuid4(), body="here").conversation
    goes_on = handover.hand_over(talk.id, inbox_id=cast.salon.id, profile_id=profile.id)
    assert goes_on == there.id
    talk.refresh_from_db()
    assert (talk.inbox_id, talk.status) == (guest.inbox.id, "resolved")
    codes = {note.conversation_id: note.data["code"] for note in Note.objects.all()}
    assert codes == {talk.id: "to_channel", there.id: "from_web"}


def test_repeating_it_changes_nothing(cast: Cast) -> None:
    guest = cast.guest()
    talk, profile = written(guest), same_person(guest)
    for _ in range(2):
        handover.hand_over(talk.id, inbox_id=cast.salon.id, profile_id=profile.id)
    assert Note.objects.filter(conversation=talk).count() == 1


def test_when_the_two_are_parted_the_thread_goes_back_to_whom_it_came_from(cast: Cast) -> None:
    guest, profile = cast.guest(), create_visitor_profile()
    talk = written(guest)
    log = move_profiles([profile.id], winner_id=guest.visitor.customer_id, reason="x", actor="x")
    profile.refresh_from_db()
    handover.hand_over(talk.id, inbox_id=cast.salon.id, profile_id=profile.id)
    messages.receive(at(profile, cast), client_id=uuid4(), body="and on")
    undo_merge(log.id, actor="x")
    back = Conversation.objects.get(id=talk.id)
    first = (guest.visitor.profile_id, guest.visitor.customer_id, "resolved")
    assert (back.profile_id, back.customer_id, back.status) == first
    assert back.waiting_since is None
    profile.refresh_from_db()
    stored = messages.receive(at(profile, cast), client_id=uuid4(), body="I am another")
    assert stored.conversation.id != talk.id
    codes = Note.objects.filter(conversation=talk).order_by("version").values_list("data__code")
    assert [code for (code,) in codes] == ["handed_over", "given_back"]
