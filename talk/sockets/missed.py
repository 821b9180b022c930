"""What a console missed, read from the log in one indexed statement (visitors: `arrivals`)."""

from typing import Any

from talk import database, logged
from talk.frames import Ring
from talk.policy import Actor
from talk.told import SLIM, WHOLE, Told, tell_again
from talk.veils import Veil
from talk.vocabulary import FOR_ALL_CONSOLES, OF_CUSTOMERS

MOST_EVENTS = 400  # fits the outbox; who missed more fetches everything anew


async def of_operator(actor: Actor, watermark: int) -> list[Told] | None:
    """Return frames of the actor's inboxes, as lists get them, and what all consoles hear.

    None when there are too many, or they are no longer in the log.
    """
    visible = "" if actor.inbox_ids is None else "AND e.inbox_id = ANY(%(visible)s)"
    rings = await _rings(
        f"(e.inbox_id IS NOT NULL {visible} AND e.kind <> ALL(%(of_customers)s)"
        " OR e.kind = ANY(%(for_all)s))",
        watermark,
        {
            "visible": list(actor.inbox_ids or ()),
            "of_customers": list(OF_CUSTOMERS),
            "for_all": list(FOR_ALL_CONSOLES),
        },
    )
    if rings is None:
        return None
    return [told for ring in rings if (told := _told(ring, actor.mask.veil)) is not None]


def _told(ring: Ring, veil: Veil) -> Told | None:
    """Return what the console gets, None for what nobody was told: it cannot be read."""
    return tell_again(ring, SLIM if ring.conversation else WHOLE, veil)


async def _rings(condition: str, watermark: int, parameters: dict[str, Any]) -> list[Ring] | None:
    sql = f"""
        SELECT whole.whole, log.*
        FROM (SELECT dropped_xid < %(from)s AS whole FROM talk_epoch) whole
        LEFT JOIN LATERAL (
            SELECT {logged.LOGGED} FROM talk_event e
            WHERE {condition} AND e.xid >= %(from)s::text::xid8
            ORDER BY e.xid, e.id LIMIT {MOST_EVENTS + 1}
        ) log ON true
    """
    pool = await database.pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(sql, {**parameters, "from": watermark}, prepare=True)
        rows = await cursor.fetchall()
    if len(rows) > MOST_EVENTS or not all(whole for whole, *_ in rows):
        return None
    return [logged.readable(*ring) for _, *ring in rows if ring[0] is not None]
