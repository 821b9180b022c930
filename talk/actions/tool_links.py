"""Links to tools: their secrets, and the address that one leads to now."""

import logging
import secrets
from uuid import UUID

from customers.queries import CustomerRow
from customers.sealing import Unreadable, seal, unseal
from talk import clock, links
from talk.errors import NotFound, Refused
from talk.models import Operator, ToolLink
from talk.policy import Actor, Permission, require
from talk.queries.conversations import conversation_row
from talk.queries.customers import whole_row

logger = logging.getLogger(__name__)


def give_secret(link: ToolLink) -> str:
    """Store a new secret of 256 bits in the link, and return it: it is shown once."""
    secret = secrets.token_urlsafe(32)
    link.secret = seal(secret, links.PURPOSE)
    link.save()
    return secret


def address_of(actor: Actor, *, conversation_id: UUID, link_id: UUID) -> str:
    """Return the signed address for this conversation's customer.

    Raises `NotFound` when there is no such link, or it needs what the customer lacks or the actor
    may not see, `Refused` when its secret was sealed with another key of ours.
    """
    require(actor, Permission.CUSTOMER_READ)
    row = conversation_row(actor, conversation_id)
    link = ToolLink.objects.filter(id=link_id, is_active=True).first()
    if link is None:
        raise NotFound
    values = {
        **usable(actor, whole_row(actor, row.customer_id)),
        "customer_id": str(row.customer_id),
        "conversation_id": str(row.id),
        "operator_id": str(actor.operator_id),
        "operator_email": Operator.objects.values_list("email", flat=True).get(
            id=actor.operator_id
        ),
    }
    expires = int(clock.now().timestamp()) + link.minutes * 60
    address = links.filled(link.template, values, secret=_secret_of(link), expires=expires)
    if address is None:
        raise NotFound
    return address


def _secret_of(link: ToolLink) -> str:
    try:
        return unseal(link.secret, links.PURPOSE)
    except Unreadable as error:
        logger.exception("secret of link %s cannot be read: give it a new one", link.id)
        raise Refused(
            "The link's secret cannot be read: an administrator has to give a new one"
        ) from error


def usable(actor: Actor, customer: CustomerRow) -> dict[str, str]:
    """Return the verified identifiers that the actor sees, the first of each kind."""
    found: dict[str, str] = {}
    for one in customer.identities:
        if one.kind in links.IDENTIFIERS and actor.mask.shows(one.kind):
            found.setdefault(one.kind, one.value)
    return found
