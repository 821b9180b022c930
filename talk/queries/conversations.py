"""Conversations as lists show them."""

import base64
import binascii
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from talk.errors import Invalid, NotFound
from talk.policy import Actor, Permission, require
from talk.queries import sql
from talk.rows import CONVERSATION_JOINS, CONVERSATION_JSON, ConversationRow

MOST_IN_A_PAGE = 100
Row = TypeVar("Row")


class View(StrEnum):
    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


ACTIVE = "c.status IN ('open', 'pending')"
VIEW_SQL = {
    View.MINE: f"{ACTIVE} AND c.assignee_id = %(operator)s",
    View.UNASSIGNED: f"{ACTIVE} AND c.assignee_id IS NULL",
    View.ALL: ACTIVE,
    View.SNOOZED: "c.status = 'snoozed'",
    View.RESOLVED: "c.status = 'resolved'",
}


# The first says what the index is of; without it PostgreSQL would not think of it.
HAS_LABEL = "AND c.label_ids <> '{}' AND c.label_ids @> ARRAY[%(label)s]::uuid[]"


class Page(Struct, Generic[Row], frozen=True):
    """One keyset page; `next` is the opaque cursor of the following one, or None."""

    results: list[Row]
    next: str | None


def conversation_row(actor: Actor, conversation_id: UUID) -> ConversationRow:
    """Raise `NotFound` for a missing conversation and for one of a foreign inbox alike."""
    row = sql.one(
        ConversationRow,
        f"SELECT {CONVERSATION_JSON}::text FROM talk_conversation c {CONVERSATION_JOINS}"
        " WHERE c.id = %(id)s",
        {"id": conversation_id},
        is_hot=True,
    )
    if row is None:
        raise NotFound
    require(actor, Permission.CONVERSATION_READ, row.inbox_id)
    return actor.mask.conversation(row)


def conversation_rows(
    actor: Actor,
    *,
    view: View = View.ALL,
    inbox_id: UUID | None = None,
    label_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ConversationRow]:
    """Return a page, the newest last words first; only conversations that the actor may see."""
    require(actor, Permission.CONVERSATION_READ, inbox_id)
    limit = min(max(limit, 1), MOST_IN_A_PAGE)
    last_at, last_id = _parse_cursor(cursor)
    found = sql.rows(
        ConversationRow,
        f"""
        SELECT {CONVERSATION_JSON}::text FROM talk_conversation c {CONVERSATION_JOINS}
        WHERE {VIEW_SQL[view]}
          {"AND c.inbox_id = %(inbox)s" if inbox_id else ""}
          {HAS_LABEL if label_id else ""}
          {"AND c.inbox_id = ANY(%(visible)s)" if actor.inbox_ids is not None else ""}
          {"AND (c.last_at, c.id) < (%(last_at)s::timestamptz, %(last_id)s)" if cursor else ""}
        ORDER BY c.last_at DESC, c.id DESC LIMIT %(limit)s
        """,
        {
            "operator": actor.operator_id,
            "inbox": inbox_id,
            "label": label_id,
            "visible": list(actor.inbox_ids or ()),
            "last_at": last_at,
            "last_id": last_id,
            "limit": limit + 1,
        },
    )
    rest = [actor.mask.conversation(row) for row in found[:limit]]
    return Page(rest, _cursor(rest[-1]) if len(found) > limit else None)


def _cursor(row: ConversationRow) -> str:
    return base64.urlsafe_b64encode(f"{row.last_at} {row.id}".encode()).decode()


def _parse_cursor(cursor: str | None) -> tuple[str | None, UUID | None]:
    if cursor is None:
        return None, None
    try:
        last_at, last_id = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        msgspec.convert(last_at, type=datetime)
        return last_at, UUID(last_id)
    except (ValueError, binascii.Error, msgspec.ValidationError):
        raise Invalid("cursor", "This is not a cursor of this list") from None
