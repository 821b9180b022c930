"""What sources tell again of many profiles at once: that it is as fresh as that, and no more."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from msgspec import Struct

from customers import clock
from customers.actions.resolving import empty_wins, resolve_all
from customers.actions.traits import freshened
from customers.models import Trait
from customers.prepared import prepared_rows
from customers.traits import is_same

AT_ONCE = 50
"""Profiles of one transaction: whoever comes after one of them waits for so many."""

# All that is locked for a profile, as everybody locks it, or none of it.
LOCK = """
SELECT profile.id, profile.customer_id FROM customers_profile AS profile
JOIN customers_context AS context USING (customer_id)
JOIN customers_customer AS customer ON customer.id = customer_id AND customer.erased_at IS NULL
WHERE profile.id = ANY(%s) ORDER BY profile.id FOR NO KEY UPDATE SKIP LOCKED
"""
TELL_AGAIN = """
UPDATE customers_trait AS trait SET synced_at = %s, told_at = told.at
FROM unnest(%s::uuid[], %s::timestamptz[]) AS told(id, at) WHERE trait.id = told.id
"""


class Telling(Struct, frozen=True):
    """What a source tells of a profile, as it can be kept, and the source's time of it."""

    values: Mapping[str, Any]
    changed_at: datetime | None


def tell_again(tellings: Mapping[UUID, Telling], *, source: str) -> set[UUID]:
    """Note what is told again of profiles; return those of which nothing else is told.

    Those are done as by `tell_traits`, the others are left as they are: so is a profile that
    somebody holds right now, if there is anything to be noted of it. Nobody is waited for.
    """
    again = _without_news(tellings, source, clock.now())
    done = {profile_id for profile_id, traits in again.items() if not traits}
    waiting = sorted(again.keys() - done)
    for start in range(0, len(waiting), AT_ONCE):
        some = waiting[start : start + AT_ONCE]
        done |= _note({profile_id: tellings[profile_id] for profile_id in some}, source)
    return done


@transaction.atomic
def _note(tellings: Mapping[UUID, Telling], source: str) -> set[UUID]:
    """Look again under their locks, and note it."""
    owners: dict[UUID, UUID] = dict(prepared_rows(LOCK, [list(tellings)]))
    now = clock.now()
    again = _without_news({id: tellings[id] for id in owners}, source, now)
    traits = [trait for each in again.values() for trait in each]
    ids, times = [trait.id for trait in traits], [trait.told_at for trait in traits]
    prepared_rows(TELL_AGAIN, [now, ids, times])
    resolve_all({owners[profile_id] for profile_id in again})
    return set(again)


def _without_news(
    tellings: Mapping[UUID, Telling], source: str, now: datetime
) -> dict[UUID, list[Trait]]:
    """Return the traits that are to be noted as told again, of those who tell nothing else."""
    known: dict[UUID, dict[str, Trait]] = defaultdict(dict)
    for trait in Trait.objects.filter(profile_id__in=tellings, source=source):
        known[trait.profile_id][trait.key] = trait
    noted = empty_wins()
    found = {id: _again(told, known[id], noted, now) for id, told in tellings.items()}
    return {id: traits for id, traits in found.items() if traits is not None}


def _again(
    told: Telling, known: Mapping[str, Trait], noted: set[str], now: datetime
) -> list[Trait] | None:
    """A null that was never told is news where it is noted: with its time, or if it may win."""
    again: list[Trait] = []
    for key, value in told.values.items():
        trait = known.get(key)
        if trait is None:
            if value is not None or told.changed_at is not None or key in noted:
                return None
            continue
        is_known = is_same(trait.value, value)
        fresh = freshened(trait, key, value, told.changed_at, now)
        if fresh and not is_known:
            return None
        again += [fresh] if fresh else []
    return again
