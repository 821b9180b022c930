"""What the visitor does, in batches from the tracker."""

from typing import Any

from msgspec import Struct

from customers.client import SentAt, client_facts
from customers.ingest import Tally, record, tally
from talk.widget import limits
from talk.widget.addresses import network_of
from talk.widget.exchange import Exchange, PublicId


class ActivitiesRequest(Struct, frozen=True):
    """A beacon cannot carry headers, so the token travels in the body."""

    inbox: PublicId
    token: str
    activities: list[Any]
    sent_at: SentAt | None = None


def tell_activities(exchange: Exchange) -> Tally:
    """Answer with what became of each; `rejected` names places and reasons.

    Of who opts out by their browser nothing is taken, whatever loader or program sends it.
    """
    limits.spend(limits.ACTIVITIES_OF_NETWORK, "activities", network_of(exchange.request))
    told = exchange.lenient_json(ActivitiesRequest)
    inbox = exchange.inbox(told.inbox)
    visitor = exchange.visitor_of(inbox, told.token)
    limits.spend(limits.ACTIVITIES, "activities", visitor.profile_id.hex)
    if exchange.opts_out(inbox):
        return Tally(0, 0, [])
    client = client_facts(exchange.request.headers, sent_at=told.sent_at)
    # Also here: a loader that a browser has kept knows an older list, and a program none.
    listed = inbox.kept_parameters
    return tally(record(visitor.profile_id, told.activities, client=client, listed=listed))
