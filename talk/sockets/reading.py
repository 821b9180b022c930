"""What sockets ask of the database while they serve: prepared statements, and ordinary code."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from talk import database
from talk.errors import NotFound
from talk.rows import CONTEXT_JSON, MARKS_JSON


async def place_of(conversation_id: UUID) -> tuple[UUID, UUID]:
    """Return the conversation's inbox and profile, which never change; raise `NotFound`."""
    pool = await database.pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT inbox_id, profile_id FROM talk_conversation WHERE id = %s",
            (conversation_id,),
            prepare=True,
        )
        row = await cursor.fetchone()
    if row is None:
        raise NotFound
    return row[0], row[1]


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
