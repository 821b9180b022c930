"""What was known of a customer when they wrote a message."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from customers.earlier import context_at
from talk.errors import NotFound
from talk.models import Message
from talk.policy import Actor, Permission, require
from talk.rows import ContextRow


class Then(Struct, frozen=True):
    """The context as it was `at` the message, of what is looked at: activities since `since`.

    What no activity tells is empty: device, language, segments, number of visits.
    """

    message_id: UUID
    at: datetime
    since: datetime
    is_known: bool
    context: ContextRow | None


def then(actor: Actor, message_id: UUID) -> Then:
    """Return what was known at a message. Raises `NotFound`, also for a foreign inbox."""
    message = Message.objects.select_related("conversation__customer").filter(id=message_id).first()
    if message is None:
        raise NotFound
    place = message.conversation
    require(actor, Permission.CONVERSATION_READ, place.inbox_id)
    require(actor, Permission.CUSTOMER_READ)
    found = context_at(place.customer_id, place.profile_id, message.created_at)
    if found.data is None or place.customer.erased_at:
        return Then(message.id, message.created_at, found.since, is_known=False, context=None)
    # No version: it never replaces what is known now.
    context = ContextRow(place.customer_id, 0, 0, msgspec.to_builtins(found.data))
    shown = actor.mask.context(context)
    return Then(message.id, message.created_at, found.since, is_known=True, context=shown)
