"""Traits: told by a source for a profile, resolved for the customer."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from customers.cleaning import clean_text, clean_value
from customers.models import Customer, Profile, Trait
from customers.models.traits import MAX_KEY
from customers.signals import customer_renamed, traits_changed
from customers.traits import Known, Told, resolve

LONGEST_TEXT = 2_048
NAME = "name"


@transaction.atomic
def tell_traits(
    profile_id: UUID,
    values: Mapping[str, Any],
    *,
    source: str,
    changed_at: datetime | None = None,
) -> dict[str, Known]:
    """Store what a source tells of a profile, and return all that is known of its customer.

    A key that is told as null is forgotten; keys that are not told stay. `changed_at` is the
    source's own time of the change, now if it has none; what is older than what the same source
    told before changes nothing. Raises `Profile.DoesNotExist`.
    """
    profile = Profile.objects.select_related("customer").get(id=profile_id)
    now = timezone.now()
    at = min(changed_at or now, now)
    for key, value in values.items():
        _put(profile, clean_text(key, MAX_KEY), source, value, at, now)
    return resolve_traits(profile.customer_id)


def _put(
    profile: Profile, key: str, source: str, value: Any, changed_at: datetime, now: datetime
) -> None:
    own = Trait.objects.filter(profile=profile, key=key, source=source)
    if value is None:
        own.filter(changed_at__lte=changed_at).delete()
        return
    cleaned = clean_value(value, LONGEST_TEXT)
    if (
        own.filter(changed_at__lte=changed_at)
        .exclude(value=cleaned)
        .update(value=cleaned, changed_at=changed_at, synced_at=now)
    ):
        return
    if not own.update(synced_at=now):
        Trait.objects.create(
            profile=profile,
            key=key,
            source=source,
            value=cleaned,
            changed_at=changed_at,
            synced_at=now,
        )


@transaction.atomic
def resolve_traits(customer_id: UUID) -> dict[str, Known]:
    """Choose anew what is shown of a customer, under the customer's lock; tell who listens.

    The trait `name` is the customer's name.
    """
    customer = Customer.objects.select_for_update().get(id=customer_id)
    known = resolve(_told(customer_id))
    stored = msgspec.to_builtins(known)
    if stored == customer.traits:
        return known
    customer.traits = stored
    fields = ["traits"]
    name = known.get(NAME)
    shown = clean_text(str(name.value).strip(), 200) if name else customer.name
    is_renamed = shown != customer.name
    if is_renamed:
        customer.name = shown
        fields.append("name")
    customer.save(update_fields=fields)
    traits_changed.send(sender=resolve_traits, customer_id=customer_id)
    if is_renamed:
        customer_renamed.send(sender=resolve_traits, customer_id=customer_id)
    return known


def _told(customer_id: UUID) -> Iterable[Told]:
    rows = Trait.objects.filter(profile__customer_id=customer_id).order_by("id")
    for row in rows:
        yield Told(row.key, row.source, row.value, row.changed_at, row.synced_at)
