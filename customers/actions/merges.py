"""Profiles that go from one customer to another, and back.

A profile keeps its id and everything that was written for it; only whose it is changes. So a merge
is undone by pointing the profiles back. Customers are locked in the order of their ids.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from customers import rebuilding
from customers.actions.traits import resolve_traits
from customers.models import Context, Customer, MergeLog, Profile
from customers.signals import context_changed, profiles_moved


class MergeRefused(ValueError):
    """The merge or its undoing cannot be done; `str()` is the reason, in words for a person."""


@transaction.atomic
def move_profiles(
    profile_ids: Sequence[UUID],
    *,
    winner_id: UUID,
    reason: str,
    actor: str,
    evidence: dict[str, Any] | None = None,
) -> MergeLog:
    """Give profiles of one customer to another; the log says how to take it back.

    Raises `MergeRefused` when they are not all of one other customer.
    """
    profiles = Profile.objects.select_for_update().filter(id__in=profile_ids).order_by("id")
    owners = {profile.customer_id for profile in profiles}
    if len(owners) != 1 or winner_id in owners:
        raise MergeRefused("The profiles must all belong to one other customer")
    [loser_id] = owners
    contexts = _lock(winner_id, loser_id)
    log = MergeLog.objects.create(
        winner_id=winner_id,
        loser_id=loser_id,
        profile_ids=[str(profile.id) for profile in profiles],
        reason=reason,
        evidence=evidence or {},
        actor=actor,
        before={"winner": contexts[winner_id].data, "loser": contexts[loser_id].data},
    )
    is_whole = not Profile.objects.filter(customer_id=loser_id).exclude(id__in=profile_ids).exists()
    _point(log, winner_id, loser_id)
    winner, loser = contexts[winner_id], contexts[loser_id]
    _write(winner, rebuilding.joined(rebuilding.read(winner), rebuilding.read(loser)))
    _write(loser, rebuilding.EMPTY if is_whole else rebuilding.replayed(loser_id))
    return log


@transaction.atomic
def undo_merge(merge_id: UUID, *, actor: str) -> MergeLog:
    """Give the profiles back to whom they belonged. Raises `MergeRefused`."""
    log = MergeLog.objects.select_for_update().get(id=merge_id)
    if log.undone_at is not None:
        raise MergeRefused("This merge has been undone already")
    _require_newest(log)
    contexts = _lock(log.winner_id, log.loser_id)
    _point(log, log.loser_id, log.winner_id)
    for id, role in ((log.winner_id, "winner"), (log.loser_id, "loser")):
        kept = rebuilding.from_log(log.before[role])
        _write(contexts[id], rebuilding.replayed(id, since=log.created_at, on=kept))
    log.undone_at, log.undone_by = timezone.now(), actor
    log.save(update_fields=["undone_at", "undone_by"])
    return log


def _require_newest(log: MergeLog) -> None:
    """What was joined later contains this: it has to be parted first."""
    own = (log.winner_id, log.loser_id)
    later = MergeLog.objects.filter(undone_at=None, created_at__gt=log.created_at)
    if (later.filter(winner_id__in=own) | later.filter(loser_id__in=own)).exists():
        raise MergeRefused("A later merge of this customer has to be undone first")


def _lock(*customer_ids: UUID) -> dict[UUID, Context]:
    locked = Context.objects.select_for_update().filter(customer_id__in=customer_ids)
    contexts = {context.customer_id: context for context in locked.order_by("customer_id")}
    if len(contexts) != len(set(customer_ids)):
        raise Customer.DoesNotExist
    return contexts


def _point(log: MergeLog, to: UUID, source: UUID) -> None:
    """Point the log's profiles to a customer, with all that is shown of both."""
    ids = [UUID(id) for id in log.profile_ids]
    Profile.objects.filter(id__in=ids).update(customer_id=to)
    rebuilding.move_activities(ids, to=to, source=source)
    profiles_moved.send(sender=_point, profile_ids=ids, customer_id=to)
    for customer_id in sorted((to, source)):
        resolve_traits(customer_id)


def _write(context: Context, data: Any) -> None:
    context.data = msgspec.to_builtins(data)
    context.version += 1
    context.save(update_fields=["data", "version", "updated_at"])
    context_changed.send(sender=_write, customer_id=context.customer_id)
