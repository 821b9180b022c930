"""Which source is believed about a key: chosen by an administrator, and then carried through."""

from contextlib import suppress
from uuid import UUID

from django.db import transaction

from customers.actions.people import lock_profile
from customers.actions.resolving import resolve_traits
from customers.models import Profile, Reresolving, Trait, TraitPrecedence

BATCH = 200
"""Traits of the key that are looked at between two notes of how far it has got."""


@transaction.atomic
def set_precedence(key: str, *, sources: list[str], empty_wins: bool) -> TraitPrecedence:
    """From now on the key is resolved like this; what is shown already follows by and by."""
    rule, _ = TraitPrecedence.objects.update_or_create(
        key=key, defaults={"sources": sources, "empty_wins": empty_wins}
    )
    _begin_anew(key)
    return rule


@transaction.atomic
def forget_precedence(key: str) -> None:
    """From now on the key is resolved in the usual order (`customers.traits.PRECEDENCE`)."""
    TraitPrecedence.objects.filter(key=key).delete()
    _begin_anew(key)


def unfinished() -> list[str]:
    return list(Reresolving.objects.order_by("began_at").values_list("key", flat=True))


def carry_on(key: str) -> bool:
    """Resolve the next customers of whom the key is told; return whether there may be more.

    Each in a transaction of their own: nobody waits for the others. Safe to be done twice at once,
    and to be ended anywhere.
    """
    begun = Reresolving.objects.filter(key=key).first()
    if begun is None:
        return False
    told = Trait.objects.filter(key=key, id__gt=begun.after).order_by("id")
    batch = list(told.values_list("id", "profile_id")[:BATCH])
    done: set[UUID] = set()
    for profile_id in dict.fromkeys(profile_id for _, profile_id in batch):
        with suppress(Profile.DoesNotExist):  # erased meanwhile
            done.add(_resolve_owner(profile_id, done))
    return _note(begun, batch[-1][0] if len(batch) == BATCH else None)


@transaction.atomic
def _resolve_owner(profile_id: UUID, done: set[UUID]) -> UUID:
    """Resolve whoever's the profile is, unless that is done; return who that is.

    Under its lock: a merge that had read the rule of before is waited for, and it is the winner's.
    """
    customer_id = lock_profile(profile_id).customer_id
    if customer_id not in done:
        resolve_traits(customer_id)
    return customer_id


def _note(begun: Reresolving, after: UUID | None) -> bool:
    """Note how far it has got, unless the precedence has changed again meanwhile."""
    same = Reresolving.objects.filter(key=begun.key, began_at=begun.began_at, after=begun.after)
    if after is None:
        return not same.delete()[0] and Reresolving.objects.filter(key=begun.key).exists()
    same.update(after=after)
    return True


def _begin_anew(key: str) -> None:
    Reresolving.objects.filter(key=key).delete()
    Reresolving.objects.create(key=key)
