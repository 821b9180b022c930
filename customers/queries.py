"""Reads, in the shape that goes on the wire."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from django.db import connection

from customers.context import ContextData
from customers.traits import Known

CONTEXT = "SELECT version, data FROM customers_context WHERE customer_id = %s"


def _time(column: str) -> str:
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


CREATED_AT, ERASED_AT, VERIFIED_AT, CLAIMED_AT = map(
    _time, ("customer.created_at", "customer.erased_at", "one.verified_at", "one.claimed_at")
)
# The times are written by PostgreSQL, so that REST, events and sockets give the same text.
# Alias: customer for customers_customer
CUSTOMER_JSON = f"""jsonb_build_object(
    'id', customer.id, 'name', customer.name, 'locale', customer.locale,
    'created_at', {CREATED_AT}, 'erased_at', {ERASED_AT},
    'profiles', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', profile.id, 'kind', profile.kind)
            ORDER BY profile.created_at, profile.id)
        FROM customers_profile AS profile WHERE profile.customer_id = customer.id
    ), '[]'),
    'traits', customer.traits,
    'identities', coalesce((
        SELECT jsonb_agg(jsonb_build_object('kind', one.kind, 'value', one.value,
            'verified_by', one.verified_by, 'at', {VERIFIED_AT}) ORDER BY one.kind, one.id)
        FROM customers_identity AS one JOIN customers_profile AS profile
            ON profile.id = one.profile_id AND profile.customer_id = customer.id
    ), '[]'),
    'claims', coalesce((
        SELECT jsonb_agg(jsonb_build_object('kind', one.kind, 'value', one.value,
            'at', {CLAIMED_AT}) ORDER BY one.kind, one.id)
        FROM customers_claim AS one JOIN customers_profile AS profile
            ON profile.id = one.profile_id AND profile.customer_id = customer.id
        -- who was joined may have verified what the other had claimed
        WHERE NOT EXISTS (SELECT 1 FROM customers_identity AS held JOIN customers_profile AS own
            ON own.id = held.profile_id AND own.customer_id = customer.id
            WHERE (held.kind, held.value_norm) = (one.kind, one.value_norm))
    ), '[]'))"""  # noqa: S608  # put together from constants
CUSTOMER = f"""
SELECT {CUSTOMER_JSON}::text
FROM customers_customer AS customer WHERE customer.id = ANY(%s) ORDER BY customer.id DESC
"""  # noqa: S608  # put together from constants


class ContextRow(msgspec.Struct, frozen=True):
    customer_id: UUID
    version: int
    data: ContextData


class ProfileRow(msgspec.Struct, frozen=True):
    id: UUID
    kind: str


class IdentityRow(msgspec.Struct, frozen=True):
    """A verified identifier, by whom and since when."""

    kind: str
    value: str
    verified_by: str
    at: str


class ClaimRow(msgspec.Struct, frozen=True):
    """An identifier that nobody vouches for."""

    kind: str
    value: str
    at: str


class CustomerRow(msgspec.Struct, frozen=True):
    """`traits` by key; those that nobody vouches for have keys that begin with `claimed.`.

    `masked` has the keys of traits, and kinds of identifiers, that are dots for who asks, and
    whether they may reveal them.
    """

    id: UUID
    name: str
    locale: str
    created_at: str
    profiles: tuple[ProfileRow, ...]
    traits: dict[str, Known]
    identities: tuple[IdentityRow, ...]
    claims: tuple[ClaimRow, ...]
    erased_at: str | None = None
    masked: dict[str, bool] = {}


def context_row(customer_id: UUID) -> ContextRow | None:
    """Return what the sidebar reads, or None for an unknown customer. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(CONTEXT, [customer_id])
        row = cursor.fetchone()
    if row is None:
        return None
    version, data = row
    return ContextRow(customer_id, version, msgspec.json.decode(data, type=ContextData))


def customer_row(customer_id: UUID) -> CustomerRow | None:
    """Return the customer with their profiles, or None. One statement."""
    return next(iter(customer_rows([customer_id])), None)


def customer_rows(customer_ids: Sequence[UUID]) -> list[CustomerRow]:
    """Return those that exist, made last first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMER, [list(customer_ids)])
        found = cursor.fetchall()
    return [msgspec.json.decode(text, type=CustomerRow) for (text,) in found]


# Who was joined with somebody has no profiles left; no merge leads in a circle, nor so far.
PRESENT = """
WITH RECURSIVE led(asked, id, steps) AS (
    SELECT id, id, 0 FROM unnest(%s::uuid[]) AS told(id)
    UNION ALL
    SELECT led.asked, newest.winner_id, led.steps + 1
    FROM led CROSS JOIN LATERAL (
        SELECT log.winner_id FROM customers_mergelog log
        WHERE log.loser_id = led.id AND log.undone_at IS NULL AND NOT log.is_parting
        ORDER BY log.created_at DESC LIMIT 1
    ) AS newest
    WHERE led.steps < 50
        AND NOT EXISTS (SELECT 1 FROM customers_profile p WHERE p.customer_id = led.id)
)
SELECT DISTINCT ON (asked) asked, id FROM led ORDER BY asked, steps DESC
"""


def present_customers(customer_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return who each of them is now, if they were joined with somebody since. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [list(customer_ids)])
        return dict(cursor.fetchall())


LATEST_TRAITS = 5_000
MOST_KEYS = 300


def recent_trait_keys() -> list[str]:
    """Return the keys of member data that were told last, those inside objects as `plan.name`.

    Of the newest 5,000 traits, so that it costs the same however many there are. What nobody
    vouches for is left out: anybody could push out the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT path FROM (
                SELECT key, value FROM customers_trait
                WHERE value IS NOT NULL AND source <> 'claim'
                ORDER BY id DESC LIMIT %s
            ) AS told CROSS JOIN LATERAL (
                SELECT key UNION ALL
                SELECT key || '.' || inner_key FROM jsonb_object_keys(
                    CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END
                ) AS inner_key
            ) AS each(path) ORDER BY path LIMIT %s
            """,
            [LATEST_TRAITS, MOST_KEYS],
        )
        return [path for (path,) in cursor.fetchall()]


LATEST_CONTEXTS = 5_000


def recent_segments() -> dict[str, str]:
    """Return the names, by id, of segments that any of the newest 5,000 customers are in."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT segment->>'name', segment->>'id' FROM (
                SELECT data FROM customers_context ORDER BY customer_id DESC LIMIT %s
            ) AS latest CROSS JOIN LATERAL jsonb_array_elements(data->'segments') AS segment
            ORDER BY 1, 2
            """,
            [LATEST_CONTEXTS],
        )
        return {id: name for name, id in cursor.fetchall()}
