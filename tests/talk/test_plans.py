"""The plans of the hot path are made once, maybe on empty tables, and must suit full ones."""

import re
from uuid import uuid4

import pytest
from django.db import connection

from talk import arrivals, group_commit, store
from talk.actions import messages
from talk.wire import Wires
from tests.cast import Cast

MANY = """
    INSERT INTO talk_conversation
    SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid()))).*
    FROM talk_conversation c, generate_series(1, 3000)
"""


@pytest.fixture
def prepared(cast: Cast) -> None:
    """Prepare them when there are many conversations, but few messages, all of one customer."""
    guest = cast.guest()
    messages.receive(guest.visitor, client_id=uuid4(), body="はじめまして")
    with connection.cursor() as cursor:
        cursor.execute(MANY)
        cursor.execute("ANALYZE talk_conversation")
    with connection.cursor() as cursor:
        for setting in Wires.PLANNING:
            cursor.execute(setting.replace("SET ", "SET LOCAL "))
        name = group_commit.STATEMENT.decode()
        cursor.execute("DEALLOCATE ALL")
        cursor.execute(f"PREPARE {name} (json) AS {store.statement('$1')}")
        for statement in arrivals.PREPARE:
            cursor.execute(statement)


def plan(call: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) EXECUTE {call}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("call", ["store('[]')", "visitor('', 'a')", "missed('{}', 5)"])
def test_rows_are_found_by_plain_index_scans(call: str) -> None:
    """A bitmap scan would leave the dead entries of a busy conversation for the next to pass."""
    made = plan(call)
    assert "Index Scan" in made
    assert "Bitmap" not in made
    assert set(re.findall(r"Seq Scan on (\w+)", made)) <= {"talk_epoch"}


@pytest.mark.usefixtures("prepared")
def test_messages_are_looked_for_in_one_conversation_only() -> None:
    """Not by `client_id` alone: that goes through the index of all messages there are."""
    made = plan("store('[]')")
    conditions = re.findall(r"on talk_message .*\n\s+Index Cond: (.*)", made)
    assert len(conditions) == 2
    assert all("conversation_id = " in condition for condition in conditions)
