"""Contexts made again from the activities that told them.

Activities lie with their profile, and nowhere does it say whose that is: so they are right while
profiles go from one customer to another, however many there are.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from customers import activities
from customers.activities import Activity
from customers.context import ContextData, Facts, advance, filled

MOST = 500
"""More than what the context's lists hold; only `visits` is less exact beyond it."""
EMPTY = ContextData()
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(9999, 1, 1, tzinfo=UTC)

# Each profile's newest by its index (customers_activity_profile), however many it has.
NEWEST = """
SELECT done.id, done.kind, done.props, done.at, done.is_present
FROM unnest(%(profiles)s::uuid[]) AS own(id) CROSS JOIN LATERAL (
    SELECT id, kind, props, at, is_present FROM customers_activity
    WHERE profile_id = own.id AND at > %(since)s AND at <= %(until)s
        AND received_at > %(received_after)s AND received_at <= %(until)s
    ORDER BY at DESC, id DESC LIMIT %(most)s
) AS done ORDER BY done.at DESC, done.id DESC LIMIT %(most)s
"""


class Span(msgspec.Struct, frozen=True):
    """Of what is looked at: what happened `since`, and came in `received_after`, both `until`."""

    since: datetime = BEGINNING
    received_after: datetime = BEGINNING
    until: datetime = END


ALL = Span()


def replayed(
    profile_ids: Sequence[UUID], span: Span = ALL, *, on: ContextData = EMPTY
) -> ContextData:
    """Return the context after the newest activities of some profiles, on top of another."""
    told = {**msgspec.structs.asdict(span), "profiles": list(profile_ids), "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, told)
        rows = cursor.fetchall()
    return replay(rows, on=on)


def replay(rows: Sequence[tuple[Any, ...]], *, on: ContextData = EMPTY) -> ContextData:
    """Return the context after activities (id, kind, props, at, is_present), the newest first."""
    for id, kind, props, at, is_present in reversed(rows):
        details, extra = activities.read(kind, json.loads(props))
        done = Activity(id, kind, at, details, extra)
        on = advance(on, done, Facts()) if is_present else filled(on, done)
    return on
