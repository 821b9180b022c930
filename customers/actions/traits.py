"""Traits: told by a source for a profile, resolved for the customer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from customers import clock
from customers.actions.people import lock_profile
from customers.actions.resolving import empty_wins, resolve_traits
from customers.cleaning import clean_text, clean_value
from customers.models import Trait
from customers.models.traits import MAX_KEY
from customers.traits import UNVERIFIED, Known, is_same

LONGEST_TEXT = 2_048
LONGEST_CLAIM = 512
MOST_KEYS = 128
"""More than one telling can have; a customer has to be opened with all of them at once."""
MOST_CLAIMED_KEYS = 64
"""Of what nobody vouches for anybody can tell any number."""
SYNC_NOTED_EVERY = timedelta(minutes=5)


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
    told before changes nothing, a null too. At most `MOST_KEYS` are kept of a source for a
    profile: those that were told longest ago give way. Raises `Profile.DoesNotExist`.
    """
    # Locked: what is told while the profile goes to another customer is resolved for that one.
    profile = lock_profile(profile_id)
    now = clock.now()
    told = storable(values, source)
    own = Trait.objects.filter(profile=profile, source=source, key__in=told)
    known = {trait.key: trait for trait in own.select_for_update().order_by("key")}
    told = _worth_a_row(told, known, is_dated=changed_at is not None)
    fresh = [
        trait
        for key, value in told.items()
        if (trait := freshened(known.get(key), key, value, changed_at, now))
    ]
    for trait in fresh:
        trait.profile, trait.source = profile, source
    Trait.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["profile", "key", "source"],
        update_fields=["value", "changed_at", "synced_at", "told_at"],
    )
    if any(trait.key not in known for trait in fresh):
        drop_oldest(profile_id, source)
    return resolve_traits(profile.customer_id)


def are_told(profile_id: UUID, values: Mapping[str, Any], *, source: str) -> bool:
    """Whether telling these values would change none. One statement, and no lock."""
    told = storable(values, source)
    own = _kept(profile_id, source).filter(key__in=told)
    known = dict(own.values_list("key", "value"))
    return is_same(known, {key: value for key, value in told.items() if value is not None})


def has_room(profile_id: UUID, values: Mapping[str, Any], *, source: str) -> bool:
    """Whether all of these can be told without others giving way."""
    told = {key for key, value in storable(values, source).items() if value is not None}
    others = _kept(profile_id, source).exclude(key__in=values)
    return others.count() + len(told) <= MOST_KEYS


def _kept(profile_id: UUID, source: str) -> QuerySet[Trait]:
    own = Trait.objects.filter(profile_id=profile_id, source=source)
    return own.filter(value__isnull=False)


def storable(values: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the values as they can be kept of this source."""
    longest = LONGEST_CLAIM if source == UNVERIFIED else LONGEST_TEXT
    return {clean_text(key, MAX_KEY): clean_value(value, longest) for key, value in values.items()}


def _worth_a_row(
    told: Mapping[str, Any], known: Mapping[str, Trait], *, is_dated: bool
) -> dict[str, Any]:
    """What nobody ever told needs no row to be forgotten, unless an empty value wins there.

    With the source's own time it does: the older value may have been overtaken on its way.
    """
    unheard = {key for key, value in told.items() if value is None and key not in known}
    if unheard and is_dated:
        return dict(told)
    if unheard:
        unheard -= empty_wins()
    return {key: value for key, value in told.items() if key not in unheard}


def drop_oldest(profile_id: UUID, source: str) -> None:
    """Keep as much of a source as there is room for.

    What was forgotten gives way first, then what was told longest ago.
    """
    own = Trait.objects.filter(profile_id=profile_id, source=source)
    most = MOST_CLAIMED_KEYS if source == UNVERIFIED else MOST_KEYS
    told = own.alias(is_forgotten=Q(value__isnull=True))
    newest = told.order_by("is_forgotten", "-synced_at", "-id")
    stay = newest.values_list("id", flat=True)[:most]
    own.exclude(id__in=list(stay)).delete()


def freshened(
    known: Trait | None, key: str, value: Any, changed_at: datetime | None, now: datetime
) -> Trait | None:
    """Return the trait as it is to be stored, or None.

    A value that is told again is as fresh as its telling, to the minutes. What is forgotten keeps
    its row, so that the time of the forgetting is known.
    """
    at = min(changed_at or now, now)
    if known is None:
        return Trait(key=key, value=value, changed_at=at, synced_at=now)
    last = known.told_at or known.changed_at
    if last > at:
        return None
    if not is_same(known.value, value):
        known.value, known.changed_at, known.synced_at, known.told_at = value, at, now, None
        return known
    # The value stands since when it was told first; what is older than its last telling is late.
    is_later = changed_at is not None and at > last
    if is_later or now - known.synced_at > SYNC_NOTED_EVERY:
        known.synced_at, known.told_at = now, at
        return known
    return None
