"""What operators keep about a customer."""

from uuid import UUID

from talk.policy import Actor
from talk.queries import sql
from talk.rows import MARKS_JSON, MarksRow


def marks_row(actor: Actor, customer_id: UUID) -> MarksRow:
    """Return it as the actor may see it; whether they see the customer is asked before."""
    row = sql.only(
        MarksRow,
        f"SELECT {MARKS_JSON}::text FROM customers_context x WHERE x.customer_id = %(id)s",
        {"id": customer_id},
    )
    return actor.mask.marks(row)
