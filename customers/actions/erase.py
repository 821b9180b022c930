"""Erasing a customer: what finds them goes at once, what is stored of them batch by batch.

The first transaction leaves nothing by which they could be found or go on writing. The rest is
looked for and taken away by `carry_on`, again after a while for what was on its way; killed
anywhere, it goes on where it stood. Nothing but counts, times and ids stays.
"""

import json
from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from customers import audit, clock, erasing, sealing
from customers.audit import Act, Who
from customers.erasing import Subject
from customers.models import Context, Customer, Erasure, Identity, MergeLog, Profile
from customers.signals import customer_erased, customer_renamed
from customers.suppression import suppress
from customers.turns import take_turn

SECOND_LOOK = timedelta(seconds=90)
"""Longer than an ended token's socket can stay open, or a request run, that had begun before."""
SEAL = "sobani.receipt.1"


@transaction.atomic
def erase_customer(who: Who, customer_id: UUID, *, reason: str) -> Erasure:
    """Begin to erase a customer, with whoever was joined with them; return the receipt.

    From the commit on nothing finds them, their tokens have ended and their identifiers are
    suppressed. The same again returns the same receipt. Raises `Customer.DoesNotExist`.
    """
    take_turn()
    same = [customer_id, *_joined_with(customer_id)]
    profiles = Profile.objects.select_for_update().filter(customer_id__in=same).order_by("id")
    profile_ids = [profile.id for profile in profiles]
    list(Context.objects.select_for_update().filter(customer_id__in=same).order_by("customer_id"))
    locked = Customer.objects.select_for_update().filter(id__in=same).order_by("id")
    customer = {one.id: one for one in locked}.get(customer_id)
    if customer is None:
        raise Customer.DoesNotExist
    known = Erasure.objects.filter(customer_id=customer_id).first()
    if known is not None:
        return known
    erasure = Erasure.objects.create(
        customer_id=customer_id,
        merged_ids=[str(id) for id in same[1:]],
        actor_id=who.id,
        actor_name=who.name[:200],
        reason=reason,
    )
    erasure.refresh_from_db()
    suppressed = suppress(Identity.objects.filter(profile_id__in=profile_ids), erasure)
    what = {"receipt": str(erasure.id), "suppressed": suppressed}
    audit.record(who, Act.CUSTOMER_ERASED, customer_id=customer_id, what=what, reason=reason)
    Customer.objects.filter(id__in=same).update(erased_at=erasure.requested_at)
    customer_erased.send(sender=erase_customer, customer_id=customer_id, profile_ids=profile_ids)
    removed = erasing.erase_knowledge(Subject(erasure.id, same, profile_ids))
    customer_renamed.send(sender=erase_customer, customer_id=customer_id)
    _count(erasure, removed + Counter(suppressed=suppressed))
    return erasure


def unfinished() -> list[UUID]:
    """Return the erasures that have something to do now, the oldest first."""
    waiting = Erasure.objects.filter(done_at=None)
    due = waiting.filter(look_again_at=None) | waiting.filter(look_again_at__lte=clock.now())
    return list(due.order_by("requested_at").values_list("id", flat=True))


def carry_on(erasure_id: UUID) -> None:
    """Take away all that is left, one batch a transaction; whoever else is at it goes on alone."""
    while _take_batch(erasure_id):
        pass


@transaction.atomic
def _take_batch(erasure_id: UUID) -> bool:
    """Whether there may be more. The lock is the lease: it ends with whoever holds it."""
    due = Erasure.objects.select_for_update(skip_locked=True).filter(id=erasure_id, done_at=None)
    erasure = due.first()
    if erasure is None or _is_too_early(erasure):
        return False
    subject = subject_of(erasure)
    for step in erasing.STEPS:
        removed = step(subject)
        if removed:
            _count(erasure, removed)
            return True
    if erasure.look_again_at is None:
        erasure.look_again_at = clock.now() + SECOND_LOOK
        erasure.save(update_fields=["look_again_at"])
    else:
        _finish(erasure)
    return False


def _is_too_early(erasure: Erasure) -> bool:
    return erasure.look_again_at is not None and erasure.look_again_at > clock.now()


def subject_of(erasure: Erasure) -> Subject:
    same = [erasure.customer_id, *map(UUID, erasure.merged_ids)]
    profiles = Profile.objects.filter(customer_id__in=same).order_by("id")
    return Subject(erasure.id, same, list(profiles.values_list("id", flat=True)))


def seal_of(erasure: Erasure) -> str:
    """Return the keyed digest of a receipt as it is now."""
    told = [
        str(erasure.id),
        str(erasure.customer_id),
        erasure.actor_name,
        erasure.reason,
        erasure.requested_at.isoformat(),
        erasure.done_at.isoformat() if erasure.done_at else "",
        sorted(erasure.counts.items()),
    ]
    [digest, *_] = sealing.keyed_digests(json.dumps(told), SEAL)
    return digest.hex()


def _finish(erasure: Erasure) -> None:
    erasure.done_at = clock.now()
    erasure.seal = seal_of(erasure)
    erasure.save(update_fields=["done_at", "seal"])


def _count(erasure: Erasure, removed: Counter[str]) -> None:
    erasure.counts = dict(Counter(erasure.counts) + removed)
    erasure.save(update_fields=["counts"])


def _joined_with(customer_id: UUID) -> list[UUID]:
    """Return all who were joined with the customer, through each other too."""
    found: set[UUID] = set()
    newest = {customer_id}
    while newest:
        logs = MergeLog.joins().filter(winner_id__in=newest)
        newest = set(logs.values_list("loser_id", flat=True)) - found - {customer_id}
        found |= newest
    return sorted(found)
