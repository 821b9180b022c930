"""What is news to consoles when customers change; `customers` itself knows no conversations."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.dispatch import receiver

from customers.signals import context_changed, customer_renamed, profiles_moved
from talk import events
from talk.models import Conversation


@receiver(context_changed)
def tell_of_context(sender: Any, customer_id: UUID, **_: Any) -> None:
    """Append `context.changed`: an operator may have any of the customer's conversations open."""
    events.append_context(customer_id=customer_id)


@receiver(customer_renamed)
def tell_of_name(sender: Any, customer_id: UUID, **_: Any) -> None:
    """The name is part of the conversation's row, so the row changes with it."""
    own = Conversation.objects.filter(customer_id=customer_id).order_by("id")
    for conversation_id in list(own.values_list("id", flat=True)):
        Conversation.objects.filter(id=conversation_id).update(version=F("version") + 1)
        events.append("conversation.changed", conversation_id=conversation_id)


@receiver(profiles_moved)
def take_conversations_along(
    sender: Any, profile_ids: list[UUID], customer_id: UUID, **_: Any
) -> None:
    """A conversation keeps its profile, and is its customer's."""
    events.append_member_change(profile_ids=profile_ids)
    own = Conversation.objects.filter(profile_id__in=profile_ids).order_by("id")
    for conversation_id in list(own.values_list("id", flat=True)):
        Conversation.objects.filter(id=conversation_id).update(
            customer_id=customer_id, version=F("version") + 1
        )
        events.append("conversation.changed", conversation_id=conversation_id)
