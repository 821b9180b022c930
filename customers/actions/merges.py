"""Profiles that go from one customer to another, and back.

A profile keeps its id and everything that was written for it; only whose it is changes. So a merge
costs the same however much somebody has done, and is undone by pointing the profiles back.
Activities are found by their profile: none is written anew.

It is one's turn first (`customers.turns`); then profiles are locked, contexts, customers, and by
who listens conversations: of each all at once, in the order of their ids.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F, Q

from customers import clock, rebuilding
from customers.actions.members import unbind
from customers.actions.resolving import resolve_traits
from customers.context import ContextData, Facts, with_facts
from customers.models import Context, Customer, MergeLog, Profile
from customers.replaying import EMPTY
from customers.signals import context_changed, context_rebuilt, profiles_moved
from customers.turns import take_turn


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
    is_parting: bool = False,
) -> MergeLog:
    """Give profiles of one customer to another; the log says how to take it back.

    Not so with `is_parting`: they leave one with whom they had been joined, and that is not undone.

    Raises `MergeRefused` when they are not all of one other customer, or one was erased.
    """
    take_turn()
    profiles = _lock_profiles(profile_ids)
    owners = {profile.customer_id for profile in profiles}
    if len(owners) != 1 or winner_id in owners:
        raise MergeRefused("The profiles must all belong to one other customer")
    [loser_id] = owners
    contexts = _lock(winner_id, loser_id)
    _require_living(winner_id, loser_id)
    log = MergeLog.objects.create(
        winner_id=winner_id,
        loser_id=loser_id,
        profile_ids=[str(profile.id) for profile in profiles],
        reason=reason,
        evidence=evidence or {},
        actor=actor,
        is_parting=is_parting,
        before={}
        if is_parting
        else {"winner": contexts[winner_id].data, "loser": contexts[loser_id].data},
    )
    # Under all locks, not when the transaction began: what came in until here is in `before`.
    MergeLog.objects.filter(id=log.id).update(created_at=clock.READING)
    log.refresh_from_db(fields=["created_at"])
    if is_parting:
        _end_joins(log)
    is_whole = not Profile.objects.filter(customer_id=loser_id).exclude(id__in=profile_ids).exists()
    _point(log, winner_id, loser_id)
    winner, loser = (rebuilding.read(contexts[id]) for id in (winner_id, loser_id))
    moved = loser if is_whole else rebuilding.replayed(profile_ids)
    told = _as_told(winner_id, rebuilding.joined(winner, moved))
    _write(contexts[winner_id], _with_refusals(told, (winner, loser), (winner_id, loser_id)))
    _write(contexts[loser_id], EMPTY if is_whole else _left(loser_id, loser))
    return log


@transaction.atomic
def undo_merge(
    merge_id: UUID, *, actor: str, before: Callable[[MergeLog], object] = lambda _: None
) -> MergeLog:
    """Give the profiles back to whom they belonged. Raises `MergeRefused`.

    They are the member's no more whom they went to; identifying does not join them again. What
    has to be taken back while they are still one is done by `before`, under all their locks.
    """
    take_turn()
    log = MergeLog.objects.select_for_update().get(id=merge_id)
    if log.undone_at is not None or log.is_parting:
        raise MergeRefused("This merge has been undone already")
    theirs = Profile.objects.filter(customer_id__in=(log.winner_id, log.loser_id))
    _lock_profiles([*theirs.values_list("id", flat=True), *map(UUID, log.profile_ids)])
    contexts = _lock(log.winner_id, log.loser_id)
    _require_newest(log)
    before(log)
    _point(log, log.loser_id, log.winner_id)
    for customer_id, data in _parted(log, rebuilding.read(contexts[log.winner_id])).items():
        _write(contexts[customer_id], data)
    log.undone_at, log.undone_by, log.before = clock.now(), actor, {}
    log.save(update_fields=["undone_at", "undone_by", "before"])
    return log


def _require_living(*customer_ids: UUID) -> None:
    if Customer.objects.filter(id__in=customer_ids, erased_at__isnull=False).exists():
        raise MergeRefused("One of the customers was erased")


def _require_newest(log: MergeLog) -> None:
    """What was joined later contains this: it has to be parted first."""
    own = (log.winner_id, log.loser_id)
    later = MergeLog.objects.filter(undone_at=None, created_at__gt=log.created_at)
    later = later.filter(winner_id__in=own) | later.filter(loser_id__in=own)
    if later.filter(is_parting=False).exists():
        raise MergeRefused("A later merge of this customer has to be undone first")
    parted = later.filter(is_parting=True).values_list("profile_ids", flat=True)
    if any(set(log.profile_ids) & set(ids) for ids in parted):
        raise MergeRefused("They were parted since")


def _end_joins(parting: MergeLog) -> None:
    """What had brought these profiles to them is over, and nobody has found that they are two."""
    gone = set(parting.profile_ids)
    for log in MergeLog.joins().filter(winner_id=parting.loser_id):
        if set(log.profile_ids) <= gone:
            MergeLog.objects.filter(id=log.id).update(
                undone_at=clock.READING,
                undone_by=parting.actor,
                is_parting=True,
                before={},
                evidence={},
            )


def standing_merges(customer_ids: Collection[UUID]) -> list[set[UUID]]:
    """Return the profiles that each merge has moved to one of these, also over somebody else."""
    moved: list[set[UUID]] = []
    seen, winners = set[UUID](), set(customer_ids)
    while winners:
        seen |= winners
        logs = MergeLog.joins().filter(winner_id__in=winners)
        rows = list(logs.values_list("loser_id", "profile_ids"))
        moved += [set(map(UUID, ids)) for _, ids in rows]
        winners = {loser_id for loser_id, _ in rows} - seen
    return moved


def is_apart(one_id: UUID, other_id: UUID, moves: Iterable[set[UUID]]) -> bool:
    """Whether undoing one of these moves would part two profiles of one customer."""
    return any((one_id in moved) != (other_id in moved) for moved in moves)


def are_parted(one_id: UUID, other_id: UUID, evidence: dict[str, Any]) -> bool:
    """Whether somebody has found that these are two people: what joined them proves nothing."""
    undone = MergeLog.objects.filter(undone_at__isnull=False, is_parting=False)
    both = (one_id, other_id)
    again = Q(winner_id__in=both, loser_id__in=both)
    # They may have been joined with others since.
    return undone.filter(again | Q(loser_id__in=both, evidence=evidence)).exists()


def _as_told(customer_id: UUID, data: ContextData) -> ContextData:
    return rebuilding.with_own_facts(data, _profiles_of(customer_id))


def _with_refusals(
    data: ContextData, before: Sequence[ContextData], customer_ids: Sequence[UUID]
) -> ContextData:
    """Keep a no that one of them said when profiles did not keep it yet."""
    ids = [id for customer_id in customer_ids for id in _profiles_of(customer_id)]
    for known in before:
        data = with_facts(data, Facts(consent=rebuilding.refusal_of_nobody(known, (), ids)))
    return data


def _left(loser_id: UUID, before: ContextData) -> ContextData:
    """Return what is known of who has given away some profiles of several."""
    on = rebuilding.without_doings(before)
    return _as_told(loser_id, rebuilding.replayed(_profiles_of(loser_id), on=on))


def _parted(log: MergeLog, now: ContextData) -> dict[UUID, ContextData]:
    """Return the context of each: as it was, with what their own profiles have told since."""
    roles = {log.winner_id: "winner", log.loser_id: "loser"}
    before = {id: rebuilding.from_log(log.before[role]) for id, role in roles.items()}
    own = {id: _profiles_of(id) for id in roles}
    everybody = [*own[log.winner_id], *own[log.loser_id]]
    refusal = rebuilding.refusal_of_nobody(now, list(before.values()), everybody)
    is_partly_others = _has_parted_since(log)  # what was known then
    parted = {}
    for id, ids in own.items():
        if is_partly_others:
            since = rebuilding.replayed(ids, on=rebuilding.without_doings(before[id]))
        else:
            since = rebuilding.replayed(ids, since=log.created_at, on=before[id])
        parted[id] = rebuilding.with_own_facts(with_facts(since, Facts(consent=refusal)), ids)
    return parted


def _has_parted_since(log: MergeLog) -> bool:
    both = (log.winner_id, log.loser_id)
    later = MergeLog.objects.filter(is_parting=True, undone_at=None, loser_id__in=both)
    return later.filter(created_at__gt=log.created_at).exists()


def _profiles_of(customer_id: UUID) -> list[UUID]:
    return list(Profile.objects.filter(customer_id=customer_id).values_list("id", flat=True))


def _lock_profiles(ids: Sequence[UUID]) -> list[Profile]:
    return list(Profile.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id"))


def _lock(*customer_ids: UUID) -> dict[UUID, Context]:
    locked = Context.objects.select_for_update(no_key=True).filter(customer_id__in=customer_ids)
    contexts = {context.customer_id: context for context in locked.order_by("customer_id")}
    if len(contexts) != len(set(customer_ids)):
        raise Customer.DoesNotExist
    return contexts


def _point(log: MergeLog, to: UUID, source: UUID) -> None:
    """Point the log's profiles to a customer, with all that is shown of both."""
    ids = [UUID(id) for id in log.profile_ids]
    list(Customer.objects.select_for_update(no_key=True).filter(id__in=(to, source)).order_by("id"))
    Profile.objects.filter(id__in=ids).update(customer_id=to)
    profiles_moved.send(sender=_point, profile_ids=ids, customer_id=to, source_id=source)
    if to == log.loser_id:
        unbind(to, source, since=log.created_at)
    for customer_id in sorted((to, source)):
        resolve_traits(customer_id)


def _write(context: Context, data: Any) -> None:
    context.data = msgspec.to_builtins(data)
    # In SQL: what is shown of the member has moved on since the context was read.
    context.version = F("version") + 1
    context.member_version = F("member_version") + 1
    context.kept_since = None
    fields = ["data", "version", "member_version", "kept_since", "updated_at"]
    context.save(update_fields=fields)
    context_rebuilt.send(sender=_write, customer_id=context.customer_id)
    context_changed.send(sender=_write, customer_id=context.customer_id)
