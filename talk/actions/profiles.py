"""Customers' profiles, held while something is written for them."""

from uuid import UUID

from customers.models import Customer, Profile
from talk.errors import Erased, NotFound
from talk.models import Conversation
from talk.policy import Actor
from talk.queries.customers import is_visible


def lock_profiles_of(actor: Actor, customer_id: UUID) -> list[UUID]:
    """Return the customer's profiles, locked, the oldest first. Raises `NotFound`, `Erased`."""
    # Locked before the customer is looked at: who erases them, or joins them, holds these.
    profiles = (
        Profile.objects.select_for_update(no_key=True)
        .filter(customer_id=customer_id)
        .order_by("id")
    )
    ids = [profile.id for profile in profiles]
    if not ids or not is_visible(actor, customer_id):
        raise NotFound
    if not Customer.objects.filter(id=customer_id, erased_at=None).exists():
        raise Erased
    return ids


def profile_beside(actor: Actor, conversation_id: UUID | None, customer_id: UUID) -> UUID | None:
    """Return whose conversation with the customer it is. Raises `NotFound` for another's."""
    if conversation_id is None:
        return None
    theirs = Conversation.objects.filter(id=conversation_id, customer_id=customer_id)
    place = theirs.values_list("profile_id", "inbox_id").first()
    if place is None or not actor.sees(place[1]):
        raise NotFound
    return place[0]
