"""What opening a conversation costs: the numbers of SQL statements, by REST and by socket."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from talk import database, queries
from talk.actions import conversations, messages
from talk.policy import Visitor, actor_of_operator
from talk.queries.customers import customer_detail
from talk.queries.sidebars import sidebar_of
from talk.sockets.reading import place_of, standing_of
from tests.asynchronous import in_database
from tests.cast import Cast, Guest, actor
from tests.clients import browser

WHO_ASKS = (
    '"django_session"|statement_timestamp|FROM "talk_(operator|team_inboxes)"|talk_fieldrule'
    "|customers_auditentry"
)

pytestmark = pytest.mark.django_db


def say(guest: Guest, body: str) -> Any:
    return messages.receive(guest.visitor, client_id=uuid4(), body=body).conversation


def test_ac22_a_thread_with_its_sidebar_is_two_statements(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    row = say(guest, "ログインできません")
    with django_assert_num_queries(2):
        thread = queries.thread(me, row.id)
    assert [message.body for message in thread.messages] == ["ログインできません"]
    assert thread.context is not None
    assert thread.sidebar is not None
    customer = thread.sidebar.customer
    assert thread.context.customer_id == customer.id == guest.visitor.customer_id
    with django_assert_num_queries(2):
        assert sidebar_of(me, row.id) == thread.sidebar
    with django_assert_num_queries(2):
        detail = customer_detail(me, guest.visitor.customer_id)
    assert (detail.customer, detail.context) == (customer, thread.context)


def test_ac22_one_request_opens_a_conversation_and_most_of_its_statements_are_who_asks(
    cast: Cast,
) -> None:
    """The session, its operator with teams and classes, the look in the audit: counted apart."""
    row = say(cast.guest(), "一")
    client = browser(cast.oto)
    made: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        made.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        told = client.get(f"/api/v1/conversations/{row.id}/thread").json()
    assert told["sidebar"]["customer"]["id"] == told["context"]["customer_id"]
    apart = [sql for sql in made if re.search(WHO_ASKS, sql)]
    assert (len(made) - len(apart), len(apart)) == (2, 4)


def test_without_the_right_to_read_customers_there_is_nothing_of_them(cast: Cast) -> None:
    row = say(cast.guest(), "一")
    narrow = actor_of_operator(cast.oto, scopes=frozenset({"conversation.read"}))
    thread = queries.thread(narrow, row.id)
    assert (thread.context, thread.sidebar) == (None, None)
    assert queries.thread(actor(cast.oto), row.id).context is not None


def test_the_past_tells_topic_and_outcome(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    row = say(guest, "届いた茶碗が割れていました。どうすればよいですか")
    messages.send(me, conversation_id=row.id, client_id=uuid4(), body="交換いたします")
    say(guest, "お願いします")
    [open_one] = queries.thread(me, row.id).past
    assert (open_one.topic[:9], open_one.preview) == ("届いた茶碗が割れて", "お願いします")
    assert (open_one.status, open_one.resolved_by) == ("open", "")
    version = queries.conversation_row(me, row.id).version
    conversations.set_status(me, conversation_id=row.id, version=version, status="resolved")
    [closed] = queries.thread(me, row.id).past
    assert (closed.status, closed.resolved_by) == ("resolved", "oto")


def test_the_past_leaves_out_other_teams_inboxes(cast: Cast) -> None:
    guest, me = cast.guest(), actor(cast.oto)
    row = say(guest, "一")
    elsewhere = Visitor(guest.visitor.profile_id, guest.visitor.customer_id, cast.salon.id)
    messages.receive(elsewhere, client_id=uuid4(), body="サロンの秘密")
    thread = queries.thread(me, row.id)
    assert ([past.id for past in thread.past], thread.past_count) == ([row.id], 1)
    assert thread.context is not None
    assert thread.context.data["inquiries"]["count"] == 2
    assert "サロンの秘密" not in str(thread)
    assert queries.thread(actor(cast.aoi), row.id).past_count == 2


@pytest.fixture
async def executed(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[str]]:
    """The statements of the event loop's pool."""
    told: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        told.append(str(query))
        return await execute(self, query, *args, **options)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noted)
    yield told
    await database.close()


async def test_ac22_a_socket_opens_with_two_statements(cast: Cast, executed: list[str]) -> None:
    guest = await in_database(cast.guest)()
    row = await in_database(say)(guest, "一")
    assert await place_of(row.id) == (guest.inbox.id, guest.visitor.profile_id, "web")
    version, context, marks = await standing_of(row.id)
    assert version == 2
    assert all(str(guest.visitor.customer_id) in (told or "") for told in (context, marks))
    assert len(executed) == 2
