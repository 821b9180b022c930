"""What the visitor does, in batches from the tracker."""

from collections import Counter
from datetime import datetime
from typing import Any

from msgspec import Struct

from customers.client import client_facts
from customers.ingest import record
from talk.widget import limits
from talk.widget.exchange import Exchange, PublicId


class ActivitiesRequest(Struct, frozen=True):
    """A beacon cannot carry headers, so the token travels in the body."""

    inbox: PublicId
    token: str
    activities: list[Any]
    sent_at: datetime | None = None


class ActivitiesAnswer(Struct, frozen=True):
    """`dropped` counts by reason (`customers.ingest_steps.Drop`)."""

    recorded: int
    dropped: dict[str, int]


def tell_activities(exchange: Exchange) -> ActivitiesAnswer:
    told = exchange.json(ActivitiesRequest)
    inbox = exchange.inbox(told.inbox)
    visitor = exchange.visitor_of(inbox, told.token)
    limits.spend(limits.ACTIVITIES, "activities", visitor.profile_id.hex)
    client = client_facts(exchange.request.headers, sent_at=told.sent_at)
    outcomes = record(visitor.profile_id, told.activities, client=client)
    dropped = Counter(str(outcome.dropped) for outcome in outcomes if outcome.dropped)
    return ActivitiesAnswer(recorded=len(outcomes) - dropped.total(), dropped=dict(dropped))
