"""Lists show what the operator may see, in keyset pages; threads page back without holes."""

from uuid import uuid4

import msgspec
import pytest

from talk import queries
from talk.actions import conversations, messages, notes
from talk.errors import Invalid, NotFound
from talk.models import Event
from talk.queries import View
from tests.cast import Cast, actor

pytestmark = pytest.mark.django_db


def begin(cast: Cast, number: int, *, elsewhere: bool = False) -> list[object]:
    inbox = cast.salon if elsewhere else cast.shop
    return [
        messages.receive(cast.guest(inbox).visitor, client_id=uuid4(), body=str(n)).conversation.id
        for n in range(number)
    ]


def test_pages_follow_each_other_without_hole_or_repeat(cast: Cast) -> None:
    ids = begin(cast, 7)
    seen, cursor = [], None
    for _ in range(3):
        page = queries.conversation_rows(actor(cast.oto), cursor=cursor, limit=3)
        seen += [row.id for row in page.results]
        cursor = page.next
    assert seen == ids[::-1]
    assert cursor is None


def test_an_operator_sees_the_inboxes_of_their_teams(cast: Cast) -> None:
    here, there = begin(cast, 1), begin(cast, 1, elsewhere=True)
    assert [row.id for row in queries.conversation_rows(actor(cast.oto)).results] == here
    assert [row.id for row in queries.conversation_rows(actor(cast.ren)).results] == there
    everything = queries.conversation_rows(actor(cast.sumire)).results
    assert [row.id for row in everything] == there + here
    with pytest.raises(NotFound):
        queries.conversation_rows(actor(cast.oto), inbox_id=cast.salon.id)


def test_views_part_mine_unassigned_snoozed_and_resolved(cast: Cast) -> None:
    mine, nobodys, snoozed, resolved = begin(cast, 4)
    me = actor(cast.oto)
    conversations.assign(me, conversation_id=mine, version=2, assignee_id=cast.oto.id, team_id=None)  # type: ignore[arg-type]
    for id, status in ((snoozed, "snoozed"), (resolved, "resolved")):
        conversations.set_status(me, conversation_id=id, version=2, status=status)  # type: ignore[arg-type]
    views = {
        view: {row.id for row in queries.conversation_rows(me, view=view).results} for view in View
    }
    assert views == {
        View.MINE: {mine},
        View.UNASSIGNED: {nobodys},
        View.ALL: {mine, nobodys},
        View.SNOOZED: {snoozed},
        View.RESOLVED: {resolved},
    }


@pytest.mark.parametrize("cursor", ["", "x", "bm9uc2Vuc2U=", "あ"])
def test_an_invented_cursor_is_refused(cast: Cast, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        queries.conversation_rows(actor(cast.oto), cursor=cursor)
    assert refused.value.field == "cursor"


def test_a_thread_pages_back_and_every_note_is_on_exactly_one_page(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    id = messages.receive(guest.visitor, client_id=uuid4(), body="1").conversation.id
    for n in range(2, 121):
        if n % 10 == 0:
            notes.add(me, conversation_id=id, client_id=uuid4(), body=f"after {n - 1}")
        messages.receive(guest.visitor, client_id=uuid4(), body=str(n))
    notes.add(me, conversation_id=id, client_id=uuid4(), body="after 120")
    newest = queries.thread(me, id)
    middle = queries.messages_before(me, id, newest.messages[0].seq)
    oldest = queries.messages_before(me, id, middle.messages[0].seq)
    pages = [oldest, middle, newest]
    assert [m.seq for page in pages for m in page.messages] == list(range(1, 121))
    told = [note.body for page in pages for note in page.notes]
    assert told == [f"after {n - 1}" for n in range(10, 121, 10)] + ["after 120"]
    assert [page.has_more for page in pages] == [False, True, True]


def test_opening_a_conversation_is_two_statements(
    cast: Cast, django_assert_num_queries: object
) -> None:
    [id] = begin(cast, 1)
    me = actor(cast.oto)
    with django_assert_num_queries(2):  # type: ignore[operator]
        thread = queries.thread(me, id)  # type: ignore[arg-type]
    assert (thread.past_count, [past.id for past in thread.past]) == (1, [id])
    assert thread.context is not None


def test_the_log_tells_what_happened_since_a_token(cast: Cast) -> None:
    me = actor(cast.oto)
    start = queries.events_after(me, None)
    assert (start.events, start.resync) == ([], False)
    with pytest.raises(Invalid):
        queries.events_after(me, "nonsense")
    foreign = queries.events_after(me, f"{uuid4()}.{start.token.split('.')[1]}")
    assert foreign.resync


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_the_log_never_part_a_transaction_and_miss_nothing(cast: Cast, limit: int) -> None:
    me = actor(cast.oto)
    token = queries.events_after(me, None).token
    [id] = begin(cast, 1)
    messages.send(me, conversation_id=id, client_id=uuid4(), body="返信")  # type: ignore[arg-type]
    told: list[str] = []
    for _ in range(20):
        page = queries.events_after(me, token, limit)
        assert not page.resync
        told += [msgspec.json.decode(each)["id"] for each in page.events]
        if page.token == token:
            break
        token = page.token
    kept = Event.objects.filter(conversation_id=id).exclude(kind="access.changed")
    assert len(told) == len(set(told)) == kept.count() > 2
