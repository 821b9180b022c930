"""What operators call a customer."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from customers import audit
from customers.actions.merges import standing_merges
from customers.actions.resolving import NAME
from customers.actions.traits import tell_traits
from customers.audit import Act, Who
from customers.models import Customer, Profile, Trait
from customers.traits import OPERATOR


@transaction.atomic
def rename_customer(
    who: Who, customer_id: UUID, name: str, *, profile_id: UUID | None = None
) -> None:
    """Let an operator's word be the customer's name, before what others tell. Audited.

    It stays with the profile, should the customer be parted; without one with the first that was
    the customer's own. The name that it is already, by an operator, changes nothing.
    """
    shown = Customer.objects.get(id=customer_id).traits.get(NAME, {})
    if (shown.get("source"), shown.get("value")) == (OPERATOR, name):
        return
    profile_id = profile_id or _first_own(customer_id)
    if _given(customer_id).filter(profile_id=profile_id, value=name).exists():
        # Said of this profile before, and another name of another since: it is news again.
        tell_traits(profile_id, {NAME: None}, source=OPERATOR)
    tell_traits(profile_id, {NAME: name}, source=OPERATOR)
    audit.record(who, Act.CUSTOMER_RENAMED, customer_id=customer_id)


@transaction.atomic
def take_name_back(who: Who, customer_id: UUID) -> None:
    """Show the name that others tell again, whatever operators said of any profile. Audited."""
    profile_ids = list(_given(customer_id).values_list("profile_id", flat=True))
    for profile_id in profile_ids:
        tell_traits(profile_id, {NAME: None}, source=OPERATOR)
    if profile_ids:
        audit.record(who, Act.CUSTOMER_RENAMED, customer_id=customer_id, what={"taken": "back"})


def _first_own(customer_id: UUID) -> UUID:
    joined = set[UUID]().union(*standing_merges([customer_id]))
    ids = Profile.objects.filter(customer_id=customer_id).order_by("created_at", "id")
    oldest_first = list(ids.values_list("id", flat=True))
    return next((id for id in oldest_first if id not in joined), oldest_first[0])


def _given(customer_id: UUID) -> QuerySet[Trait]:
    told = Trait.objects.filter(profile__customer_id=customer_id, source=OPERATOR, key=NAME)
    return told.filter(value__isnull=False).order_by("id")
