"""What sockets ask of the database while they serve: prepared statements, and ordinary code."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from channels.db import database_sync_to_async

from talk import database
from talk.errors import NotFound
from talk.rows import CONTEXT_JSON, MARKS_JSON


class Place(NamedTuple):
    """Where a conversation is. It changes when the conversation goes on in another inbox."""

    inbox_id: UUID
    profile_id: UUID
    kind: str


async def place_of(conversation_id: UUID) -> Place:
    """Return the conversation's inbox, its kind, and the profile; raise `NotFound`."""
    pool = await database.pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT c.inbox_id, c.profile_id, i.kind FROM talk_conversation c"
            " JOIN talk_inbox i ON i.id = c.inbox_id WHERE c.id = %s",
            (conversation_id,),
            prepare=True,
        )
        row = await cursor.fetchone()
    if row is None:
        raise NotFound
    return Place(*row)


async def standing_of(conversation_id: UUID) -> tuple[int, str | None, str | None]:
    """Return the conversation's version now, and the JSON of its customer's context and marks."""
    pool = await database.pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(
            f"SELECT c.version, {CONTEXT_JSON}::text, {MARKS_JSON}::text FROM talk_conversation c"
            " JOIN customers_context x ON x.customer_id = c.customer_id WHERE c.id = %s",
            (conversation_id,),
            prepare=True,
        )
        row = await cursor.fetchone()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def in_thread(function: Callable[..., Any]) -> Any:
    """Run ordinary Django code in a thread of its own connection."""
    return database_sync_to_async(function, thread_sensitive=False)
