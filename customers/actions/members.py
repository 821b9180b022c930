"""Profiles that turn out not to be the member's for whom the site had signed in them."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from customers.actions.traits import drop_oldest
from customers.identifiers import Verifier
from customers.models import Identity, Profile, Trait


def unbind(*customer_ids: UUID, since: datetime) -> None:
    """Let go of what binds profiles of customers that are parted to a member who is the other.

    What the site has signed since they were joined is said of the member, in whatever browser: it
    stays the member's, addresses and telephones too. Nothing is resolved anew here.
    """
    both = Profile.objects.filter(
        customer_id__in=customer_ids, member__profile__customer_id__in=customer_ids
    )
    bound = both.exclude(member__profile__customer_id=F("customer_id")).select_related("member")
    for profile in bound.order_by("id"):
        if profile.member is not None:
            _give_identifiers(profile, to=profile.member.profile_id, since=since)
            _give_traits(profile.id, to=profile.member.profile_id)
            Profile.objects.filter(id=profile.id).update(member=None)


def _give_identifiers(profile: Profile, *, to: UUID, since: datetime) -> None:
    signed = Identity.objects.filter(profile=profile, verified_by=Verifier.SITE)
    signed.filter(verified_at__gt=since).update(profile_id=to)


def _give_traits(profile_id: UUID, *, to: UUID) -> None:
    """Of what was signed in both, what was signed last stays."""
    signed = Trait.objects.filter(profile_id=profile_id, source=Verifier.SITE)
    theirs = Trait.objects.filter(profile_id=to, source=Verifier.SITE)
    held = {trait.key: trait for trait in theirs}
    late = {one.key for one in signed if one.key in held and _last(one) < _last(held[one.key])}
    signed.filter(key__in=late).delete()
    theirs.filter(key__in=signed.values("key")).delete()
    if signed.update(profile_id=to):
        drop_oldest(to, Verifier.SITE)


def _last(trait: Trait) -> datetime:
    return trait.told_at or trait.changed_at
