"""A context as it was at some moment, made again from the activities that had come in by then.

Nothing is stored for it: what activities tell is looked up for as long as they are kept, and after
that it is not known any more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db.models import Q

from customers import partitions, replaying
from customers.context import ContextData
from customers.models import MergeLog, Profile
from customers.replaying import Span

LOOK_BACK = timedelta(days=90)
"""A cart that is older says nothing of the moment; so only a few partitions are read."""


class Earlier(msgspec.Struct, frozen=True):
    """`data` is None when no activities of then are kept; older ones than `since` are left out."""

    data: ContextData | None
    since: datetime


class Move(msgspec.Struct, frozen=True):
    """Profiles that went from one customer to another, by a merge or by its undoing."""

    at: datetime
    profile_ids: tuple[UUID, ...]
    source_id: UUID
    target_id: UUID


def context_at(customer_id: UUID, profile_id: UUID, at: datetime) -> Earlier:
    """Return what was known of a profile's customer at a moment.

    Profiles that were joined with it only later were somebody else then; those that were parted
    from it since, and were joined then, were the same person. Four statements, and one for each
    step of joining since: with others, whom others had been joined with.
    """
    kept = partitions.oldest("customers_activity")
    since = max(at - LOOK_BACK, kept) if kept else at - LOOK_BACK
    if since > at:
        return Earlier(None, since)
    own = _profiles_at(customer_id, profile_id, at)
    return Earlier(replaying.replayed(own, Span(since=since, until=at)), since)


def _profiles_at(customer_id: UUID, profile_id: UUID, at: datetime) -> list[UUID]:
    """Take back, the newest first, whatever has moved since: who was the profile's customer?"""
    moves = _moves_since(customer_id, at)
    concerned = {customer_id}.union(*({move.source_id, move.target_id} for move in moves))
    now = Profile.objects.filter(customer_id__in=concerned).values_list("id", "customer_id")
    owners = dict(now)
    for move in sorted(moves, key=lambda one: one.at, reverse=True):
        owners.update(dict.fromkeys(move.profile_ids, move.source_id))
    return sorted(id for id, owner in owners.items() if owner == owners[profile_id])


def _moves_since(customer_id: UUID, at: datetime) -> list[Move]:
    """Return the moves of whoever has been joined with the customer, through each other too."""
    known: dict[UUID, MergeLog] = {}
    asked: set[UUID] = set()
    newest = {customer_id}
    while newest:
        own = MergeLog.objects.filter(Q(created_at__gt=at) | Q(undone_at__gt=at))
        found = own.filter(Q(winner_id__in=newest) | Q(loser_id__in=newest)).defer("before")
        asked |= newest
        logs = {log.id: log for log in found}
        known |= logs
        newest = {id for log in logs.values() for id in (log.winner_id, log.loser_id)} - asked
    return [move for log in known.values() for move in _moves(log) if move.at > at]


def _moves(log: MergeLog) -> Iterator[Move]:
    ids = tuple(UUID(id) for id in log.profile_ids)
    yield Move(log.created_at, ids, log.loser_id, log.winner_id)
    if log.undone_at is not None and not log.is_parting:  # a parting has a row of its own
        yield Move(log.undone_at, ids, log.winner_id, log.loser_id)
