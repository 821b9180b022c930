"""How often and when a customer has begun a conversation, as their context keeps it."""

from uuid import UUID

from customers.actions.contexts import MOST_BEGINNINGS, note_inquiries
from talk import events
from talk.models import Conversation


def begin(customer_id: UUID) -> None:
    """Count one that has just begun. Appends `context.changed`."""
    if count(customer_id):
        events.append_context(customer_id=customer_id)


def count(customer_id: UUID) -> bool:
    """Count the customer's conversations; return whether the context has changed."""
    own = Conversation.objects.filter(customer_id=customer_id)
    newest = own.order_by("-created_at").values_list("created_at", flat=True)
    return note_inquiries(customer_id, count=own.count(), began=list(newest[:MOST_BEGINNINGS]))
