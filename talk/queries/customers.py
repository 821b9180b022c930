"""Customers, as far as the actor has conversations with them in inboxes they may see."""

import base64
import binascii
from uuid import UUID

from django.db import connection
from msgspec import Struct

from customers.models import Customer
from customers.queries import CustomerRow, customer_row, customer_rows
from talk.errors import Invalid, NotFound
from talk.models import Conversation
from talk.policy import Actor, Permission, require
from talk.queries.beside import beside
from talk.queries.conversations import MOST_IN_A_PAGE, Page
from talk.rows import ContextRow, MarksRow, PastRow

PAGE = """
SELECT cu.id FROM customers_customer cu
WHERE (%(after)s::uuid IS NULL OR cu.id < %(after)s::uuid)
  -- one that was joined with another has nothing left
  AND EXISTS (SELECT 1 FROM customers_profile p WHERE p.customer_id = cu.id)
  AND (%(all)s OR EXISTS (SELECT 1 FROM talk_conversation c
       WHERE c.customer_id = cu.id AND c.inbox_id = ANY(%(visible)s)))
ORDER BY cu.id DESC LIMIT %(limit)s
"""


class CustomerDetail(Struct, frozen=True):
    customer: CustomerRow
    context: ContextRow | None
    marks: MarksRow | None
    past: list[PastRow]
    past_count: int


def customers(actor: Actor, *, cursor: str | None = None, limit: int = 50) -> Page[CustomerRow]:
    """Return a page of customers, those made last first."""
    require(actor, Permission.CUSTOMER_READ)
    limit = min(max(limit, 1), MOST_IN_A_PAGE)
    ids = _page_of_ids(actor, _parse_cursor(cursor), limit + 1)
    rows = [actor.mask.customer(row) for row in customer_rows(ids[:limit])]
    return Page(rows, _cursor(ids[limit - 1]) if len(ids) > limit else None)


def customer_detail(actor: Actor, customer_id: UUID) -> CustomerDetail:
    """Raise `NotFound` for a customer who has written to none of the actor's inboxes."""
    require(actor, Permission.CUSTOMER_READ)
    told = beside(actor, customer_id)
    if told.customer is None or not is_visible(actor, customer_id):
        raise NotFound
    return CustomerDetail(told.customer, told.context, told.marks, told.past, told.past_count)


def whole_row(actor: Actor, customer_id: UUID) -> CustomerRow:
    """Return the customer without any mask: not for showing. Raises `NotFound` as above."""
    row = customer_row(customer_id)
    if row is None or not is_visible(actor, customer_id):
        raise NotFound
    return row


def _page_of_ids(actor: Actor, after: UUID | None, limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            PAGE,
            {
                "after": after,
                "all": actor.inbox_ids is None,
                "visible": list(actor.inbox_ids or ()),
                "limit": limit,
            },
        )
        return [id for (id,) in cursor.fetchall()]


def require_visible(actor: Actor, customer_id: UUID) -> None:
    """Raise `NotFound` for a customer who has written to none of the actor's inboxes."""
    if not Customer.objects.filter(id=customer_id).exists() or not is_visible(actor, customer_id):
        raise NotFound


def is_visible(actor: Actor, customer_id: UUID) -> bool:
    """Whether the customer has written to any of the actor's inboxes."""
    if actor.inbox_ids is None:
        return True
    theirs = Conversation.objects.filter(customer_id=customer_id, inbox_id__in=actor.inbox_ids)
    return theirs.exists()


def _cursor(id: UUID) -> str:
    return base64.urlsafe_b64encode(id.bytes).decode().rstrip("=")


def _parse_cursor(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(f"{cursor}=="))
    except (ValueError, binascii.Error):
        raise Invalid("cursor", "This is not a cursor of this list") from None
