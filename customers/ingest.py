"""Recording activities: judged one by one, stored and told to the context in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from customers import ingest_steps as steps
from customers.activities import MAX_BATCH, Activity, props_of
from customers.client import ClientFacts
from customers.context import ContextData, Facts, advance, decode, encode, filled, with_facts
from customers.device import facts_of
from customers.ingest_steps import LONGEST_DELAY, OLDEST, Arrival, Draft, Drop
from customers.metrics import ACTIVITIES
from customers.models import Profile
from customers.signals import context_changed

STEPS = (
    steps.take_small,
    steps.make_storable,
    steps.take_known_kind,
    steps.read_id,
    steps.set_time,
    steps.clean_addresses,
    steps.read_details,
)

MILLISECOND = timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)

# Two statements: whose the profile is must be read again after waiting for a merge, and stay so.
# A merge locks in the same order, profiles before contexts.
# Of who was erased nothing is kept; what was waiting here meanwhile goes with the second look.
LOCK_PROFILE = """
SELECT customer_id FROM customers_profile AS profile WHERE id = %s AND NOT EXISTS (
    SELECT 1 FROM customers_customer WHERE id = profile.customer_id AND erased_at IS NOT NULL
) FOR SHARE OF profile
"""
LOCK_CONTEXT = """
SELECT data, clock_timestamp() FROM customers_context WHERE customer_id = %s FOR UPDATE
"""

# One statement: what another transaction has just seen is not inserted a second time. Received is
# when the context was locked: a transaction that waited for a merge had begun before it.
INSERT = """
WITH told AS (
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::jsonb[], %s::timestamptz[])
        AS row(id, kind, props, at)
), fresh AS (
    INSERT INTO customers_activity_seen (id) SELECT id FROM told ORDER BY id
    ON CONFLICT (id) DO NOTHING RETURNING id
)
INSERT INTO customers_activity (id, customer_id, profile_id, kind, props, at, received_at)
SELECT id, %s, %s, kind, props, at, %s FROM told JOIN fresh USING (id)
RETURNING id
"""

# `||` keeps what a newer version of this program has put beside our fields.
UPDATE = """
UPDATE customers_context SET version = version + 1, data = data || %s::jsonb, updated_at = now()
WHERE customer_id = %s
"""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one told activity; `dropped` is None when it was recorded."""

    activity: Activity | None
    dropped: Drop | None


class Seat(msgspec.Struct, frozen=True):
    """The locked context, and the moment by the clock that all processes share."""

    customer_id: UUID
    profile_id: UUID
    data: ContextData
    now: datetime


class Rejected(msgspec.Struct, frozen=True):
    """An activity of a batch by its place, and why it was not recorded."""

    index: int
    code: Drop


class Tally(msgspec.Struct, frozen=True):
    """What became of a batch. What was told before is no mistake of the sender."""

    accepted: int
    duplicate: int
    rejected: list[Rejected]


def tally(outcomes: Sequence[Outcome]) -> Tally:
    dropped = [(index, one.dropped) for index, one in enumerate(outcomes) if one.dropped]
    rejected = [Rejected(index, code) for index, code in dropped if code is not Drop.REPEATED]
    return Tally(len(outcomes) - len(dropped), len(dropped) - len(rejected), rejected)


def record(
    profile_id: UUID, told: Sequence[object], *, client: ClientFacts, is_present: bool = True
) -> list[Outcome]:
    """Record a batch of activities of one profile; return an outcome for each, in its order.

    `told` are JSON values `{id, kind, at, url?, title?, referrer?, props?}`; nothing about them is
    trusted. At most 50, the rest is dropped. Repeating a batch records nothing twice. The context's
    version grows by one if anything was new; `context_changed` is sent inside the transaction. An
    empty batch only notes what the client tells of itself. What a company's own system tells
    (`is_present` false) says nothing of the customer's visits. Raises `Profile.DoesNotExist`.
    """
    facts = facts_of(client)
    with transaction.atomic():
        seat = _lock_context(profile_id)
        delay = LONGEST_DELAY if is_present else OLDEST
        outcomes = judge(told, Arrival(seat.now, client.sent_at, delay))
        outcomes = _store(seat, outcomes)
        fresh = [outcome.activity for outcome in outcomes if outcome.activity]
        _advance_context(seat, fresh, facts, is_present=is_present, is_visit=not told)
    for outcome in outcomes:
        ACTIVITIES.labels(outcome.dropped or "recorded").inc()
    return outcomes


def judge(told: Sequence[object], arrival: Arrival) -> list[Outcome]:
    """Return what may be recorded and why the rest may not. Pure."""
    seen: set[UUID] = set()
    outcomes: list[Outcome] = []
    last: Activity | None = None
    for place, one in enumerate(told):
        outcome = _judge_one(one, arrival) if place < MAX_BATCH else _dropped(Drop.BATCH_FULL)
        if outcome.activity and outcome.activity.id in seen:
            outcome = _dropped(Drop.REPEATED)
        if outcome.activity:
            seen.add(outcome.activity.id)
            last = _after(last, outcome.activity, arrival.received_at)
            outcome = Outcome(last, None)
        outcomes.append(outcome)
    return outcomes


def _after(last: Activity | None, activity: Activity, latest: datetime) -> Activity:
    """Clocks of browsers tell milliseconds: within one, the order of telling is that of doing."""
    if last is None or not timedelta() <= last.at - activity.at < MILLISECOND:
        return activity
    return msgspec.structs.replace(activity, at=min(last.at + MICROSECOND, latest))


def _judge_one(told: object, arrival: Arrival) -> Outcome:
    draft = Draft(told, arrival)
    for step in STEPS:
        result = step(draft)
        if isinstance(result, Drop):
            return _dropped(result)
        draft = result
    return Outcome(draft.activity, None)


def _dropped(reason: Drop) -> Outcome:
    return Outcome(None, reason)


def _lock_context(profile_id: UUID) -> Seat:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_PROFILE, [profile_id])
        owner = cursor.fetchone()
        if owner is None:
            raise Profile.DoesNotExist(f"no profile {profile_id}")
        [customer_id] = owner
        cursor.execute(LOCK_CONTEXT, [customer_id])
        data, now = cursor.fetchone()
    return Seat(customer_id, profile_id, decode(data), now)


def _store(seat: Seat, outcomes: list[Outcome]) -> list[Outcome]:
    """Return the outcomes with those that were recorded before marked as repeated."""
    activities = [outcome.activity for outcome in outcomes if outcome.activity]
    if not activities:
        return outcomes
    columns: list[list[Any]] = [
        [one.id for one in activities],
        [one.kind for one in activities],
        [msgspec.json.encode(props_of(one)).decode() for one in activities],
        [one.at for one in activities],
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*columns, seat.customer_id, seat.profile_id, seat.now])
        fresh = {row[0] for row in cursor.fetchall()}
    return [
        _dropped(Drop.REPEATED) if one.activity and one.activity.id not in fresh else one
        for one in outcomes
    ]


def _advance_context(
    seat: Seat, fresh: list[Activity], facts: Facts, *, is_present: bool, is_visit: bool
) -> None:
    data = with_facts(seat.data, facts) if is_visit else seat.data
    for activity in sorted(fresh, key=lambda one: one.at):
        data = advance(data, activity, facts) if is_present else filled(data, activity)
    if data == seat.data:
        return
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [encode(data), seat.customer_id])
    context_changed.send(sender=record, customer_id=seat.customer_id)
