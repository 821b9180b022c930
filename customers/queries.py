"""Reads, in the shape that goes on the wire."""

from uuid import UUID

import msgspec
from django.db import connection

from customers.context import ContextData

CONTEXT = "SELECT version, data FROM customers_context WHERE customer_id = %s"

# The times are written by PostgreSQL, so that REST, events and sockets give the same text.
CUSTOMER = """
SELECT jsonb_build_object(
    'id', customer.id, 'name', customer.name, 'locale', customer.locale,
    'created_at', to_char(customer.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'profiles', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', profile.id, 'kind', profile.kind)
            ORDER BY profile.created_at, profile.id)
        FROM customers_profile AS profile WHERE profile.customer_id = customer.id
    ), '[]'))::text
FROM customers_customer AS customer WHERE customer.id = %s
"""


class ContextRow(msgspec.Struct, frozen=True):
    customer_id: UUID
    version: int
    data: ContextData


class ProfileRow(msgspec.Struct, frozen=True):
    id: UUID
    kind: str


class CustomerRow(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    locale: str
    created_at: str
    profiles: tuple[ProfileRow, ...]


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
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMER, [customer_id])
        row = cursor.fetchone()
    return msgspec.json.decode(row[0], type=CustomerRow) if row else None
