"""The log as a process reads it again: what no ring has brought, and rows too large for theirs."""

import logging
from typing import Any

import msgspec

from talk import database, frames
from talk.events import LOGGED_RING_JSON, SAFE_POSITION
from talk.frames import Ring
from talk.told import Sought, Told, sought, tell_again
from talk.veils import NO_VEIL, Veil

LOGGED = f"e.id, e.xid::text::bigint, {LOGGED_RING_JSON}"
MOST_PAGE_BYTES = 128 * 1024  # and one event more
AGAIN = f"""
    SELECT id, xid, ring FROM (
        SELECT a.place, found.*, sum(octet_length(ring)) OVER (ORDER BY a.place) AS bytes
        FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS a(id, place)
        LEFT JOIN LATERAL (
            SELECT {LOGGED} AS ring FROM talk_event e WHERE e.id = a.id
        ) found ON true
    ) page WHERE id IS NULL OR bytes - octet_length(ring) < %(most)s ORDER BY place
"""
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


async def told_again(numbers: list[int], veil: Veil = NO_VEIL) -> list[Told | None]:
    """Return what was told by the first of these numbers, as many as make up a page.

    None stands for what nobody can be told any more. Raises `LookupError` for an event that the
    log has dropped.
    """
    wanted = [sought(number) for number in numbers]
    found = await fetch(AGAIN, {"ids": [each.event for each in wanted], "most": MOST_PAGE_BYTES})
    pairs = zip(wanted, found, strict=False)
    return [_again(each, veil, *row) for each, row in pairs]


def _again(wanted: Sought, veil: Veil, id: int | None, xid: int, text: str) -> Told | None:
    if id is None:
        raise LookupError(f"event {wanted.event} is not in the log any more")
    return tell_again(readable(id, xid, text), wanted.view, veil)


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
