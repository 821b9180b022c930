"""Contexts of customers that were joined or parted, and the activities that go with profiles."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from customers import activities, doings, shopping
from customers.activities import Activity
from customers.context import ContextData, Facts, advance, folded
from customers.models import Context

MOST_REPLAYED = 500
"""More than what the context's lists hold; only `visits` is less exact beyond it."""
EMPTY = ContextData()
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

ACTIVITIES = """
SELECT id, kind, props, at FROM customers_activity
WHERE customer_id = %s AND received_at >= %s ORDER BY at DESC, id DESC LIMIT %s
"""
MOVE = """
UPDATE customers_activity SET customer_id = %s
WHERE customer_id = %s AND profile_id = ANY(%s)
"""


def read(context: Context) -> ContextData:
    return from_log(context.data)


def from_log(data: dict[str, Any]) -> ContextData:
    return msgspec.convert(data, type=ContextData)


def joined(one: ContextData, other: ContextData) -> ContextData:
    """Return what is known of both as of one person; what is about now is the later one's."""
    later, earlier = (one, other) if _last_seen(one) >= _last_seen(other) else (other, one)
    first = [seen for seen in (one.first_seen, other.first_seen) if seen]
    return msgspec.structs.replace(
        later,
        pages=folded((*one.pages, *other.pages)),
        language=later.language or earlier.language,
        time_zone=later.time_zone or earlier.time_zone,
        screen=later.screen or earlier.screen,
        consent=later.consent or earlier.consent,
        first_seen=min(first) if first else None,
        visits=one.visits + other.visits,
        shopping=shopping.joined(one.shopping, other.shopping),
        did=doings.joined(one.did, other.did),
    )


def replayed(
    customer_id: UUID, *, since: datetime | None = None, on: ContextData = EMPTY
) -> ContextData:
    """Return the context after the customer's newest activities, on top of another.

    `since` is when we received them: a sender's clock may be anywhere.
    """
    with connection.cursor() as cursor:
        cursor.execute(ACTIVITIES, [customer_id, since or BEGINNING, MOST_REPLAYED])
        rows = cursor.fetchall()
    return replay(rows, on=on)


def replay(rows: Sequence[tuple[Any, ...]], *, on: ContextData = EMPTY) -> ContextData:
    """Return the context after activities (id, kind, props, at), the newest first."""
    for id, kind, props, at in reversed(rows):
        details, extra = activities.read(kind, json.loads(props))
        on = advance(on, Activity(id, kind, at, details, extra), Facts())
    return on


def move_activities(profile_ids: Sequence[UUID], *, to: UUID, source: UUID) -> int:
    """Let the activities follow their profiles; return how many did."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [to, source, list(profile_ids)])
        return int(cursor.rowcount)


def _last_seen(data: ContextData) -> float:
    return data.last_seen.timestamp() if data.last_seen else 0.0
