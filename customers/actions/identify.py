"""Who a profile is: verified identifiers bind and join, unverified ones are only shown.

Two customers become one only when both hold the same verified identifier, and never when each of
them is a member of their own: then the newcomer is kept apart, or the weaker identifier is dropped
and an operator is told (`IdentityConflict`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.actions.merges import move_profiles
from customers.actions.people import create_visitor_profile
from customers.actions.traits import tell_traits
from customers.identifiers import (
    MOST_PER_CUSTOMER,
    BadIdentifier,
    Kind,
    Verifier,
    normalise,
)
from customers.metrics import IDENTIFIERS_REFUSED
from customers.models import (
    BlockedIdentifier,
    Claim,
    Identity,
    IdentityConflict,
    Profile,
)

SITE = "site"


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody vouches for. `traits` are stored as told by the site."""

    user_id: str
    email: str = ""
    phone: str = ""
    traits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identified:
    """The profile that is the person from now on; another one when somebody else was here."""

    profile: Profile
    is_switched: bool


@transaction.atomic
def identify(profile_id: UUID, person: Person) -> Identified:
    """Bind a profile to the member whom the site vouches for.

    What the profile did before goes to the member, unless it was bound to another: then a new
    profile begins. Raises `BadIdentifier` for a user id that identifies nobody.
    """
    user_id = checked(Kind.USER_ID, person.user_id)
    profile = Profile.objects.select_for_update().get(id=profile_id)
    is_switched = _belongs_to_another(profile, user_id)
    if is_switched:
        profile = create_visitor_profile(locale=profile.customer.locale)
    member = _member(profile, person.user_id, user_id)
    if member.profile.customer_id != profile.customer_id:
        move_profiles(
            [profile.id],
            winner_id=member.profile.customer_id,
            reason="The site signed the same user id",
            actor=SITE,
            evidence={"kind": Kind.USER_ID, "value": person.user_id},
        )
        profile.refresh_from_db()
    if profile.member_id != member.id:
        profile.member = member
        profile.save(update_fields=["member"])
    for kind, value in ((Kind.EMAIL, person.email), (Kind.PHONE, person.phone)):
        if value:
            vouch(profile, kind, value, Verifier.SITE)
    told = {**person.traits, Kind.USER_ID: person.user_id}
    tell_traits(profile.id, told, source=SITE)
    profile.refresh_from_db()
    return Identified(profile, is_switched)


@transaction.atomic
def vouch(profile: Profile, kind: Kind, value: str, verifier: Verifier) -> Identity | None:
    """Note that an identifier is the profile's; join the customers that both hold it.

    Return None, with a conflict for the operators, when it cannot be kept.
    """
    norm = checked(kind, value)
    known = Identity.objects.select_for_update().filter(kind=kind, value_norm=norm).first()
    Claim.objects.filter(profile=profile, kind=kind, value_norm=norm).delete()
    if known is None:
        return _add(profile, kind, value, norm, verifier)
    if known.profile.customer_id != profile.customer_id and not _join(profile, known):
        _note_conflict(profile, kind, value, verifier, IdentityConflict.Reason.TWO_MEMBERS, known)
        return None
    if verifier.rank > Verifier(known.verified_by).rank:
        known.verified_by = verifier
    known.verified_at = timezone.now()
    known.save(update_fields=["verified_by", "verified_at"])
    return known


@transaction.atomic
def claim(profile_id: UUID, kind: Kind, value: str) -> Claim | None:
    """Note what a customer says of themselves; None when it is verified already.

    Nothing that comes back tells whether anybody else has this identifier.
    """
    norm = checked(kind, value)
    profile = Profile.objects.get(id=profile_id)
    own = Identity.objects.filter(profile__customer_id=profile.customer_id)
    if own.filter(kind=kind, value_norm=norm).exists():
        return None
    found, _ = Claim.objects.update_or_create(
        profile=profile, kind=kind, value_norm=norm, defaults={"value": value}
    )
    return found


def checked(kind: Kind, value: str) -> str:
    """Return the normal form; raise `BadIdentifier` for a blocked one as well."""
    try:
        norm = normalise(kind, value)
        if BlockedIdentifier.objects.filter(value=norm.casefold()).exists():
            raise BadIdentifier("is on the list of blocked identifiers")
    except BadIdentifier:
        IDENTIFIERS_REFUSED.labels(kind).inc()
        raise
    return norm


def _belongs_to_another(profile: Profile, user_id: str) -> bool:
    """Whether the profile, or whom it was joined with, is a member under another user id."""
    own = Identity.objects.filter(
        profile__customer_id=profile.customer_id, kind=Kind.USER_ID
    ).exclude(value_norm=user_id)
    return own.exists() or (profile.member is not None and profile.member.value_norm != user_id)


def _member(profile: Profile, value: str, user_id: str) -> Identity:
    """Return the member's identity; it begins with the first browser that is signed for it."""
    member, is_new = Identity.objects.select_for_update().get_or_create(
        kind=Kind.USER_ID,
        value_norm=user_id,
        defaults={
            "profile": profile,
            "value": value,
            "verified_by": Verifier.SITE,
            "verified_at": timezone.now(),
        },
    )
    if not is_new:
        Identity.objects.filter(id=member.id).update(verified_at=timezone.now())
    return member


def _add(
    profile: Profile, kind: Kind, value: str, norm: str, verifier: Verifier
) -> Identity | None:
    """Add an identifier; over the limit, one of a lower rank gives way, or this one is dropped."""
    own = Identity.objects.filter(profile__customer_id=profile.customer_id, kind=kind)
    if own.count() >= MOST_PER_CUSTOMER[kind]:
        weakest = min(own, key=lambda one: (Verifier(one.verified_by).rank, one.verified_at))
        if Verifier(weakest.verified_by).rank >= verifier.rank:
            _note_conflict(profile, kind, value, verifier, IdentityConflict.Reason.LIMIT)
            return None
        dropped = Verifier(weakest.verified_by)
        _note_conflict(profile, kind, weakest.value, dropped, IdentityConflict.Reason.LIMIT)
        weakest.delete()
    return Identity.objects.create(
        profile=profile,
        kind=kind,
        value=value,
        value_norm=norm,
        verified_by=verifier,
        verified_at=timezone.now(),
    )


def _join(profile: Profile, known: Identity) -> bool:
    """Make one of the two customers; False when that would break a limit."""
    mine, theirs = profile.customer, known.profile.customer
    if _breaks_limits(mine.id, theirs.id):
        return False
    winner, loser = sorted((mine, theirs), key=lambda one: (-_rank(one.id), one.created_at))
    profiles = Profile.objects.filter(customer_id=loser.id).values_list("id", flat=True)
    move_profiles(
        list(profiles),
        winner_id=winner.id,
        reason="Both hold the same verified identifier",
        actor=known.verified_by,
        evidence={"kind": known.kind, "value": known.value},
    )
    profile.refresh_from_db()
    known.profile.refresh_from_db()
    return True


def _rank(customer_id: UUID) -> int:
    """Members before everybody else."""
    own = Identity.objects.filter(profile__customer_id=customer_id, kind=Kind.USER_ID)
    return int(own.exists())


def _breaks_limits(*customer_ids: UUID) -> bool:
    own = Identity.objects.filter(profile__customer_id__in=customer_ids)
    kinds = list(own.values_list("kind", flat=True))
    return any(kinds.count(kind) > most for kind, most in MOST_PER_CUSTOMER.items())


def _note_conflict(
    profile: Profile,
    kind: Kind,
    value: str,
    verifier: Verifier,
    reason: IdentityConflict.Reason,
    other: Identity | None = None,
) -> None:
    IdentityConflict.objects.get_or_create(
        profile=profile,
        kind=kind,
        value=value,
        reason=reason,
        other_id=other.profile.customer_id if other else None,
        defaults={"verified_by": verifier},
    )
