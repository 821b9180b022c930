"""The event log as clients read it after they were away."""

from typing import Any

import msgspec
from django.db import connection
from msgspec import Struct

from talk import frames, logged
from talk.errors import Invalid
from talk.events import SAFE_POSITION
from talk.policy import Actor, Permission, allow, require
from talk.vocabulary import FOR_ALL_CONSOLES, OF_CUSTOMERS

MOST_EVENTS = 500


class LogPage(Struct, frozen=True):
    """Events since a token. `resync` means: too much was missed, fetch everything anew."""

    events: list[msgspec.Raw]
    token: str
    resync: bool


def events_after(actor: Actor, token: str | None, limit: int = MOST_EVENTS) -> LogPage:
    """Return what happened in the actor's inboxes since the token, whole rows, oldest first.

    What is known of customers is left out for who may not read customers.

    Without a token only the newest one is returned. Events may be told twice, never left out.
    """
    require(actor, Permission.EVENT_READ)
    require(actor, Permission.CONVERSATION_READ)  # whole rows: what was said, notes
    limit = min(max(limit, 1), MOST_EVENTS)
    epoch, dropped, safe = _position()
    now = f"{epoch}.{safe}"
    if token is None:
        return LogPage([], now, resync=False)
    known_epoch, start = parse_token(token)
    if known_epoch != epoch or start <= dropped:
        return LogPage([], now, resync=True)
    found = _between(actor, start, safe, limit)
    if len(found) < limit:
        return LogPage(_frames(actor, found), now, resync=False)
    last = found[-1].xid
    whole = [ring for ring in found if ring.xid < last]
    if whole:
        return LogPage(_frames(actor, whole), f"{epoch}.{last}", resync=False)
    # All of one transaction, which may not be parted: its token is the same throughout.
    whole = _between(actor, last, last + 1, MOST_EVENTS + 1)
    if len(whole) > MOST_EVENTS:
        return LogPage([], now, resync=True)
    return LogPage(_frames(actor, whole), f"{epoch}.{last + 1}", resync=False)


def parse_token(token: str) -> tuple[str, int]:
    """Return epoch and watermark; raise `Invalid` for what was never a token."""
    epoch, _, watermark = token.partition(".")
    if not is_watermark(watermark):
        raise Invalid("after", "This is not a token that the server gave")
    return epoch, int(watermark)


def is_watermark(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _position() -> tuple[str, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value::text, dropped_xid, {SAFE_POSITION} FROM talk_epoch")
        epoch, dropped, safe = cursor.fetchone() or ("", 0, 0)
    return epoch, dropped, safe


def _between(actor: Actor, start: int, end: int, limit: int) -> list[frames.Ring]:
    visible = "" if actor.inbox_ids is None else "AND e.inbox_id = ANY(%(visible)s)"
    if not allow(actor, Permission.CUSTOMER_READ):
        visible += " AND e.kind <> ALL(%(of_customers)s)"
    parameters: dict[str, Any] = {
        "from": start,
        "to": end,
        "visible": list(actor.inbox_ids or ()),
        "of_customers": list(OF_CUSTOMERS),
        "for_all": list(FOR_ALL_CONSOLES),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {logged.LOGGED} FROM talk_event e WHERE e.xid >= %(from)s::text::xid8"
            f" AND e.xid < %(to)s::text::xid8 AND (e.inbox_id IS NOT NULL {visible}"
            " OR e.kind = ANY(%(for_all)s))"
            " ORDER BY e.xid, e.id LIMIT %(limit)s",
            parameters,
        )
        return [logged.readable(*row) for row in cursor.fetchall()]


def _frames(actor: Actor, rings: list[frames.Ring]) -> list[msgspec.Raw]:
    """Return what can be read as whole frames."""
    told = [ring for ring in rings if ring.kind != logged.UNREADABLE]
    veil = actor.mask.veil
    return [msgspec.Raw(frames.console_frame(ring, veil).encode()) for ring in told]
