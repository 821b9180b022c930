"""What customers say of themselves: shown as unverified, never joined on."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from customers.actions.contexts import tell_of_member
from customers.actions.people import lock_profile
from customers.actions.traits import tell_traits
from customers.actions.vouching import checked
from customers.identifiers import BadIdentifier, Kind
from customers.models import Claim, Identity, Profile
from customers.suppression import is_suppressed
from customers.traits import UNVERIFIED

MOST_CLAIMS = 5  # of one kind for a profile; the one that was told longest ago gives way


@transaction.atomic
def claim_all(profile_id: UUID, told: Mapping[Kind, str], traits: Mapping[str, Any]) -> None:
    """Note all that a customer says of themselves, or nothing; what identifies nobody is dropped.

    Raises `Profile.DoesNotExist`.
    """
    for kind, value in told.items():
        with suppress(BadIdentifier):
            claim(profile_id, kind, value)
    if traits:
        tell_traits(profile_id, traits, source=UNVERIFIED)


@transaction.atomic
def claim(profile_id: UUID, kind: Kind, value: str) -> Claim | None:
    """Note what a customer says of themselves; None when it is verified already, or suppressed.

    Nothing that comes back tells whether anybody else has this identifier. Raises `BadIdentifier`.
    """
    told = checked(kind, value)
    profile = lock_profile(profile_id)
    own = Identity.objects.filter(profile__customer_id=profile.customer_id)
    if own.filter(kind=kind, value_norm=told.norm).exists():
        return None
    # Somebody erased begins anew by a proof, not by a word that anybody could say.
    if profile.member_id is None and is_suppressed(told):
        return None
    found, _ = Claim.objects.update_or_create(
        profile=profile, kind=kind, value_norm=told.norm, defaults={"value": told.value}
    )
    Claim.objects.filter(id=found.id).update(claimed_at=Now())
    _drop_oldest(profile, kind)
    tell_of_member(profile.customer_id)
    return found


def _drop_oldest(profile: Profile, kind: Kind) -> None:
    told = Claim.objects.filter(profile=profile, kind=kind)
    newest = told.order_by("-claimed_at", "-id").values_list("id", flat=True)[:MOST_CLAIMS]
    told.exclude(id__in=list(newest)).delete()
