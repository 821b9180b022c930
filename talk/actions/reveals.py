"""Values that are masked, shown to one operator for a reason."""

from uuid import UUID

from django.db import transaction
from msgspec import Struct

from customers import audit
from customers.audit import Act
from customers.queries import CustomerRow
from talk import masking
from talk.errors import Forbidden, Invalid, NotFound
from talk.policy import Actor, Permission, require
from talk.queries.conversations import conversation_row
from talk.queries.customers import whole_row

SHOWN_SECONDS = 60


class Revealed(Struct, frozen=True):
    """The customer with nothing but what was asked for; to be masked again after `seconds`."""

    customer: CustomerRow
    seconds: int


@transaction.atomic
def reveal(
    actor: Actor,
    *,
    customer_id: UUID,
    key: str,
    reason: str,
    conversation_id: UUID | None = None,
) -> Revealed:
    """Return the values of a masked key, and record who saw them and why.

    Raises `NotFound` for a customer, or a conversation, that the actor does not see or that has no
    such key, `Forbidden` for whose class the actor may not reveal.
    """
    require(actor, Permission.CUSTOMER_REVEAL)
    require(actor, Permission.CUSTOMER_READ)
    row = whole_row(actor, customer_id)
    if not reason.strip():
        raise Invalid("reason", "Say why this has to be seen")
    masked = actor.mask.customer(row).masked
    if key not in masked or not _is_theirs(actor, customer_id, conversation_id):
        raise NotFound
    if not masked[key]:
        raise Forbidden("Values of this class are not revealed to you")
    audit.record(
        actor.who,
        Act.VALUE_REVEALED,
        customer_id=customer_id,
        conversation_id=conversation_id,
        what={"key": key},
        reason=reason.strip(),
    )
    return Revealed(masking.only(row, key), SHOWN_SECONDS)


def _is_theirs(actor: Actor, customer_id: UUID, conversation_id: UUID | None) -> bool:
    if conversation_id is None:
        return True
    return conversation_row(actor, conversation_id).customer_id == customer_id
