"""What operators call a customer."""

from uuid import UUID

from django.db import transaction

from customers.actions.traits import LONGEST_NAME, NAME, tell_traits
from customers.cleaning import clean_text
from customers.models import Customer, Profile
from customers.traits import OPERATOR


@transaction.atomic
def rename_customer(*, customer_id: UUID, name: str) -> Customer:
    """Give the customer a name; white space at the ends goes, at most 200 characters are kept.

    It is an operator's word, stronger than what others say, and stays with the profile that the
    customer began with, should they be parted; an empty one takes it back. The same name again
    changes nothing and tells nobody. Raises `Customer.DoesNotExist`.
    """
    own = Profile.objects.filter(customer_id=customer_id).order_by("created_at", "id").first()
    if own is None:
        raise Customer.DoesNotExist
    told = clean_text(name.strip(), LONGEST_NAME) or None
    tell_traits(own.id, {NAME: told}, source=OPERATOR)
    return Customer.objects.get(id=customer_id)
