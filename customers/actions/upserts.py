"""Customers as the company's own systems know them: found by what those vouch for, or begun."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from msgspec import UNSET, Struct, UnsetType, json

from customers.actions.merges import is_apart, standing_merges
from customers.actions.people import begin_known_profile
from customers.actions.resolving import NAME
from customers.actions.traits import has_room, tell_traits
from customers.actions.vouching import checked, keep
from customers.cleaning import clean_time, is_deeper
from customers.identifiers import BadIdentifier, Identifier, Kind, Verifier
from customers.models import Identity, Profile
from customers.models.traits import MAX_KEY
from customers.suppression import Suppressed
from customers.turns import take_turn

KINDS = (Kind.USER_ID, Kind.EMAIL, Kind.PHONE)
"""By which a record is found, the surest first."""
MOST_TRAITS = 100
MOST_VALUE_BYTES = 4096
DEEPEST = 4


class Refused(ValueError):
    """A record that cannot be taken; `field` names what is wrong with it, `code` what that is."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """A customer of the company. At least one of the identifiers says which.

    `changed_at` is when the record changed there; what is older than what is known changes nothing.
    A trait, or a name, that is null is forgotten, one that is left out stays.
    """

    user_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | UnsetType | None = UNSET
    traits: dict[str, Any] = {}
    changed_at: datetime | None = None


@transaction.atomic
def upsert_customer(record: Record, *, source: str) -> list[Kind]:
    """Take over what a company's system says of one customer.

    Return the kinds of identifiers that could not be kept because somebody else holds them: an
    operator is told (`IdentityConflict`). Raises `Refused`.
    """
    take_turn()
    told = _identifiers(record)
    values = values_of(record)
    profile = _profile(told, source)
    conflicts = [one.kind for one in told if not _is_kept(profile, one)]
    if not has_room(profile.id, values, source=source):
        raise Refused("traits", "too_many")
    if values:
        tell_traits(profile.id, values, source=source, changed_at=record.changed_at)
    return conflicts


def _identifiers(record: Record) -> list[Identifier]:
    given = {kind: getattr(record, kind) for kind in KINDS}
    told = [_checked(kind, value) for kind, value in given.items() if value is not None]
    if not told:
        raise Refused(Kind.USER_ID, "missing_identifier")
    return told


def _checked(kind: Kind, value: str) -> Identifier:
    try:
        return checked(kind, value)
    except BadIdentifier as error:
        raise Refused(kind, f"invalid_{kind}") from error


def values_of(record: Record) -> Mapping[str, Any]:
    """Return what is told by key, the name too. Raises `Refused`."""
    if record.changed_at is not None and clean_time(record.changed_at) is None:
        raise Refused("changed_at", "invalid_changed_at")
    if len(record.traits) > MOST_TRAITS:
        raise Refused("traits", "too_many")
    for key, value in record.traits.items():
        if not 1 <= len(key) <= MAX_KEY:
            raise Refused("traits", "invalid_key")
        if is_deeper(value, DEEPEST) or len(json.encode(value)) > MOST_VALUE_BYTES:
            raise Refused(f"traits.{key}", "too_large")
    named = {} if record.name is UNSET else {NAME: (record.name or "").strip() or None}
    return {**record.traits, **named}


def _profile(told: list[Identifier], source: str) -> Profile:
    """Return what this source knows of the customer, begun if it knew nothing yet.

    Locked is the profile that holds the identifier, so that no merge takes it away meanwhile.
    """
    for one in told:
        held = Identity.objects.filter(kind=one.kind, value_norm=one.norm).first()
        owner = held and Profile.objects.select_for_update(no_key=True).get(id=held.profile_id)
        if owner and not _is_another_member(owner, told):
            return _own(owner, told, source) or begin_known_profile(owner.customer)
    return begin_known_profile()


def _is_another_member(owner: Profile, told: list[Identifier]) -> bool:
    """A family may share an address: who has another user id is another person."""
    user_ids = {one.norm for one in told if one.kind is Kind.USER_ID}
    own = Identity.objects.filter(profile__customer_id=owner.customer_id, kind=Kind.USER_ID)
    held = set(own.values_list("value_norm", flat=True))
    return bool(user_ids and held and not held & user_ids)


def _own(owner: Profile, told: list[Identifier], source: str) -> Profile | None:
    """Return the profile of this record: it holds an identifier, or was never joined with a holder.

    Two records of a customer who was joined keep apart what they tell, so that it can be parted.
    """
    if owner.kind == Profile.Kind.CRM:
        return owner
    known = Profile.objects.filter(customer_id=owner.customer_id, kind=Profile.Kind.CRM)
    for one in told:
        holds = known.filter(identities__kind=one.kind, identities__value_norm=one.norm)
        if found := holds.first():
            return found
    own = known.exclude(id__in=_joined_with(owner)).order_by("created_at", "id")
    return own.filter(traits__source=source).first() or own.filter(traits=None).first()


def _joined_with(owner: Profile) -> set[UUID]:
    """Return profiles of the owner's customer that an undoing would part from the owner."""
    moves = standing_merges([owner.customer_id])
    others = Profile.objects.filter(customer_id=owner.customer_id).values_list("id", flat=True)
    return {id for id in others if is_apart(id, owner.id, moves)}


def _is_kept(profile: Profile, told: Identifier) -> bool:
    try:
        kept = keep(profile, told, Verifier.CRM)
    except Suppressed as error:
        raise Refused(told.kind, "erased") from error
    profile.refresh_from_db()
    return kept is not None
