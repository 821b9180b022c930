"""Where activities and contexts lie: locked, inserted and advanced in two statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from customers.activities import Activity, props_of
from customers.context import (
    VISIT_GAP,
    ContextData,
    Facts,
    decode,
    decode_facts,
    encode,
    facts_with,
)
from customers.ingest_steps import OLDEST
from customers.models import Profile
from customers.prepared import Row, prepared_rows

# Profiles before contexts, as merges lock. While it waited for one, the profile may have gone to
# another customer: then the row is not found (PostgreSQL looks at the changed row again), and whose
# it is must be read anew.
# Of who was erased nothing is kept; what was waiting here meanwhile goes with the second look.
TAKE = """
SELECT customer_id, context.data::text, clock_timestamp(), profile.facts::text, profile.facts_at
FROM customers_profile AS profile JOIN customers_context AS context USING (customer_id)
JOIN customers_customer AS customer ON customer.id = customer_id AND customer.erased_at IS NULL
WHERE profile.id = %s FOR NO KEY UPDATE OF profile FOR UPDATE OF context
"""
LOCK_PROFILE = """
SELECT customer_id, facts::text, facts_at FROM customers_profile AS profile
WHERE id = %s AND NOT EXISTS (
    SELECT 1 FROM customers_customer WHERE id = profile.customer_id AND erased_at IS NOT NULL
) FOR NO KEY UPDATE OF profile
"""
LOCK_CONTEXT = """
SELECT customer_id, data::text, clock_timestamp() FROM customers_context
WHERE customer_id = %s FOR UPDATE
"""

# One statement: what another transaction has just seen is not inserted a second time. Received is
# when the context was locked: a transaction that waited for a merge had begun before it. The
# context is advanced only if all activities are new, which it was computed for.
# `||` keeps what a newer version of this program has put beside our fields. Of what is older than
# it was looked through for, the context is looked through anew (`thinning`).
_ADVANCE = """UPDATE customers_context
    SET version = version + 1, data = data || %s::jsonb, updated_at = now(),
        kept_since = CASE WHEN kept_since > oldest.at THEN oldest.at ELSE kept_since END
    FROM (SELECT %s::timestamptz AS at) AS oldest"""
STORE = f"""
WITH told AS (
    SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[]::jsonb[], %b::timestamptz[])
        AS row(id, kind, props, at)
), fresh AS (
    INSERT INTO customers_activity_seen (id, forget_at)
    SELECT id, now() + %s::interval FROM told ORDER BY id
    ON CONFLICT (id) DO NOTHING RETURNING id
), advanced AS (
    {_ADVANCE}
    WHERE customer_id = %s AND %s::boolean AND (SELECT count(*) FROM fresh) = %s
)
INSERT INTO customers_activity (id, profile_id, kind, props, at, received_at, is_present)
SELECT id, %s::uuid, kind, props, at, %s::timestamptz, %s::boolean FROM told JOIN fresh USING (id)
RETURNING id
"""  # noqa: S608  # put together from constants
CHANGE = f"{_ADVANCE} WHERE customer_id = %s"

MARK_KEPT = OLDEST + timedelta(days=1)
"""For longer than anything may be told, so no repeat finds its mark gone: a laptop that slept over
the answer tells again what has been recorded, and a shop repeats its orders."""
NOTE_FACTS = """
UPDATE customers_profile
SET facts = %s::jsonb, facts_at = %s, consent_at = coalesce(%s::timestamptz, consent_at)
WHERE id = %s
"""


class Seat(msgspec.Struct, frozen=True):
    """The locked context, and the moment by the clock that all processes share.

    `facts` is what the profile itself has told of its device and consent, for the last time `at`.
    """

    customer_id: UUID
    profile_id: UUID
    data: ContextData
    now: datetime
    facts: Facts
    facts_at: datetime | None


def take_seat(profile_id: UUID) -> Seat:
    """Lock the profile and the context of whoever's it is. Raises `Profile.DoesNotExist`."""
    row = _row(TAKE, [profile_id]) or _row_of_new_owner(profile_id)
    customer_id, data, now, facts, facts_at = row
    return Seat(customer_id, profile_id, decode(data), now, decode_facts(facts), facts_at)


def _row_of_new_owner(profile_id: UUID) -> Row:
    owner = _row(LOCK_PROFILE, [profile_id])
    row = owner and _row(LOCK_CONTEXT, owner[:1])
    if not row or not owner:
        raise Profile.DoesNotExist(f"no profile {profile_id}")
    return (*row, *owner[1:])


def store(
    seat: Seat, done: Sequence[Activity], data: ContextData, *, is_present: bool
) -> set[UUID]:
    """Insert the activities, and if all are new put the context in place; return which were new."""
    if not done:
        change_context(seat, data, done)
        return set()
    columns: list[Any] = [
        [one.id for one in done],
        [one.kind for one in done],
        [msgspec.json.encode(props_of(one)).decode() for one in done],
        [one.at for one in done],
    ]
    context = [encode(data), _oldest(done), seat.customer_id, data != seat.data, len(done)]
    whose = [seat.profile_id, seat.now, is_present]
    return {id for (id,) in prepared_rows(STORE, [*columns, MARK_KEPT, *context, *whose])}


def note_facts(seat: Seat, told: Facts) -> None:
    """Keep what the profile tells of itself: when it is another than before, else once a visit.

    A word about tracking also when another of the customer's browsers has said otherwise since.
    """
    facts = facts_with(seat.facts, told)
    is_fresh = seat.facts_at is not None and seat.now - seat.facts_at <= VISIT_GAP
    is_said = bool(told.consent) and told.consent != seat.data.consent
    if facts == Facts() or (is_fresh and facts == seat.facts and not is_said):
        return
    consent_at = seat.now if told.consent else None
    prepared_rows(NOTE_FACTS, [encode(facts), seat.now, consent_at, seat.profile_id])


def change_context(seat: Seat, data: ContextData, done: Sequence[Activity]) -> None:
    if data != seat.data:
        prepared_rows(CHANGE, [encode(data), _oldest(done), seat.customer_id])


def _oldest(done: Sequence[Activity]) -> datetime | None:
    return min((one.at for one in done), default=None)


def _row(statement: LiteralString, values: Sequence[Any]) -> Row | None:
    rows = prepared_rows(statement, values)
    return rows[0] if rows else None
