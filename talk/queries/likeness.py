"""Who may be the same person as a customer, as far as the actor sees them; and receipts."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from customers.actions.vouching import breaks_limits
from customers.candidates import Evidence, candidates
from customers.identifiers import Kind
from customers.models import Erasure, MergeLog
from customers.queries import CustomerRow, customer_row
from talk.errors import NotFound
from talk.models import Conversation
from talk.policy import Actor, Permission, allow, require
from talk.queries.customers import is_visible, require_visible


class CandidateRow(Struct, frozen=True):
    """`two_members`: each has a user id of their own, so they are never joined."""

    customer: CustomerRow
    evidence: tuple[Evidence, ...]
    conversations: int
    two_members: bool


class MergeRow(Struct, frozen=True):
    """Somebody who was joined with the customer. Only the newest merge can be undone."""

    id: UUID
    at: str
    by: str
    reason: str
    is_newest: bool


class Likeness(Struct, frozen=True):
    """`may_merge` says whether the asker may join, part and confirm."""

    candidates: list[CandidateRow]
    merges: list[MergeRow]
    may_merge: bool


def likeness(actor: Actor, customer_id: UUID) -> Likeness:
    """Raise `NotFound` for a customer whom the actor does not see."""
    require(actor, Permission.CUSTOMER_READ)
    require_visible(actor, customer_id)
    found = [
        CandidateRow(
            customer=actor.mask.customer(row),
            evidence=tuple(_shown(actor, each) for each in one.evidence),
            conversations=_conversations(actor, one.customer_id),
            two_members=breaks_limits(Kind.USER_ID, customer_id, one.customer_id),
        )
        for one in candidates(customer_id)
        if is_visible(actor, one.customer_id) and (row := customer_row(one.customer_id))
    ]
    return Likeness(found, _merges(customer_id), allow(actor, Permission.CUSTOMER_MERGE))


def _shown(actor: Actor, evidence: Evidence) -> Evidence:
    return replace(evidence, value=actor.mask.text(evidence.kind, evidence.value))


def erasure(actor: Actor, erasure_id: UUID) -> Erasure:
    require(actor, Permission.CUSTOMER_ERASE)
    found = Erasure.objects.filter(id=erasure_id).first()
    if found is None:
        raise NotFound
    return found


def _conversations(actor: Actor, customer_id: UUID) -> int:
    theirs = Conversation.objects.filter(customer_id=customer_id)
    if actor.inbox_ids is not None:
        theirs = theirs.filter(inbox_id__in=actor.inbox_ids)
    return theirs.count()


def _merges(customer_id: UUID) -> list[MergeRow]:
    logs = MergeLog.objects.filter(winner_id=customer_id, undone_at=None)
    return [
        MergeRow(log.id, log.created_at.isoformat(), log.actor, log.reason, place == 0)
        for place, log in enumerate(logs.order_by("-created_at")[:20])
    ]
