"""The log as a process reads it again: what no ring has brought, and rows too large for theirs."""

import logging
from typing import Any

import msgspec

from talk import database, frames
from talk.events import LOGGED_RING_JSON, SAFE_POSITION
from talk.frames import Ring

LOGGED = f"e.id, e.xid::text::bigint, {LOGGED_RING_JSON}"
UNREADABLE = "unreadable"  # and so without inbox, profile and rows
log = logging.getLogger(__name__)


async def position() -> tuple[str, int]:
    """Return the epoch, and the watermark below which everything has been told."""
    rows = await fetch(
        f"SELECT (SELECT value::text FROM talk_epoch), {SAFE_POSITION}",
        {},
    )
    return rows[0][0], rows[0][1]


async def count_since(watermark: int) -> tuple[int, int]:
    """Return the safe watermark now, and how many events lie between the given one and it."""
    rows = await fetch(
        "WITH s AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS safe)"
        " SELECT (SELECT safe::text::bigint FROM s), count(*) FROM talk_event e"
        " WHERE e.xid >= %(from)s::text::xid8 AND e.xid < (SELECT safe FROM s)",
        {"from": watermark},
    )
    return rows[0][0], rows[0][1]


async def between(watermark: int, safe: int, most: int) -> list[Ring]:
    """Return the first events of the transactions from `watermark` up to below `safe`."""
    rows = await fetch(
        f"SELECT {LOGGED} FROM talk_event e"
        " WHERE e.xid >= %(from)s::text::xid8 AND e.xid < %(to)s::text::xid8"
        " ORDER BY e.xid, e.id LIMIT %(most)s",
        {"from": watermark, "to": safe, "most": most},
    )
    return [readable(*row) for row in rows]


async def event(event_id: int) -> list[Ring]:
    """Return the event as it is in the log, or nothing for a ring that no event made."""
    rows = await fetch(f"SELECT {LOGGED} FROM talk_event e WHERE e.id = %(id)s", {"id": event_id})
    return [readable(*row) for row in rows]


def readable(id: int, xid: int, text: str | None) -> Ring:
    """Return an event of the log; one that cannot be read is told to nobody, but counts as seen."""
    try:
        return frames.parse_ring(text or "")
    except msgspec.DecodeError:
        log.exception("event %s of the log cannot be read and is passed over", id)
        return Ring(id=id, xid=xid, kind=UNREADABLE)


async def fetch(sql: str, parameters: dict[str, Any]) -> list[Any]:
    pool = await database.pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(sql, parameters, prepare=True)
        return list(await cursor.fetchall())
