"""Profiles that turn out not to be the member's for whom the site had signed in them."""

from collections.abc import Sequence
from uuid import UUID

from customers.actions.traits import tell_traits
from customers.identifiers import Verifier
from customers.models import Identity, Profile, Trait


def unbind(profile_ids: Sequence[UUID], *, of: UUID) -> None:
    """Let go of what binds profiles to a member of another customer.

    What the site has signed is said of the member, in whatever browser: it stays the member's.
    """
    theirs = Identity.objects.filter(profile__customer_id=of)
    bound = Profile.objects.filter(id__in=profile_ids, member__in=theirs).select_related("member")
    for profile in bound.order_by("id"):
        if profile.member is not None:
            _give(profile.id, to=profile.member.profile_id)
    bound.update(member=None)


def _give(profile_id: UUID, *, to: UUID) -> None:
    signed = Trait.objects.filter(profile_id=profile_id, source=Verifier.SITE)
    for trait in signed.order_by("changed_at", "key"):
        told = {trait.key: trait.value}
        tell_traits(to, told, source=Verifier.SITE, changed_at=trait.changed_at)
    signed.delete()
