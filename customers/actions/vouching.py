"""Verified identifiers: each exists once, so two customers that hold the same one are joined.

Never when each of them is a member of their own, when an operator has parted them, or when as one
they had too many: then the newcomer's identifier is dropped and an operator is told
(`IdentityConflict`).
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from customers.actions.contexts import tell_of_member
from customers.actions.merges import are_parted, move_profiles
from customers.identifiers import (
    MOST_PER_CUSTOMER,
    BadIdentifier,
    Identifier,
    Kind,
    Verifier,
    are_too_many,
    read,
)
from customers.metrics import IDENTIFIERS_REFUSED
from customers.models import (
    BlockedIdentifier,
    Claim,
    Customer,
    Identity,
    IdentityConflict,
    MergeLog,
    Profile,
)
from customers.suppression import Suppressed, is_suppressed
from customers.turns import take_turn

LIMIT = IdentityConflict.Reason.LIMIT
TWO_MEMBERS = IdentityConflict.Reason.TWO_MEMBERS
PARTED = IdentityConflict.Reason.PARTED
VERIFIED_NOTED_EVERY = timedelta(minutes=10)


def checked(kind: Kind, value: str) -> Identifier:
    """Return the identifier; raise `BadIdentifier` for a blocked one as well."""
    try:
        told = read(kind, value)
        if BlockedIdentifier.objects.filter(value=told.norm.casefold()).exists():
            raise BadIdentifier("is on the list of blocked identifiers")
    except BadIdentifier:
        IDENTIFIERS_REFUSED.labels(kind).inc()
        raise
    return told


def accepted(kind: Kind, value: str) -> Identifier | None:
    """Return the identifier, or None for one that identifies nobody."""
    with suppress(BadIdentifier):
        return checked(kind, value)
    return None


@transaction.atomic
def vouch(profile: Profile, kind: Kind, value: str, verifier: Verifier) -> Identity | None:
    """Note that an identifier is the profile's; join the customers that both hold it.

    Return None, with a conflict for the operators, when it cannot be kept. Raises `BadIdentifier`.
    """
    kept = keep(profile, checked(kind, value), verifier)
    tell_of_member(profile.customer_id)
    return kept


@transaction.atomic
def keep(profile: Profile, told: Identifier, verifier: Verifier) -> Identity | None:
    """Like `vouch`, for an identifier that has been checked.

    Raises `Suppressed` for somebody erased, unless it is the person's own proof.
    """
    if not verifier.is_own_word and is_suppressed(told):
        raise Suppressed("belongs to somebody who was erased")
    take_turn()
    same = Identity.objects.select_for_update(of=("self",), no_key=True).select_related("profile")
    known = same.filter(kind=told.kind, value_norm=told.norm).first()
    Claim.objects.filter(profile=profile, kind=told.kind, value_norm=told.norm).delete()
    if known is None:
        return _add(profile, told, verifier)
    if known.profile.customer_id != profile.customer_id and (reason := _join(profile, known)):
        _note_conflict(profile, told.kind, told.value, verifier, reason, known)
        return None
    # A weaker word makes a stronger one no newer: what the site has signed is as old as that.
    if verifier.rank >= Verifier(known.verified_by).rank:
        known.verified_by, known.verified_at = verifier, Now()
        known.save(update_fields=["verified_by", "verified_at"])
    return known


def _add(profile: Profile, told: Identifier, verifier: Verifier) -> Identity | None:
    """Add an identifier, unless there is no place for it."""
    if not _make_place(profile, told, verifier):
        return None
    added, is_new = Identity.objects.get_or_create(
        kind=told.kind,
        value_norm=told.norm,
        defaults={
            "profile": profile,
            "value": told.value,
            "verified_by": verifier,
            "verified_at": Now(),
        },
    )
    # Somebody else has added it since we looked: now it is known.
    return added if is_new else keep(profile, told, verifier)


def _make_place(profile: Profile, told: Identifier, verifier: Verifier) -> bool:
    """Over the limit, one of a lower rank gives way; False when there is none."""
    own = Identity.objects.filter(profile__customer_id=profile.customer_id, kind=told.kind)
    if own.count() < MOST_PER_CUSTOMER[told.kind]:
        return True
    weakest = min(own, key=lambda one: (Verifier(one.verified_by).rank, one.verified_at))
    if Verifier(weakest.verified_by).rank >= verifier.rank:
        _note_conflict(profile, told.kind, told.value, verifier, LIMIT)
        return False
    _note_conflict(profile, told.kind, weakest.value, Verifier(weakest.verified_by), LIMIT)
    weakest.delete()
    return True


def _join(profile: Profile, known: Identity) -> IdentityConflict.Reason | None:
    """Make one of the two customers; return what stands against it, if anything does."""
    mine, theirs = profile.customer, known.profile.customer
    evidence = {"kind": known.kind, "value": known.value}
    if reason := _hindrance(mine.id, theirs.id, evidence):
        return reason
    winner, loser = winner_of(mine, theirs)
    profiles = Profile.objects.filter(customer_id=loser.id).values_list("id", flat=True)
    move_profiles(
        list(profiles),
        winner_id=winner.id,
        reason=MergeLog.Because.SAME_IDENTIFIER,
        actor=known.verified_by,
        evidence=evidence,
    )
    profile.refresh_from_db()
    known.profile.refresh_from_db()
    return None


def _hindrance(
    mine: UUID, theirs: UUID, evidence: dict[str, Any]
) -> IdentityConflict.Reason | None:
    if breaks_limits(Kind.USER_ID, mine, theirs):
        return TWO_MEMBERS
    if breaks_limits(None, mine, theirs):
        return LIMIT
    return PARTED if are_parted(mine, theirs, evidence) else None


def winner_of(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Return who stays and who is joined with them: members before others, then the older one."""
    first, second = sorted((one, other), key=lambda each: (-_rank(each.id), each.created_at))
    return first, second


def _rank(customer_id: UUID) -> int:
    """Members before everybody else."""
    own = Identity.objects.filter(profile__customer_id=customer_id, kind=Kind.USER_ID)
    return int(own.exists())


def breaks_limits(kind: Kind | None, *customer_ids: UUID) -> bool:
    """Whether these as one customer would have too many identifiers, of a kind or of any."""
    own = Identity.objects.filter(profile__customer_id__in=customer_ids)
    return are_too_many(own.values_list("kind", flat=True), of=kind)


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
