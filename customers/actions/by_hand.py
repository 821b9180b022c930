"""What operators decide of who is who: to join two customers, part them again, confirm a claim."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from customers import audit
from customers.actions.contexts import tell_of_member
from customers.actions.merges import MergeRefused, move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.actions.vouching import breaks_limits, checked, keep, winner_of
from customers.audit import Act, Who
from customers.identifiers import Kind, Verifier
from customers.models import Claim, Customer, Identity, MergeLog, Profile, Trait, TraitPrecedence
from customers.traits import OPERATOR, is_empty, is_same
from customers.turns import take_turn

Side = Literal["this", "other"]
CHOSEN = "chosen"


class TakenIdentifier(MergeRefused):
    """Another customer holds this identifier: the two have to be joined instead."""


@transaction.atomic
def merge_customers(
    who: Who, this_id: UUID, other_id: UUID, *, choices: Mapping[str, Side], reason: str
) -> MergeLog:
    """Join two customers that an operator takes for one person.

    `choices` says for keys of member data whose value is shown from now on, told by the operator;
    for other keys the stronger source is. Audited. Raises `MergeRefused` for two members, for too
    many identifiers of a kind, for somebody erased and for a chosen side that has no such value, or
    an empty one that would not be shown;
    `Customer.DoesNotExist`.
    """
    take_turn()
    both = {"this": this_id, "other": other_id}
    list(
        Profile.objects.select_for_update(no_key=True)
        .filter(customer_id__in=both.values())
        .order_by("id")
    )
    customers = {side: Customer.objects.get(id=id) for side, id in both.items()}
    if breaks_limits(Kind.USER_ID, this_id, other_id):
        raise MergeRefused("Two members are never joined")
    if breaks_limits(None, this_id, other_id):
        raise MergeRefused("Together they would have too many identifiers of a kind")
    chosen = {key: _shown(customers[side], key) for key, side in choices.items()}
    if nothing := sorted(key for key, value in chosen.items() if _hides_none(key, value)):
        raise MergeRefused(f"Nothing is known that could be shown: {', '.join(nothing)}")
    winner, loser = winner_of(customers["this"], customers["other"])
    log = move_profiles(
        list(Profile.objects.filter(customer_id=loser.id).values_list("id", flat=True)),
        winner_id=winner.id,
        reason=reason,
        actor=who.name,
        evidence={"by": OPERATOR},
    )
    _tell_chosen(log, chosen)
    what = {"merge": str(log.id), "loser": str(loser.id), "keys": sorted(chosen)}
    audit.record(who, Act.CUSTOMERS_MERGED, customer_id=winner.id, what=what, reason=reason)
    return log


@transaction.atomic
def part_customers(who: Who, merge_id: UUID, *, reason: str) -> MergeLog:
    """Undo a merge, with what was chosen in it. Audited. Raises `MergeRefused`."""
    log = undo_merge(merge_id, actor=who.name, before=_forget_chosen)
    what = {"merge": str(log.id), "loser": str(log.loser_id)}
    audit.record(who, Act.MERGE_UNDONE, customer_id=log.winner_id, what=what, reason=reason)
    return log


@transaction.atomic
def confirm_claim(who: Who, customer_id: UUID, *, kind: Kind, value: str, reason: str) -> Identity:
    """Vouch for what the customer claims, with the lowest rank there is. Audited.

    Raises `TakenIdentifier` when another customer holds it, `BadIdentifier`, `Claim.DoesNotExist`.
    """
    take_turn()
    told = checked(kind, value)
    own = Claim.objects.filter(profile__customer_id=customer_id, kind=kind, value_norm=told.norm)
    profile_id = own.values_list("profile_id", flat=True).order_by("id").first()
    if profile_id is None:
        raise Claim.DoesNotExist
    profile = Profile.objects.select_for_update(no_key=True).get(id=profile_id)
    held = Identity.objects.filter(kind=kind, value_norm=told.norm)
    if held.exclude(profile__customer_id=customer_id).exists():
        raise TakenIdentifier("Another customer holds this identifier")
    found = keep(profile, told, Verifier.OPERATOR)
    if found is None:
        raise MergeRefused("The customer has too many identifiers of this kind")
    Claim.objects.filter(profile__customer_id=customer_id, kind=kind, value_norm=told.norm).delete()
    tell_of_member(customer_id)
    audit.record(
        who, Act.IDENTITY_VERIFIED, customer_id=customer_id, what={"kind": kind}, reason=reason
    )
    return found


def _shown(customer: Customer, key: str) -> Any:
    known = customer.traits.get(key)
    return known["value"] if known else None


def _hides_none(key: str, value: Any) -> bool:
    """Whether it would not be shown although an operator tells it."""
    wins = TraitPrecedence.objects.filter(key=key, empty_wins=True)
    return value is None or (is_empty(value) and not wins.exists())


def _tell_chosen(log: MergeLog, chosen: Mapping[str, Any]) -> None:
    """Tell what would not be shown anyway, and note it, so that parting them can take it back."""
    winner = Customer.objects.get(id=log.winner_id)
    missing = {
        key: value for key, value in chosen.items() if not is_same(_shown(winner, key), value)
    }
    if not missing:
        return
    profiles = Profile.objects.filter(customer_id=log.winner_id).exclude(id__in=log.profile_ids)
    profile_id = profiles.order_by("created_at", "id").values_list("id", flat=True)[0]
    before = Trait.objects.filter(profile_id=profile_id, source=OPERATOR, key__in=missing)
    log.before[CHOSEN] = {
        "profile_id": str(profile_id),
        "told": missing,
        "before": dict(before.values_list("key", "value")),
    }
    log.save(update_fields=["before"])
    tell_traits(profile_id, missing, source=OPERATOR)


def _forget_chosen(log: MergeLog) -> None:
    """Take back what was told by the merge, unless an operator has told otherwise since."""
    noted = log.before.get(CHOSEN)
    if not noted:
        return
    own = Trait.objects.filter(profile_id=noted["profile_id"], source=OPERATOR)
    stands = {
        key
        for key, value in own.values_list("key", "value")
        if key in noted["told"] and is_same(noted["told"][key], value)
    }
    tell_traits(
        UUID(noted["profile_id"]),
        {key: noted["before"].get(key) for key in stands},
        source=OPERATOR,
    )
