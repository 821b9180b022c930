"""What operators call a customer."""

import re
from uuid import UUID

from django.db import transaction
from msgspec import Struct

from customers.actions.names import rename_customer, take_name_back
from customers.actions.resolving import LONGEST_NAME
from customers.models import Context
from customers.queries import CustomerRow, customer_row
from talk.actions.profiles import lock_profiles_of, profile_beside
from talk.errors import Conflict, Forbidden, Invalid, NotFound
from talk.policy import Actor, Permission, require
from talk.protocol import check_text
from talk.veils import NAME

CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


class Named(Struct, frozen=True):
    """`version` is that of what is known of the customer (`member_version` of the context)."""

    customer: CustomerRow
    version: int


@transaction.atomic
def rename(
    actor: Actor,
    customer_id: UUID,
    *,
    version: int,
    name: str | None,
    conversation_id: UUID | None = None,
) -> Named:
    """Give the customer a name; None takes operators' names back, and shows what others tell.

    It is kept for the profile of the conversation beside which it was given, else for the first of
    the customer's own. Appends `conversation.changed` and `context.changed`. Raises `Conflict` with
    the customer as they are now, and `Forbidden` for whom the name is masked: nobody renames
    blindly.
    """
    require(actor, Permission.CUSTOMER_RENAME)
    require(actor, Permission.CUSTOMER_READ)
    lock_profiles_of(actor, customer_id)
    if not actor.mask.shows(NAME):
        raise Forbidden("The name is masked for you")
    if _version(customer_id) != version:
        now = _named(actor, customer_id)
        raise Conflict(customer=now.customer, version=now.version)
    if name is None:
        take_name_back(actor.who, customer_id)
    else:
        beside = profile_beside(actor, conversation_id, customer_id)
        rename_customer(actor.who, customer_id, _text(name), profile_id=beside)
    return _named(actor, customer_id)


def _version(customer_id: UUID) -> int:
    """Whatever changes it locks the context: it stays until the commit."""
    locked = Context.objects.select_for_update(no_key=True).filter(customer_id=customer_id)
    return locked.values_list("member_version", flat=True).get()


def _named(actor: Actor, customer_id: UUID) -> Named:
    row = customer_row(customer_id)
    if row is None:
        raise NotFound
    return Named(actor.mask.customer(row), _version(customer_id))


def _text(name: str) -> str:
    check_text(name, "name")
    text = CONTROLS.sub(" ", name).strip()
    if not text:
        raise Invalid("name", "A name needs a text; null takes it back")
    if len(text) > LONGEST_NAME:
        raise Invalid("name", f"A name has at most {LONGEST_NAME} characters")
    return text
