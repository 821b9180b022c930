"""Status and assignment are guarded by version: exactly one of two wins, the other is told who."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from talk import queries, tasks
from talk.actions import conversations, messages, notes, visitors
from talk.errors import BodyChanged, Conflict, Invalid, NotFound
from talk.models import Conversation, Event, Note, Team
from talk.rows import ConversationRow
from tests.cast import Cast, Guest, actor

pytestmark = pytest.mark.django_db


def begun(cast: Cast, guest: Guest | None = None) -> ConversationRow:
    person = guest or cast.guest()
    return messages.receive(person.visitor, client_id=uuid4(), body="こんにちは").conversation


def assign(cast: Cast, row: ConversationRow, **changes: Any) -> ConversationRow:
    values: dict[str, Any] = {"assignee_id": cast.oto.id, "team_id": None, "version": row.version}
    return conversations.assign(actor(cast.oto), conversation_id=row.id, **{**values, **changes})


def set_status(cast: Cast, row: ConversationRow, status: str, **more: Any) -> ConversationRow:
    return conversations.set_status(
        actor(cast.oto), conversation_id=row.id, version=row.version, status=status, **more
    )


def test_assigning_moves_the_version_by_one_and_writes_a_line(cast: Cast) -> None:
    row = begun(cast)
    after = assign(cast, row)
    assert (after.assignee_id, after.version) == (cast.oto.id, row.version + 1)
    line = Note.objects.get()
    assert (line.kind, line.version, line.after_seq) == ("system", after.version, 1)
    assert line.data == {
        "code": "assigned",
        "assignee_id": str(cast.oto.id),
        "assignee_name": "oto",
        "team_id": None,
        "team_name": "",
    }


def test_who_comes_late_is_told_who_won(cast: Cast) -> None:
    row = begun(cast)
    won = assign(cast, row)
    with pytest.raises(Conflict) as refused:
        assign(cast, row, assignee_id=cast.sumire.id)
    assert refused.value.extra == {"current": won}
    assert Note.objects.count() == 1


def test_who_does_not_see_the_inbox_cannot_be_assigned(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        assign(cast, begun(cast), assignee_id=cast.ren.id)
    assert refused.value.field == "assignee_id"


def test_who_has_left_cannot_be_assigned(cast: Cast) -> None:
    cast.sumire.is_active = False
    cast.sumire.save()
    with pytest.raises(Invalid):
        assign(cast, begun(cast), assignee_id=cast.sumire.id)


def test_a_team_can_be_assigned_without_an_operator(cast: Cast) -> None:
    team = Team.objects.get(inboxes=cast.shop)
    after = assign(cast, begun(cast), assignee_id=None, team_id=team.id)
    assert (after.assignee_id, after.team_id) == (None, team.id)


def test_a_missing_team_is_named(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        assign(cast, begun(cast), team_id=uuid4())
    assert refused.value.field == "team_id"


def test_a_team_that_does_not_see_the_inbox_cannot_be_assigned(cast: Cast) -> None:
    salon = Team.objects.get(inboxes=cast.salon)
    with pytest.raises(Invalid) as refused:
        assign(cast, begun(cast), team_id=salon.id)
    assert refused.value.field == "team_id"


def test_what_is_so_already_changes_and_says_nothing(cast: Cast) -> None:
    row = assign(cast, begun(cast))
    assert assign(cast, row) == row
    resolved = set_status(cast, row, "resolved")
    assert set_status(cast, resolved, "resolved") == resolved
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    snoozed = set_status(cast, resolved, "snoozed", snoozed_until=until)
    assert set_status(cast, snoozed, "snoozed", snoozed_until=until) == snoozed
    assert Note.objects.count() == 3
    later = (timezone.now() + timedelta(hours=2)).isoformat()
    assert set_status(cast, snoozed, "snoozed", snoozed_until=later).version == snoozed.version + 1


def test_who_holds_it_keeps_it_while_the_team_changes_whatever_they_may_by_now(
    cast: Cast,
) -> None:
    row = assign(cast, begun(cast), assignee_id=cast.sumire.id)
    cast.sumire.is_active = False
    cast.sumire.save()
    team = Team.objects.get(inboxes=cast.shop)
    after = assign(cast, row, assignee_id=cast.sumire.id, team_id=team.id)
    assert (after.assignee_id, after.team_id) == (cast.sumire.id, team.id)


def test_resolving_ends_the_waiting_and_opening_again_clears_it(cast: Cast) -> None:
    resolved = set_status(cast, begun(cast), "resolved")
    assert resolved.resolved_at is not None
    assert resolved.waiting_since is None
    opened = set_status(cast, resolved, "open")
    assert (opened.status, opened.resolved_at) == ("open", None)


def test_a_stale_status_is_refused(cast: Cast) -> None:
    row = begun(cast)
    set_status(cast, row, "pending")
    with pytest.raises(Conflict):
        set_status(cast, row, "resolved")


def test_a_message_between_seeing_and_resolving_keeps_it_open(cast: Cast) -> None:
    guest = cast.guest()
    seen = begun(cast, guest)
    messages.receive(guest.visitor, client_id=uuid4(), body="まだあります")
    with pytest.raises(Conflict):
        set_status(cast, seen, "resolved")
    assert queries.conversation_row(actor(cast.oto), seen.id).status == "open"


@pytest.mark.parametrize(
    "until",
    [
        "yesterday",
        "2026-13-01T00:00:00Z",
        "2020-01-01T00:00:00Z",
        "2099-01-01T00:00:00",
        "9999-12-31T23:59:59-14:00",  # of the year 10000 by our clock: nothing could read it again
    ],
)
def test_a_snooze_needs_a_time_to_come(cast: Cast, until: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_status(cast, begun(cast), "snoozed", snoozed_until=until)
    assert refused.value.field == "snoozed_until"


def test_a_snooze_ends_at_its_time_once(cast: Cast) -> None:
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    row = set_status(cast, begun(cast), "snoozed", snoozed_until=until)
    tasks.wake_snoozed()
    assert _status(row.id) == "snoozed"
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    tasks.wake_snoozed()
    tasks.wake_snoozed()
    assert _status(row.id) == "open"
    after = queries.conversation_row(actor(cast.oto), row.id)
    assert (after.version, after.snoozed_until) == (row.version + 1, None)


def test_a_snooze_without_a_time_lasts_until_the_customer_writes(cast: Cast) -> None:
    guest = cast.guest()
    row = set_status(cast, begun(cast, guest), "snoozed")
    tasks.wake_snoozed()
    assert _status(row.id) == "snoozed"
    messages.receive(guest.visitor, client_id=uuid4(), body="やっぱり")
    assert _status(row.id) == "open"


def test_an_unknown_status_is_named(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        set_status(cast, begun(cast), "closed")
    assert refused.value.field == "status"


def test_reading_goes_forward_only_and_never_past_the_end(cast: Cast) -> None:
    row = begun(cast)
    read = conversations.mark_read(actor(cast.oto), conversation_id=row.id, seq=99)
    assert (read.operator_read_seq, read.version) == (1, row.version + 1)
    again = conversations.mark_read(actor(cast.oto), conversation_id=row.id, seq=1)
    assert again == read


def test_the_customers_reading_moves_the_operators_tick(cast: Cast) -> None:
    guest = cast.guest()
    row = begun(cast, guest)
    messages.send(actor(cast.oto), conversation_id=row.id, client_id=uuid4(), body="はい")
    visitors.mark_read(guest.visitor, conversation_id=row.id, seq=2)
    assert queries.conversation_row(actor(cast.oto), row.id).customer_read_seq == 2
    with pytest.raises(NotFound):
        visitors.mark_read(cast.guest().visitor, conversation_id=row.id, seq=2)


def test_a_note_is_stored_once_and_only_for_operators(cast: Cast) -> None:
    guest, client_id = cast.guest(), uuid4()
    row = begun(cast, guest)
    note = notes.add(actor(cast.oto), conversation_id=row.id, client_id=client_id, body="要確認")
    again = notes.add(actor(cast.oto), conversation_id=row.id, client_id=client_id, body="要確認")
    assert note == again
    with pytest.raises(BodyChanged):
        notes.add(actor(cast.oto), conversation_id=row.id, client_id=client_id, body="別")
    assert [each.body for each in queries.thread(actor(cast.oto), row.id).notes] == ["要確認"]
    assert "要確認" not in str(queries.visitor_history(guest.visitor))


def test_versions_are_dense_over_every_kind_of_change(cast: Cast) -> None:
    guest = cast.guest()
    row = begun(cast, guest)
    messages.send(actor(cast.oto), conversation_id=row.id, client_id=uuid4(), body="はい")
    notes.add(actor(cast.oto), conversation_id=row.id, client_id=uuid4(), body="メモ")
    visitors.mark_read(guest.visitor, conversation_id=row.id, seq=2)
    set_status(cast, queries.conversation_row(actor(cast.oto), row.id), "pending")
    assign(cast, queries.conversation_row(actor(cast.oto), row.id))
    # A context's version is its own.
    of_it = Event.objects.filter(conversation_id=row.id).exclude(kind="context.changed")
    versions = of_it.order_by("id")
    told = list(versions.values_list("version", flat=True))
    assert told == list(range(1, 8))
    assert queries.conversation_row(actor(cast.oto), row.id).version == told[-1]


def test_changes_since_a_version_are_all_of_them_and_nothing_else(cast: Cast) -> None:
    row = begun(cast)
    messages.send(actor(cast.oto), conversation_id=row.id, client_id=uuid4(), body="はい")
    notes.add(actor(cast.oto), conversation_id=row.id, client_id=uuid4(), body="メモ")
    changes = queries.changes_after(actor(cast.oto), row.id, row.version)
    assert [each.body for each in changes.messages] == ["はい"]
    assert [each.body for each in changes.notes] == ["メモ"]
    assert (changes.version, changes.complete) == (row.version + 2, True)


def _status(conversation_id: UUID) -> str:
    return str(Conversation.objects.values_list("status", flat=True).get(id=conversation_id))
