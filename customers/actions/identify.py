"""Who a profile is: the member whom a site has signed for, with all that the site says of them.

Two members are never joined: where another was here before, the newcomer gets a new profile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from customers.actions.contexts import tell_of_member
from customers.actions.merges import are_parted, move_profiles
from customers.actions.people import create_visitor_profile
from customers.actions.traits import are_told, tell_traits
from customers.actions.vouching import VERIFIED_NOTED_EVERY, accepted, checked, keep
from customers.identifiers import Identifier, Kind, Verifier
from customers.models import Identity, MergeLog, Profile
from customers.turns import take_turn

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


def identify(profile_id: UUID, person: Person) -> Identified:
    """Bind a profile to the member whom the site vouches for.

    What the profile did before goes to the member, unless it was bound to another, or an operator
    has parted the two: then a new profile begins. A mail address or telephone that identifies
    nobody is dropped; a user id that does raises `BadIdentifier`.
    """
    user_id = checked(Kind.USER_ID, person.user_id)
    contacts = [
        found
        for kind, value in ((Kind.EMAIL, person.email), (Kind.PHONE, person.phone))
        if value and (found := accepted(kind, value))
    ]
    traits = {**person.traits, Kind.USER_ID: user_id.value}
    # Sites identify on every page: what is known already costs a few reads and locks nobody.
    profile = Profile.objects.get(id=profile_id)
    if _is_as_stored(profile, user_id, contacts, traits):
        return Identified(profile, is_switched=False)
    return _bind(profile_id, user_id, contacts, traits)


@transaction.atomic
def _bind(
    profile_id: UUID, user_id: Identifier, contacts: Sequence[Identifier], traits: dict[str, Any]
) -> Identified:
    take_turn()
    profile = Profile.objects.select_for_update(no_key=True).get(id=profile_id)
    is_switched = (
        profile.customer.erased_at is not None
        or _belongs_to_another(profile, user_id)
        or _was_parted(profile, user_id)
    )
    if is_switched:
        profile = create_visitor_profile(locale=profile.customer.locale)
    member = _member(profile, user_id)
    _join_member(profile, member)
    if profile.member_id != member.id:
        profile.member = member
        profile.save(update_fields=["member"])
    for contact in contacts:
        keep(profile, contact, Verifier.SITE)
    tell_traits(profile.id, traits, source=SITE)
    tell_of_member(profile.customer_id)
    profile.refresh_from_db()
    return Identified(profile, is_switched)


def _is_as_stored(
    profile: Profile, user_id: Identifier, contacts: Sequence[Identifier], traits: dict[str, Any]
) -> bool:
    """Whether the site has said the very same of this profile within the last minutes."""
    if profile.member_id is None:
        return False
    own = Identity.objects.filter(
        profile__customer_id=profile.customer_id,
        verified_by=Verifier.SITE,
        verified_at__gt=Now() - VERIFIED_NOTED_EVERY,
    )
    held = {(kind, norm): id for id, kind, norm in own.values_list("id", "kind", "value_norm")}
    return (
        held.get((user_id.kind, user_id.norm)) == profile.member_id
        and all((one.kind, one.norm) in held for one in contacts)
        and are_told(profile.id, traits, source=SITE)
    )


def _belongs_to_another(profile: Profile, user_id: Identifier) -> bool:
    """Whether the profile, or whom it was joined with, is a member under another user id."""
    own = Identity.objects.filter(
        profile__customer_id=profile.customer_id, kind=Kind.USER_ID
    ).exclude(value_norm=user_id.norm)
    is_others = profile.member is not None and profile.member.value_norm != user_id.norm
    return own.exists() or is_others


def _was_parted(profile: Profile, user_id: Identifier) -> bool:
    """Whether an operator has found that the profile is not this member's."""
    known = Identity.objects.select_related("profile")
    member = known.filter(kind=Kind.USER_ID, value_norm=user_id.norm).first()
    if member is None or member.profile.customer_id == profile.customer_id:
        return False
    return are_parted(profile.customer_id, member.profile.customer_id, _evidence(member))


def _member(profile: Profile, user_id: Identifier) -> Identity:
    """Return the member's identity; it begins with the first browser that is signed for it."""
    member, is_new = Identity.objects.select_for_update(no_key=True).get_or_create(
        kind=Kind.USER_ID,
        value_norm=user_id.norm,
        defaults={
            "profile": profile,
            "value": user_id.value,
            "verified_by": Verifier.SITE,
            "verified_at": Now(),
        },
    )
    if not is_new:
        Identity.objects.filter(id=member.id).update(verified_at=Now())
    return member


def _join_member(profile: Profile, member: Identity) -> None:
    if member.profile.customer_id == profile.customer_id:
        return
    move_profiles(
        [profile.id],
        winner_id=member.profile.customer_id,
        reason=MergeLog.Because.SAME_USER,
        actor=SITE,
        evidence=_evidence(member),
    )
    profile.refresh_from_db()


def _evidence(member: Identity) -> dict[str, Any]:
    return {"kind": Kind.USER_ID, "value": member.value}
