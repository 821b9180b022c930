"""All that is held of one customer, section by section, for who has a right to see it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from customers.models import (
    Activity,
    Claim,
    Context,
    Customer,
    Identity,
    IdentityConflict,
    MergeLog,
    Profile,
    Trait,
)

Record = dict[str, Any]
Row = TypeVar("Row", bound=Model)
PART = 2_000


class Mask(Protocol):
    """What of the values whoever exports may see."""

    def value(self, key: str, value: Any) -> Any: ...

    def text(self, key: str, value: str) -> str: ...

    def context_data(self, data: Mapping[str, Any]) -> dict[str, Any]: ...

    def props(self, kind: str, props: Mapping[str, Any]) -> dict[str, Any]: ...


def sections(customer_id: UUID, mask: Mask) -> Mapping[str, Iterable[Record]]:
    """Return records by section; values that the mask hides are what it makes of them.

    Each section is read when it is asked for. Raises `Customer.DoesNotExist`.
    """
    customer = Customer.objects.get(id=customer_id)
    own = {"profile__customer_id": customer_id}
    return {
        "customer": [_customer(customer, mask)],
        "profiles": _profiles(customer_id, mask),
        "identities": (
            {
                "profile_id": one.profile_id,
                "kind": one.kind,
                "value": mask.text(one.kind, one.value),
                "verified_by": one.verified_by,
                "at": one.verified_at,
            }
            for one in Identity.objects.filter(**own).order_by("id")
        ),
        "claims": (
            {
                "profile_id": one.profile_id,
                "kind": one.kind,
                "value": mask.text(one.kind, one.value),
                "at": one.claimed_at,
            }
            for one in Claim.objects.filter(**own).order_by("id")
        ),
        "traits": (
            {
                "profile_id": one.profile_id,
                "key": one.key,
                "value": mask.value(one.key, one.value),
                "source": one.source,
                "at": one.changed_at,
                "synced_at": one.synced_at,
                "told_at": one.told_at,
            }
            for one in in_parts(Trait.objects.filter(**own, value__isnull=False), "key", "id")
        ),
        "conflicts": _conflicts(customer_id, mask),
        "merges": _merges(customer_id),
        "context": [mask.context_data(Context.objects.get(customer_id=customer_id).data)],
        "activities": _activities(customer_id, mask),
    }


def in_parts(found: QuerySet[Row], *order: str) -> Iterator[Row]:
    """Return the rows in this order, and hold no more of them than a part."""
    return found.order_by(*order).iterator(chunk_size=PART)


def _customer(customer: Customer, mask: Mask) -> Record:
    return {
        "id": customer.id,
        "name": mask.text("name", customer.name),
        "locale": customer.locale,
        "at": customer.created_at,
    }


def _profiles(customer_id: UUID, mask: Mask) -> Iterator[Record]:
    for profile in Profile.objects.filter(customer_id=customer_id).order_by("created_at", "id"):
        shown = mask.context_data(profile.facts)
        facts = {name: shown[name] for name in profile.facts}
        yield {
            "id": profile.id,
            "kind": profile.kind,
            "at": profile.created_at,
            "facts_at": profile.facts_at,
            "consent_at": profile.consent_at,
            **facts,
        }


def _conflicts(customer_id: UUID, mask: Mask) -> Iterator[Record]:
    """Identifiers that could not be kept: the customer's, and those that others told of theirs."""
    own, held = Q(profile__customer_id=customer_id), Q(other_id=customer_id)
    found = IdentityConflict.objects.filter(own | held).select_related("profile")
    for one in found.order_by("created_at", "id"):
        is_own = one.profile.customer_id == customer_id
        yield {
            "kind": one.kind,
            "value": mask.text(one.kind, one.value),
            "reason": one.reason,
            "verified_by": one.verified_by,
            "told_of": "customer" if is_own else "other",
            "at": one.created_at,
        }


def _merges(customer_id: UUID) -> Iterator[Record]:
    """Those that brought the customer somebody's profiles, and those that took theirs away."""
    both = MergeLog.objects.filter(Q(winner_id=customer_id) | Q(loser_id=customer_id))
    for one in both.defer("before").order_by("created_at", "id"):
        yield {
            "id": one.id,
            "role": "winner" if one.winner_id == customer_id else "loser",
            "profile_ids": one.profile_ids,
            "reason": one.reason,
            "by": one.actor,
            "at": one.created_at,
            "undone_at": one.undone_at,
            "undone_by": one.undone_by,
        }


def _activities(customer_id: UUID, mask: Mask) -> Iterator[Record]:
    done = Activity.objects.filter(profile__customer_id=customer_id)
    for one in in_parts(done, "at", "id"):
        yield {
            "id": one.id,
            "profile_id": one.profile_id,
            "kind": one.kind,
            "at": one.at,
            "received_at": one.received_at,
            "told_by": "customer" if one.is_present else "system",
            "props": mask.props(one.kind, one.props),
        }
