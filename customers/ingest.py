"""Recording activities: judged one by one, stored and told to the context in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction

from customers import ingest_steps as steps
from customers.activities import MAX_BATCH, Activity
from customers.client import ClientFacts
from customers.context import ContextData, Facts, advance, filled, with_facts
from customers.device import facts_of
from customers.ingest_steps import LONGEST_DELAY, OLDEST, Arrival, Draft, Drop
from customers.ingest_store import Seat, change_context, note_facts, store, take_seat
from customers.metrics import ACTIVITIES
from customers.signals import context_changed

STEPS = (
    steps.take_small,
    steps.make_storable,
    steps.take_known_kind,
    steps.read_id,
    steps.set_time,
    steps.clean_addresses,
    steps.read_details,
)

MILLISECOND = timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)


class Outcome(msgspec.Struct, frozen=True):
    """What became of one told activity; `dropped` is None when it was recorded."""

    activity: Activity | None
    dropped: Drop | None


class Said(msgspec.Struct, frozen=True):
    """What the sender of a batch is, and whether the customer is there themselves."""

    facts: Facts
    is_present: bool


class Rejected(msgspec.Struct, frozen=True):
    """An activity of a batch by its place, and why it was not recorded."""

    index: int
    code: Drop


class Tally(msgspec.Struct, frozen=True):
    """What became of a batch. What was told before is no mistake of the sender."""

    accepted: int
    duplicate: int
    rejected: list[Rejected]


def tally(outcomes: Sequence[Outcome]) -> Tally:
    dropped = [(index, one.dropped) for index, one in enumerate(outcomes) if one.dropped]
    rejected = [Rejected(index, code) for index, code in dropped if code is not Drop.REPEATED]
    return Tally(len(outcomes) - len(dropped), len(dropped) - len(rejected), rejected)


def record(
    profile_id: UUID,
    told: Sequence[object],
    *,
    client: ClientFacts,
    is_present: bool = True,
    listed: Sequence[str] | None = None,
) -> list[Outcome]:
    """Record a batch of activities of one profile; return an outcome for each, in its order.

    `told` are JSON values `{id, kind, at, url?, title?, referrer?, props?}`; nothing about them is
    trusted. At most 50, the rest is dropped. Repeating a batch records nothing twice. The context's
    version grows by one if anything was new; `context_changed` is sent inside the transaction. An
    empty batch only notes what the client tells of itself. What a company's own system tells
    (`is_present` false) says nothing of the customer's visits. Of the parameters of pages those
    `listed` are kept (`utm_*`: all that begin so), or all. Raises `Profile.DoesNotExist`.
    """
    said = Said(facts_of(client), is_present)
    with transaction.atomic():
        seat = take_seat(profile_id)
        delay = LONGEST_DELAY if is_present else OLDEST
        outcomes = judge(told, Arrival(seat.now, client.sent_at, delay, listed))
        outcomes = _store(seat, outcomes, said)
        if is_present:
            note_facts(seat, said.facts)
    for outcome in outcomes:
        ACTIVITIES.labels(outcome.dropped or "recorded").inc()
    return outcomes


def _store(seat: Seat, outcomes: list[Outcome], said: Said) -> list[Outcome]:
    """Store activities and context at once; anew what some of the activities were not new for."""
    done = _accepted(outcomes)
    data = _advanced(seat, done, said)
    fresh = store(seat, done, data, is_present=said.is_present)
    if len(fresh) < len(done):
        outcomes = _without(outcomes, fresh)
        done = _accepted(outcomes)
        data = _advanced(seat, done, said) if done else seat.data
        change_context(seat, data, done)
    if data != seat.data:
        context_changed.send(sender=record, customer_id=seat.customer_id)
    return outcomes


def judge(told: Sequence[object], arrival: Arrival) -> list[Outcome]:
    """Return what may be recorded and why the rest may not. Pure."""
    seen: set[UUID] = set()
    outcomes: list[Outcome] = []
    last: Activity | None = None
    for place, one in enumerate(told):
        outcome = _judge_one(one, arrival) if place < MAX_BATCH else _dropped(Drop.BATCH_FULL)
        if outcome.activity and outcome.activity.id in seen:
            outcome = _dropped(Drop.REPEATED)
        if outcome.activity:
            seen.add(outcome.activity.id)
            last = _after(last, outcome.activity, arrival.received_at)
            outcome = Outcome(last, None)
        outcomes.append(outcome)
    return outcomes


def _after(last: Activity | None, activity: Activity, latest: datetime) -> Activity:
    """Clocks of browsers tell milliseconds: within one, the order of telling is that of doing."""
    if last is None or not timedelta() <= last.at - activity.at < MILLISECOND:
        return activity
    return msgspec.structs.replace(activity, at=min(last.at + MICROSECOND, latest))


def _judge_one(told: object, arrival: Arrival) -> Outcome:
    draft = Draft(told, arrival)
    for step in STEPS:
        result = step(draft)
        if isinstance(result, Drop):
            return _dropped(result)
        draft = result
    return Outcome(draft.activity, None)


def _dropped(reason: Drop) -> Outcome:
    return Outcome(None, reason)


def _advanced(seat: Seat, done: Sequence[Activity], said: Said) -> ContextData:
    data = seat.data if done else with_facts(seat.data, said.facts)
    for activity in sorted(done, key=lambda one: one.at):
        data = advance(data, activity, said.facts) if said.is_present else filled(data, activity)
    return data


def _without(outcomes: list[Outcome], fresh: set[UUID]) -> list[Outcome]:
    """Return the outcomes with those that were recorded before marked as repeated."""
    return [
        _dropped(Drop.REPEATED) if one.activity and one.activity.id not in fresh else one
        for one in outcomes
    ]


def _accepted(outcomes: list[Outcome]) -> list[Activity]:
    return [outcome.activity for outcome in outcomes if outcome.activity]
