"""What stands beside a conversation: the customer's row, context and past, in one expression."""

from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from customers.queries import CUSTOMER_JSON, CustomerRow
from talk.policy import Actor, Permission, allow
from talk.queries import sql
from talk.rows import (
    CONTEXT_JSON,
    MARKS_JSON,
    PAST_JSON,
    ContextRow,
    MarksRow,
    PastRow,
    json_object,
)

MOST_PAST = 20


class Beside(Struct, frozen=True):
    """The first three are null for an unknown customer, and for who may not read them."""

    context: ContextRow | None
    marks: MarksRow | None
    customer: CustomerRow | None
    past: list[PastRow]
    past_count: int


def beside(actor: Actor, customer_id: UUID) -> Beside:
    """Return what is known of a customer, with the conversations that the actor may see."""
    return masked(
        actor,
        sql.only(
            Beside, f"SELECT {sidebar_json(actor)}::text", sidebar_parameters(actor, customer_id)
        ),
    )


B = TypeVar("B", bound=Beside)


def masked(actor: Actor, told: B) -> B:
    """Return it as the actor may see it."""
    return replace(
        told,
        context=actor.mask.context(told.context) if told.context else None,
        marks=actor.mask.marks(told.marks) if told.marks else None,
        customer=actor.mask.customer(told.customer) if told.customer else None,
    )


def sidebar_json(actor: Actor) -> str:
    """Return the SQL of `Beside`, whose parameters are the following."""
    visible = "AND c.inbox_id = ANY(%(visible)s)" if actor.inbox_ids is not None else ""
    past = f"FROM talk_conversation c WHERE c.customer_id = %(customer)s {visible}"
    return json_object(
        {
            "context": f"""(SELECT {CONTEXT_JSON} FROM customers_context x
                WHERE %(may_read)s AND x.customer_id = %(customer)s)""",
            "marks": f"""(SELECT {MARKS_JSON} FROM customers_context x
                WHERE %(may_read)s AND x.customer_id = %(customer)s)""",
            "customer": f"""(SELECT {CUSTOMER_JSON} FROM customers_customer customer
                WHERE %(may_read)s AND customer.id = %(customer)s)""",
            "past": f"""(SELECT coalesce(jsonb_agg(t.row ORDER BY t.created_at DESC), '[]') FROM (
                SELECT {PAST_JSON} AS row, c.created_at {past}
                ORDER BY c.created_at DESC LIMIT {MOST_PAST}) t)""",
            "past_count": f"(SELECT count(*) {past})",
        }
    )


def sidebar_parameters(actor: Actor, customer_id: UUID) -> dict[str, Any]:
    return {
        "customer": customer_id,
        "visible": list(actor.inbox_ids or ()),
        "may_read": allow(actor, Permission.CUSTOMER_READ),
    }
