"""What the console reads all day is found by an index, on as much data as a company has."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from customers.queries import context_row, customer_row
from talk import queries
from talk.models import Conversation, Operator
from talk.policy import Actor, Visitor, actor_of_operator
from talk.queries.conversations import View

pytestmark = pytest.mark.django_db
WHOLE_TABLE = re.compile(
    r"Seq Scan on (talk_conversation|talk_message|talk_note|customers_context)\b"
)
LIST_INDEXES = ("conversation_active", "conversation_by_status", "conversation_list")


def test_lists_threads_and_contexts_read_no_whole_table(settings: Any, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    settings.MEDIA_ROOT = str(tmp_path / "media")
    call_command("demo", conversations=1500, messages=6000, verbosity=0)
    found = {name: whole_tables(read) for name, read in reads()}
    assert len(found) == 16
    assert {name: tables for name, tables in found.items() if tables} == {}
    # The same question without the indexes, or the test could not fail.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP INDEX {', '.join(LIST_INDEXES)}")
    bare = {name for name, read in reads() if whole_tables(read)}
    assert {"all of administrator", "resolved of administrator"} <= bare


def reads() -> Iterator[tuple[str, Callable[[], object]]]:
    conversation = Conversation.objects.order_by("-last_seq")[0]
    visitor = Visitor(conversation.profile_id, conversation.customer_id, conversation.inbox_id)
    for role in ("administrator", "operator"):
        actor = actor_of(role)
        for view in (View.ALL, View.MINE, View.SNOOZED, View.RESOLVED):
            yield (
                f"{view} of {role}",
                lambda actor=actor, view=view: queries.conversation_rows(actor, view=view),  # type: ignore[misc]
            )
    rare, common = by_use()
    actor, id = actor_of("administrator"), conversation.id
    for name, label_id in (("rare", rare), ("common", common)):
        yield (
            f"all with a {name} label",
            lambda label_id=label_id: queries.conversation_rows(actor, label_id=label_id),  # type: ignore[misc]
        )
    yield "thread", lambda: queries.thread(actor, id)
    yield "messages before", lambda: queries.messages_before(actor, id, 10, 50)
    yield "changes", lambda: queries.changes_after(actor, id, 3)
    yield "history of a visitor", lambda: queries.visitor_history(visitor)
    yield "context", lambda: context_row(conversation.customer_id)
    yield "customer", lambda: customer_row(conversation.customer_id)


def by_use() -> tuple[UUID, UUID]:
    """Return the label of the fewest conversations and that of the most."""
    used = Counter(
        id for ids in Conversation.objects.values_list("label_ids", flat=True) for id in ids
    )
    ranked = used.most_common()
    assert ranked[0][1] > ranked[-1][1] > 0
    return ranked[-1][0], ranked[0][0]


def actor_of(role: str) -> Actor:
    return actor_of_operator(
        Operator.objects.get(email=f"{role}@demo.example".replace("administrator", "admin"))
    )


def whole_tables(read: Callable[[], object]) -> list[str]:
    """Return the large tables that the statements of a read go through from end to end."""
    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read()
    assert statements
    plans = [plan for statement in statements for plan in explain(*statement)]
    return [found[1] for line in plans if (found := WHOLE_TABLE.search(line))]


def explain(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return [line for (line,) in cursor.fetchall()]
